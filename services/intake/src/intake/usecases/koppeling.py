"""An environment of an LVS that is let in by a verification code, or stops (manuals 002:276-304, 003:1976-2010).

>>> await couple(tx, "esis", facts, [Accepted(item, KoppelingActiveren(code="99XA00…", omgeving="Linde"), identity)])

A code gives a mandate for its school for as long as it is in use: it ends with the code, and with its removal in the LVS.
"""

from collections.abc import Sequence
from typing import assert_never

from intake.domain import names, verificatiecode
from intake.domain.facts import Facts
from intake.metrics import WRONG_CODES
from intake.store import koppelingen
from intake.store.outgoing import Outcome
from intake.usecases.answers import coupled, refused
from intake.usecases.batch import Accepted, Item
from shared.contracts.connector import KoppelingActiveren, KoppelingStoppen
from shared.database import Transaction
from shared.errors import Fault

Command = KoppelingActiveren | KoppelingStoppen


async def couple(tx: Transaction, connector: str, _: Facts, asked: Sequence[Accepted[Command]]) -> list[Outcome]:
    """Take up what was asked, one after the other; each answer says how it stands now, or why not."""
    outcomes = []
    for each in asked:
        match each.command:
            case KoppelingActiveren() as command:
                outcomes.append(await _activate(tx, connector, each.item, command))
            case KoppelingStoppen() as command:
                outcomes.append(await _stop(tx, connector, each.item, command))
            case _:
                assert_never(each.command)
    return outcomes


async def _activate(tx: Transaction, connector: str, item: Item, command: KoppelingActiveren) -> Outcome:
    guards = verificatiecode.guards(connector, command.code)
    if until := await koppelingen.blocked_until(tx, [key for key, _ in guards]):
        return refused(item, (verificatiecode.too_often(until),))
    actor = names.aanbieder(connector)
    found = await koppelingen.find(tx, verificatiecode.hash_of(command.code), connector)
    if found is None or found["gestopt_op"] is not None:
        for key, guard in guards:
            await koppelingen.count_wrong(tx, key, guard)
        WRONG_CODES.labels(connector).inc()
        tx.audit("koppeling.geweigerd", subject=connector, actor=actor)
        return refused(item, (verificatiecode.unknown(),))
    if found["connector"] not in {None, connector} or found["omgeving"] not in {None, command.omgeving}:
        return refused(item, (verificatiecode.in_use(),))
    if not found["mag"]:
        message = f"Deze koppeling mag niet naar samenwerkingsverband {found['swv']} sturen."
        return refused(item, (Fault(field="code", rule="swv-niet-toegestaan", message=message),))
    await koppelingen.take_up(tx, found["id"], connector, command.omgeving)
    tx.audit("koppeling.geactiveerd", subject=found["school"], actor=actor, verificatiecode=str(found["id"]))
    return coupled(item, found["school"], command.omgeving, actief=True)


async def _stop(tx: Transaction, connector: str, item: Item, command: KoppelingStoppen) -> Outcome:
    school = command.school.brin + command.school.vestiging
    stopped = await koppelingen.put_down(tx, connector, command.omgeving, school)
    if not stopped:
        message = f"Vanuit deze omgeving is er geen koppeling voor de school {school}."
        return refused(item, (Fault(field="omgeving", rule="koppeling-onbekend", message=message),))
    tx.audit("koppeling.gestopt", subject=school, actor=names.aanbieder(connector))
    return coupled(item, school, command.omgeving, actief=False)
