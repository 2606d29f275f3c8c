"""What connectors sent, from stored rows to hulpvragen and answers: a batch at a time, in order of arrival.

>>> async with database.transaction() as tx:
...     if await received.lock(tx, connector.id):
...         rows = await received.claim(tx, connector.id, clock.now(), BATCH)
...         done = await process(tx, connector, rows, limit=262_144)
"""

import asyncio
from collections.abc import Sequence
from typing import assert_never

import asyncpg

from intake.domain.facts import Facts
from intake.domain.reading import at_most
from intake.domain.rules import judge, school_code
from intake.store import organisations, outgoing, received, submissions, titelregels
from intake.store.outgoing import Outcome
from intake.usecases.accept import ask_slots, offer, submit
from intake.usecases.answers import refused
from intake.usecases.batch import Accepted, Connector, Item, distinct, item_of
from shared import clock
from shared.contracts.connector import BijlagenToevoegen, HulpvraagIndienen, UploadslotsAanvragen
from shared.database import Transaction

BATCH = 50
"""Rows in one transaction."""
_LARGE = 16_384
"""Bytes from which reading a message lets others go first: it may take milliseconds."""
_LARGEST_NUMBER = 2**63 - 1


async def process(tx: Transaction, connector: Connector, rows: Sequence[asyncpg.Record], *, limit: int) -> int:
    """Handle claimed rows; return how many were settled, from the first on. Hold the lock of the connector."""
    again = [row["id"] for row in rows if row["staat"] == "herhaald"]
    await received.answer_again(tx, again, [clock.new_id() for _ in again], clock.now())
    batch = distinct(await _read([row for row in rows if row["staat"] != "herhaald"], connector, limit))
    if batch:
        await _handle(tx, connector.id, batch)
    return len(again) + len(batch)


async def _read(rows: Sequence[asyncpg.Record], connector: Connector, limit: int) -> list[Item]:
    items = []
    for row in rows:
        if row["grootte"] > _LARGE:
            await asyncio.sleep(0)
        items.append(item_of(row, connector, limit))
    return items


async def _handle(tx: Transaction, connector: str, items: Sequence[Item]) -> None:
    """Judge each row, do what the good ones ask, and settle all of them."""
    facts, behind = await _facts(tx, connector, items)
    outcomes: list[Outcome] = []
    later: list[tuple[int, str]] = []
    hulpvragen: list[Accepted[HulpvraagIndienen]] = []
    bijlagen: list[Accepted[BijlagenToevoegen]] = []
    uploadslots: list[Accepted[UploadslotsAanvragen]] = []
    for item in items:
        command, identity, faults = item.reading.command, item.reading.identity, item.reading.faults
        if command is None or identity is None:
            outcomes.append(refused(item, faults))
            continue
        if faults := at_most(judge(command, facts, today=clock.today())):
            outcomes.append(refused(item, faults))
            continue
        match command:
            case HulpvraagIndienen():
                key = item.dossier_key or ""
                if behind.get(key, item.number) < item.number:
                    later.append((item.number, key))
                else:
                    hulpvragen.append(Accepted(item, command, identity))
            case BijlagenToevoegen():
                bijlagen.append(Accepted(item, command, identity))
            case UploadslotsAanvragen():
                uploadslots.append(Accepted(item, command, identity))
            case _:
                assert_never(command)
    outcomes += await submit(tx, connector, facts, hulpvragen)
    outcomes += await offer(tx, connector, facts, bijlagen)
    outcomes += await ask_slots(tx, connector, uploadslots)
    await received.postpone(tx, [number for number, _ in later], [key for _, key in later], clock.now())
    await outgoing.settle(tx, connector, sorted(outcomes, key=lambda outcome: outcome.row))


async def _facts(tx: Transaction, connector: str, items: Sequence[Item]) -> tuple[Facts, dict[str, int]]:
    """Look up everything the rules will ask of these rows; and which dossiers wait behind which failed row."""
    swvs: set[str] = set()
    scholen: set[str] = set()
    nummers: set[int] = set()
    for item in items:
        match item.reading.command:
            case HulpvraagIndienen() as command:
                swvs.add(command.swv)
                scholen.add(school_code(command))
            case BijlagenToevoegen() as command if command.dossiernummer <= _LARGEST_NUMBER:
                nummers.add(command.dossiernummer)
            case UploadslotsAanvragen() as command:
                swvs.add(command.swv)
    found = await submissions.numbers(tx, connector, sorted(nummers)) if nummers else {}
    scholen |= {hulpvraag.school for hulpvraag in found.values()}
    allowed, schools, behind = await organisations.facts(tx, connector, sorted(swvs), sorted(scholen))
    erased = await submissions.erased_numbers(tx, sorted(nummers)) if nummers else frozenset()
    return Facts(allowed, schools, found, erased, await titelregels.of(tx, sorted(swvs))), behind
