"""A notificatie of OSO-SWV: a pupil administration (LAS) says that a dossier stands ready (domain.md §1.8).

>>> list(adres_faults(notificatie, doelen={}))
[Fault(field='bronRouteringsKenmerk', rule='buiten-500-reeks', message='…')]

The SWV is that of the school it comes from. Whom it is for (``doel``) is either the school's own kenmerk in the 500 series, as
the manual has a school set it (003:2164), or a kenmerk under which an operator says that an SWV is reached (``doelen``).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from intake.domain.facts import SchoolFact
from intake.domain.osomandaat import Partij
from intake.domain.routering import is_brin, lees
from intake.domain.rules import closed
from shared.errors import Fault

Versie = Literal["20180404", "20200910"]


@dataclass(frozen=True, slots=True)
class Notificatie:
    """The fields of the message. Of version 20180404 the kenmerken are made from BRIN and aanleverpuntIndex."""

    versie: Versie
    bron_brin: str
    bron_kenmerk: str
    doel_brin: str
    doel_kenmerk: str
    koppelsleutel: UUID

    @property
    def school(self) -> str:
        """BRIN and vestiging of the school it comes from; empty when the kenmerk is none of the 500 series."""
        kenmerk = lees(self.bron_kenmerk)
        return (kenmerk.school if kenmerk else None) or ""


def adres_faults(melding: Notificatie, doelen: Mapping[str, str]) -> Iterator[Fault]:
    """Judge from where and to where, without knowing any school. ``doelen``: the SWV by its own kenmerk."""
    yield from _kenmerk_faults("bron", melding.bron_brin, melding.bron_kenmerk, in_reeks=True)
    own = melding.doel_kenmerk in doelen
    yield from _kenmerk_faults("doel", melding.doel_brin, melding.doel_kenmerk, in_reeks=not own)
    if not own and (melding.doel_brin, melding.doel_kenmerk) != (melding.bron_brin, melding.bron_kenmerk):
        message = (
            f"Het routeringskenmerk {melding.doel_kenmerk} is niet van een samenwerkingsverband dat wij kennen, "
            "en niet het kenmerk van uw school voor deze koppeling."
        )
        yield Fault(field="doelRouteringsKenmerk", rule="doel-onbekend", message=message)


def school_faults(melding: Notificatie, school: SchoolFact | None, doelen: Mapping[str, str]) -> Iterator[Fault]:
    """Judge whether the school is there, and is one of the SWV that is addressed."""
    if school is None:
        yield Fault(
            field="bronRouteringsKenmerk", rule="school-onbekend", message=f"De school {melding.school} kennen wij niet."
        )
        return
    if not school.is_open:
        yield closed(school.code)
    swv = doelen.get(melding.doel_kenmerk, school.swv)
    if swv != school.swv:
        message = f"De school {school.code} hoort bij {school.swv}, niet bij {swv}."
        yield Fault(field="doelRouteringsKenmerk", rule="ander-swv", message=message)


def zonder_mandaat(partij: Partij, brin: str) -> Fault:
    """Say whose mandate is missing, and who can mend it."""
    who = "uw administratiesysteem" if partij == "las" else "het systeem van het samenwerkingsverband"
    message = (
        f"In het Onderwijs Service Register (OSR) staat vandaag geen mandaat voor OSO-SWV van school {brin} aan {who}. "
        "Het bestuur van de school kan dat instellen op https://osr.kennisnet.nl."
    )
    return Fault(field="bronBrin", rule=f"geen-mandaat-{partij}", message=message)


def _kenmerk_faults(who: str, brin: str, kenmerk: str, *, in_reeks: bool) -> Iterator[Fault]:
    field = f"{who}RouteringsKenmerk"
    if not is_brin(brin):
        yield Fault(field=f"{who}Brin", rule="vorm", message="Een BRIN is twee cijfers en twee hoofdletters, zoals 99XA.")
    found = lees(kenmerk)
    if found is None:
        message = "Een routeringskenmerk is 00000007, 000, de BRIN en vijf cijfers, zoals 0000000700099XA00500."
        yield Fault(field=field, rule="vorm", message=message)
        return
    if found.brin != brin:
        yield Fault(field=field, rule="andere-brin", message=f"Dit kenmerk is van {found.brin}, maar het bericht noemt {brin}.")
    if in_reeks and found.school is None:
        message = (
            f"Het kenmerk eindigt op {found.nummer:05d}. Voor hulpvragen geldt de 500-reeks: 500 voor de hoofdvestiging, "
            "501 voor vestiging 01, enzovoort. Stel in uw systeem het juiste kenmerk in."
        )
        yield Fault(field=field, rule="buiten-500-reeks", message=message)
