"""What a connector hears, in a line or a few: ``show(received.content)``."""

from collections.abc import Sequence
from functools import singledispatch

import typer

from schakel_lvs import Received
from schakel_lvs import berichten as contract


def show(content: object) -> None:
    """Print what a message says."""
    for line in lines(content):
        typer.echo(line)


def warned(waarschuwingen: Sequence[contract.Fault] | None) -> list[str]:
    """Say what an answer warns of, in its own words."""
    return [f"let op    {fault.field}  [{fault.rule}]  {fault.message}" for fault in waarschuwingen or ()]


@singledispatch
def lines(content: object) -> list[str]:
    """Say what a message says; of a kind that has no words here only which it is."""
    return [f"onbekend  {content.type if isinstance(content, Received) else type(content).__name__}"]


@lines.register
def _(content: contract.Aanvaard) -> list[str]:
    line = f"aanvaard  {content.dossiernummer}  {content.eigen_referentie or ''}".rstrip()
    return [line, *warned(content.waarschuwingen)]


@lines.register
def _(content: contract.Geweigerd) -> list[str]:
    about = content.eigen_referentie or content.betreft
    return [f"geweigerd {about}  {fault.field}  [{fault.rule}]  {fault.message}" for fault in content.fouten]


@lines.register
def _(content: contract.Uploadslots) -> list[str]:
    line = f"plaatsen  {len(content.uploadslots)}, geweigerd {len(content.geweigerd)}"
    return [line, *warned(content.waarschuwingen)]


@lines.register
def _(content: contract.BriefLink) -> list[str]:
    return [f"link      {content.dossiernummer}  {content.naam}"]


@lines.register
def _(content: contract.Statussen) -> list[str]:
    known = [_status(stand.dossiernummer, stand.status) for stand in content.hulpvragen]
    return [*known, *(f"onbekend  {number}" for number in content.onbekend)]


@lines.register
def _(content: contract.StatusBericht) -> list[str]:
    return [_status(content.dossiernummer, content)]


@lines.register
def _(content: contract.BijlagenBericht) -> list[str]:
    refused = "".join(f"; geweigerd: {one.naam}, {one.bericht}" for one in content.geweigerd)
    return [f"bijlagen  {content.dossiernummer}  toegevoegd: {', '.join(content.toegevoegd) or 'geen'}{refused}"]


@lines.register
def _(content: contract.BriefBericht) -> list[str]:
    return [f"brief     {content.dossiernummer}  {content.naam}"]


@lines.register
def _(content: contract.DossierBericht) -> list[str]:
    findings = [f"  [{one.code}]  {one.veld}  {one.bericht}" for one in content.bevindingen]
    return [f"dossier   {content.dossiernummer}  {content.uitkomst}, {len(content.bijlagen)} bijlagen", *findings]


@lines.register
def _(content: contract.KoppelingAntwoord) -> list[str]:
    return [f"koppeling {content.school}  {content.omgeving}  {'in gebruik' if content.actief else 'gestopt'}"]


def _status(number: int, status: contract.StatusBericht | None) -> str:
    said = () if status is None else (status.status, status.reden, status.toelichting, status.gevraagde_actie)
    words = [" ".join(word.split()) for word in said if word]
    return "  ".join((f"status    {number}", *words)) if words else f"status    {number}  nog te sorteren"
