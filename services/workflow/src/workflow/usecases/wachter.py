"""Acting on terms that are due: reminders, escalations, and changes of status that follow from them. Each once."""

from collections.abc import Collection
from uuid import UUID

import asyncpg

from shared import clock, failpoints
from shared.contracts.workflow import TermijnBereikt
from shared.database import Database, Transaction
from shared.envelope import Event
from workflow.domain import stappen
from workflow.domain.hulpvraag import Hulpvraag
from workflow.domain.mails import recipients, rolpostbussen
from workflow.domain.ruleset import Gebeurtenis, Statusmail, Termijn
from workflow.domain.termijnen import BEREIKT
from workflow.domain.verloop import Verloop
from workflow.registry import RuleSets
from workflow.store import hulpvraag as store
from workflow.store import postbus
from workflow.store import termijn as termijn_store
from workflow.usecases.arrive import arrive, coordinator_address
from workflow.usecases.record import SYSTEM

failpoints.register("termijn.before-commit", "termijn.after-commit")


class Termijnwachter:
    """Acts on what is due: ``step`` is a worker's. Each moment has its effect once, however many replicas look."""

    def __init__(self, database: Database, rulesets: RuleSets) -> None:
        self._database = database
        self._rulesets = rulesets

    async def step(self) -> bool:
        """Act on one moment; True when there may be more."""
        if not await termijn_store.any_due(self._database.pool, clock.now()):
            return False
        async with self._database.transaction() as tx:
            hulpvraag = await termijn_store.next_due(tx, clock.now())
            if hulpvraag is None:
                return False
            await self._act(tx, hulpvraag)
            failpoints.hit("termijn.before-commit")
        failpoints.hit("termijn.after-commit")
        return True

    async def _act(self, tx: Transaction, id_: UUID) -> None:
        hulpvraag = await store.lock_by_id(tx, id_)
        moment = await termijn_store.first_due(tx, id_, clock.now())
        if hulpvraag is None or moment is None:
            return
        await termijn_store.done(tx, moment["id"], clock.now())
        regels = await self._rulesets.pinned(tx.connection, hulpvraag.swv, hulpvraag.regels_versie)
        verloop = regels.find(hulpvraag.ingediend.niveau, hulpvraag.aanvraagtype or "")
        termijn = next((one for one in verloop.type.termijnen if one.naam == moment["naam"]), None) if verloop else None
        if verloop is None or termijn is None:
            return
        await _announce(tx, verloop, hulpvraag, termijn, moment)
        if moment["soort"] == BEREIKT:
            status = stappen.automatic(verloop, hulpvraag.status, Gebeurtenis.TERMIJN_BEREIKT, termijn.naam)
            if status is not None:
                await arrive(tx, regels, verloop, hulpvraag, status, Gebeurtenis.TERMIJN_BEREIKT)


async def _announce(tx: Transaction, verloop: Verloop, hulpvraag: Hulpvraag, termijn: Termijn, moment: asyncpg.Record) -> None:
    mails = _mails(termijn, moment["soort"])
    data = hulpvraag.ingediend
    addresses = {
        **await postbus.addresses(tx, hulpvraag.swv, rolpostbussen(mails)),
        **coordinator_address(verloop, hulpvraag),
    }
    tx.publish(
        Event.about(
            TermijnBereikt(
                swv=hulpvraag.swv,
                hulpvraag=hulpvraag.id,
                dossiernummer=hulpvraag.dossiernummer,
                aanvraagtype=hulpvraag.aanvraagtype or data.aanvraagtype,
                status=hulpvraag.status,
                moment=moment["id"],
                soort=BEREIKT if moment["soort"] == BEREIKT else "herinnering",
                termijn=termijn.naam,
                toelichting=termijn.toelichting,
                deadline=moment["deadline"] or moment["grond"],
                op=clock.now(),
                mails=recipients(mails, data.contactpersoon, addresses),
            ),
            subject=hulpvraag.id,
            sequence=hulpvraag.versie,
        )
    )
    tx.audit(
        "termijn.bereikt",
        subject=hulpvraag.id,
        actor=SYSTEM,
        dossiernummer=hulpvraag.dossiernummer,
        termijn=termijn.naam,
        soort=moment["soort"],
    )


def _mails(termijn: Termijn, soort: str) -> Collection[Statusmail]:
    if soort == BEREIKT:
        return termijn.mails
    place = int(soort.rpartition("-")[2]) - 1
    return termijn.herinneringen[place].mails if place < len(termijn.herinneringen) else ()
