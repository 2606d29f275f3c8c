"""Opening a hulpvraag for someone: found, within reach, with its rules beside it."""

from dataclasses import dataclass
from typing import NamedTuple, Self
from uuid import UUID

import asyncpg

from shared import clock, context
from shared.database import Transaction
from shared.errors import Forbidden, NotFound, StaleVersion
from shared.tokens import Actor
from workflow.access import Toegang, access, by_grant
from workflow.domain.hulpvraag import Hulpvraag
from workflow.domain.stappen import allowed_steps
from workflow.domain.verloop import Regels, Stap, Verloop
from workflow.registry import RuleSets
from workflow.store import hulpvraag as store
from workflow.store import toegang as toegang_store
from workflow.usecases.record import Persoon

LET_IN = "extra-toegang"
"""The ground in the audit log of who was let in to one hulpvraag, also for an overlegronde; else it is the kind of account."""


class About(NamedTuple):
    """Which hulpvraag a message is about, as events name it; ``versie`` puts them in order."""

    swv: str
    hulpvraag: UUID
    dossiernummer: int
    aanvraagtype: str
    versie: int

    @classmethod
    def of(cls, row: asyncpg.Record) -> Self:
        """Read it from a row with columns of these names."""
        return cls(*(row[name] for name in cls._fields))

    @classmethod
    def of_one(cls, one: Hulpvraag) -> Self:
        """Read it from a hulpvraag."""
        return cls(one.swv, one.id, one.dossiernummer, one.aanvraagtype or one.ingediend.aanvraagtype, one.versie)


@dataclass(frozen=True, slots=True)
class Dossier:
    """A hulpvraag in the hands of one actor. ``verloop`` is None while its title is unknown."""

    hulpvraag: Hulpvraag
    regels: Regels
    verloop: Verloop | None
    toegang: Toegang
    actor: Actor

    @property
    def about(self) -> About:
        """Which hulpvraag it is, for a message."""
        return About.of_one(self.hulpvraag)

    @property
    def stappen(self) -> tuple[Stap, ...]:
        """What this actor may do now."""
        return () if self.toegang.looks_only else allowed_steps(self.verloop, self.hulpvraag.status, self.toegang.rollen)

    @property
    def labels_it(self) -> bool:
        """Whether this actor may set its labels: who works with it."""
        return not (self.toegang.looks_only or self.toegang.beperkt)

    @property
    def shares_it(self) -> bool:
        """Whether this actor may open it for others: who works with it (manual 003:986, 1704)."""
        return self.labels_it

    @property
    def answers_for_it(self) -> bool:
        """Whether this actor may see who saw it: the SWV's own people."""
        return self.toegang.may("logboek-bekijken")

    @property
    def assigns(self) -> bool:
        """Whether this actor may say who coordinates: the SWV (manual 000:603), or the applicant where the rules say so."""
        regel = self.verloop.type.coordinator if self.verloop else None
        theirs = regel is not None and regel.wie == "aanvrager" and not self.toegang.looks_only
        return self.toegang.intern or theirs

    @property
    def id(self) -> UUID:
        """The hulpvraag's id."""
        return self.hulpvraag.id

    def by(self, rol: str) -> Persoon:
        """The actor as the history names them."""
        return Persoon(self.actor.sub, self.actor.naam, rol)

    def whole(self) -> Self:
        """This, for who may see what it holds. Raises Forbidden for who may only add to it."""
        if self.toegang.beperkt:
            raise Forbidden("U ziet de inhoud van deze hulpvraag nog niet.")
        return self

    def expect(self, versie: int) -> None:
        """Raise StaleVersion unless this is the version the change was made up for."""
        if versie != self.hulpvraag.versie:
            raise StaleVersion(versie=self.hulpvraag.versie)


async def opened(tx: Transaction, rulesets: RuleSets, actor: Actor, dossiernummer: int, *, lock: bool) -> Dossier:
    """Open a hulpvraag. Raises NotFound when it is not there or not within this actor's reach.

    With ``lock`` it stays as it is until the end of the transaction, for a change.
    """
    hulpvraag = await (store.lock if lock else store.find)(tx, dossiernummer)
    if hulpvraag is None or hulpvraag.swv != actor.swv:
        raise NotFound
    regels = await rulesets.pinned(tx.connection, hulpvraag.swv, hulpvraag.regels_versie)
    try:
        toegang = access(actor, regels, hulpvraag)
    except NotFound:
        toegang = by_grant(regels, hulpvraag, await toegang_store.grants(tx, hulpvraag.id, actor.sub, clock.now()))
        context.current().trail.who |= {"grond": LET_IN, "tot": toegang.tot.isoformat() if toegang.tot else None}
    verloop = regels.find(hulpvraag.ingediend.niveau, hulpvraag.aanvraagtype) if hulpvraag.aanvraagtype else None
    return Dossier(hulpvraag, regels, verloop, toegang, actor)
