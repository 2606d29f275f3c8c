"""A school that goes elsewhere takes its running hulpvragen along: to another board or number, or into another school.

What is at its end keeps the school that it had. No status changes and nothing is mailed. Taken back, each hulpvraag returns to
the school it was of, unless it went on since: then somebody at the new school has worked with it, and it stays there.
"""

from shared import clock
from shared.contracts.common import School
from shared.contracts.intake import HulpvraagIngediend, OrganisatieGewijzigd
from shared.database import Transaction
from workflow.store import hulpvraag as store
from workflow.store import verhuizing as verhuizing_store
from workflow.usecases.record import SYSTEM


async def school_moved(tx: Transaction, data: OrganisatieGewijzigd) -> None:
    """Do what intake tells, or take it back; once, and never what is older than known."""
    if not await verhuizing_store.keep(tx, data):
        return
    done = await (_take_along(tx, data) if data.versie == 1 else _put_back(tx, data))
    what = "school.verhuisd" if data.versie == 1 else "school.teruggezet"
    tx.audit(what, subject=data.van.code, actor=SYSTEM, verhuizing=data.verhuizing, naar=data.naar.code, hulpvragen=done)


async def catch_up(tx: Transaction, data: HulpvraagIngediend) -> None:
    """Let a hulpvraag that has just arrived follow its school, if that went elsewhere since it was submitted."""
    school, since = data.school, data.ingediend_op - verhuizing_store.SKEW
    while True:
        found = await verhuizing_store.next_after(tx, data.swv, school, since)
        if found is None:
            return
        now = await store.lock_by_id(tx, data.hulpvraag)
        if now is None or now.einde:
            return
        await verhuizing_store.step(tx, found["id"], now)
        school, since = School.model_validate(found["naar"]), found["op"]
        await verhuizing_store.move(tx, now, school)
        tx.audit("hulpvraag.verhuisd", subject=now.id, actor=SYSTEM, verhuizing=found["id"])


async def _take_along(tx: Transaction, data: OrganisatieGewijzigd) -> int:
    done = 0
    for id_ in await verhuizing_store.running(tx, data.swv, data.van):
        now = await store.lock_by_id(tx, id_)
        if now is not None and not now.einde:
            await verhuizing_store.step(tx, data.verhuizing, now)
            await verhuizing_store.move(tx, now, data.naar)
            tx.audit("hulpvraag.verhuisd", subject=id_, actor=SYSTEM, verhuizing=data.verhuizing)
            done += 1
    return done


async def _put_back(tx: Transaction, data: OrganisatieGewijzigd) -> int:
    done = 0
    for step in await verhuizing_store.steps(tx, data.verhuizing):
        now = await store.lock_by_id(tx, step["hulpvraag"])
        if now is None or now.versie != step["versie_na"] or now.ingediend.school != data.naar:
            continue
        await verhuizing_store.move(tx, now, School.model_validate(step["van"]))
        await verhuizing_store.undone(tx, data.verhuizing, now.id, clock.now())
        tx.audit("hulpvraag.teruggezet", subject=now.id, actor=SYSTEM, verhuizing=data.verhuizing)
        done += 1
    return done
