"""Overlegronde: who sees it, who reads which reaction, who may react, until when (manual 002:254-274; 003, 2.9).

===============  ===========================================================================================
organiser        who started it: manages it, and reads all as long as they work with the hulpvraag
participant      sees it and reacts until the last day is over, or the round was closed; not a second longer
others           who work with the hulpvraag see it too, unless participation is closed (besloten deelname)
===============  ===========================================================================================

With closed reactions (besloten reacties) only the organiser reads all; anyone else their own. The organiser takes part unless
taken out; then there are no reactions of theirs and no mails, and without work on the hulpvraag of their own no sight either.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts.common import Leerling
from shared.errors import Fault, InvalidInput
from workflow.domain import zoek


@dataclass(frozen=True, slots=True)
class Deelnemer:
    """Who takes part. ``mails``: whether they want to hear of reactions and of the approaching end."""

    id: UUID
    account: UUID
    naam: str
    email: str
    mails: bool = True


@dataclass(frozen=True, slots=True)
class Ronde:
    """One overlegronde. ``tot`` is the first moment at which who takes part sees nothing of it any more."""

    id: UUID
    onderwerp: str
    omschrijving: str
    tot: datetime
    gesloten: bool
    besloten_reacties: bool
    besloten_deelname: bool
    organisator: UUID
    organisator_naam: str
    begonnen_op: datetime
    deelnemers: Collection[Deelnemer]

    def takes_part(self, account: UUID) -> bool:
        """Whether this account is among those who take part."""
        return any(one.account == account for one in self.deelnemers)

    def reacts(self, account: UUID, now: datetime) -> bool:
        """Whether this account may react now."""
        return now < self.tot and self.takes_part(account)

    def manages(self, account: UUID, *, works: bool) -> bool:
        """Whether this account may change it. ``works``: it works with the hulpvraag itself, without having been let in."""
        return works and account == self.organisator

    def sees(self, account: UUID, now: datetime, *, works: bool) -> bool:
        """Whether this account may know of it now."""
        if self.manages(account, works=works) or self.reacts(account, now):
            return True
        return works and not self.besloten_deelname

    def reads(self, account: UUID, author: UUID, now: datetime, *, works: bool) -> bool:
        """Whether this account may read a reaction of ``author`` now."""
        if not self.sees(account, now, works=works):
            return False
        return not self.besloten_reacties or account in {author, self.organisator}

    def hears(self, author: UUID) -> list[Deelnemer]:
        """Who gets a mail of a reaction: who takes part, may read it and wants to hear; never its author."""
        return [
            one
            for one in self.deelnemers
            if one.mails and one.account != author and (not self.besloten_reacties or one.account == self.organisator)
        ]


def check_name(naam: str, leerling: Leerling | None) -> None:
    """Raise InvalidInput for a new participant whose name holds the pupil's: others can see it (manual 002:269).

    The surname is left alone, since a parent often has the same.
    """
    if leerling is not None and not set(zoek.words(leerling.roepnaam)).isdisjoint(zoek.words(naam)):
        message = "Noem de leerling hier niet: anderen zien deze naam. Heet de deelnemer zelf zo, gebruik dan voorletters."
        raise InvalidInput([Fault(field="naam", rule="leerlingnaam", message=message)])
