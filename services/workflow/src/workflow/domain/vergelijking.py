"""What a next version of a rule set changes, and where running hulpvragen would land in it. Pure.

>>> differences(old, new)
["+ overgang A&K: A&K aanmelding → A&K afgerond", "- status TLV: Aanhouden"]
>>> landing(new, "leerling", "TLV", "Aanhouden", {})
Landing(verloop=…, status=…)          # or None: no place in the new rules
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from shared.contracts.common import Niveau
from workflow.domain.ruleset import Status
from workflow.domain.verloop import Regels, Verloop


@dataclass(frozen=True, slots=True)
class Landing:
    """Where a running hulpvraag stands after it is migrated."""

    verloop: Verloop
    status: Status


def landing(
    regels: Regels, niveau: Niveau, aanvraagtype: str | None, status: str | None, toewijzing: Mapping[str, str]
) -> Landing | None:
    """Find its place by title and status, by name or alias, after the renames of ``toewijzing``; None when there is none."""
    if aanvraagtype is None or status is None:
        return None
    verloop = regels.find(niveau, toewijzing.get(aanvraagtype, aanvraagtype))
    naam = verloop.namen.get(toewijzing.get(status, status)) if verloop else None
    return Landing(verloop, verloop.statussen[naam]) if verloop and naam else None


def differences(old: Regels | None, new: Regels) -> list[str]:
    """Every aanvraagtype, status, transition, role, mail and term that comes or goes, one line each."""
    before = set(_facts(old)) if old else set()
    after = set(_facts(new))
    gone = [f"- {fact}" for fact in sorted(before - after)]
    come = [f"+ {fact}" for fact in sorted(after - before)]
    return [*gone, *come]


def _facts(regels: Regels) -> Iterator[str]:
    for rol in regels.ruleset.rollen:
        yield f"rol {rol.naam} ({rol.basis})"
    for verloop in regels.verlopen:
        titel = verloop.type.titel
        yield f"aanvraagtype {titel} ({verloop.type.niveau}, {verloop.type.kanaal})"
        for alias in verloop.type.aliassen:
            yield f"titel {titel}: ook {alias}"
        yield from _course(titel, verloop)
        for termijn in verloop.type.termijnen:
            length = f"{termijn.duur} {termijn.eenheid}" if termijn.duur else "op een dag van het jaar"
            yield f"termijn {titel}: {termijn.naam}, {length}"
        for bijlage in verloop.type.bijlagen:
            yield f"bijlage {titel}: {bijlage.naam}{', verplicht' if bijlage.verplicht else ''}"


def _course(titel: str, verloop: Verloop) -> Iterator[str]:
    for status in verloop.statussen.values():
        marks = "".join(mark for mark, on in ((", begin", status.begin), (", einde", status.einde)) if on)
        yield f"status {titel}: {status.naam}{marks}"
        for mail in status.mails:
            yield f"mail {titel}: bij {status.naam} aan {mail.doelgroep} ({mail.sjabloon})"
    for steps in verloop.stappen.values():
        for stap in steps:
            asked = f" [{', '.join(map(str, stap.vereist))}]" if stap.vereist else ""
            yield f"overgang {titel}: {stap.van} → {stap.naar.naam} door {', '.join(sorted(stap.rollen))}{asked}"
    for (van, op, over), rule in verloop.vanzelf.items():
        yield f"vanzelf {titel}: {van} → {rule.naar.naam} bij {op}{f' ({over})' if over else ''}"
