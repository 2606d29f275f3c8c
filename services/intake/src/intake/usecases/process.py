"""What connectors sent, from stored rows to hulpvragen and answers: a batch at a time, in order of arrival.

>>> async with database.transaction() as tx:
...     if await received.lock(tx, connector.id):
...         rows = await received.claim(tx, connector.id, clock.now(), BATCH)
...         done = await process(tx, connector, rows, limit=262_144)
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

import asyncpg

from intake.domain.aanduiding import LARGEST_NUMBER, code_of, key_of
from intake.domain.bijlagen import missing
from intake.domain.facts import Facts
from intake.domain.reading import Command, at_most
from intake.domain.rules import judge, school_code
from intake.domain.versions import as_sent
from intake.store import bestaand, organisations, outgoing, received, submissions, titelregels
from intake.store.outgoing import Outcome
from intake.usecases.accept import ask_slots, submit
from intake.usecases.answers import refused
from intake.usecases.batch import Accepted, Connector, Item, distinct, item_of
from intake.usecases.existing import ask_status, remove, withdraw
from intake.usecases.koppeling import couple
from intake.usecases.letters import ask_letters
from intake.usecases.offer import offer
from intake.usecases.osoindienen import rond_af
from shared import clock
from shared.contracts.connector import (
    BijlagenToevoegen,
    BriefOphalen,
    HulpvraagIndienen,
    HulpvraagIntrekken,
    HulpvraagVerwijderen,
    KoppelingActiveren,
    KoppelingStoppen,
    StatusOpvragen,
    UploadslotsAanvragen,
)
from shared.database import Transaction

BATCH = 50
"""Rows in one transaction."""
_LARGE = 16_384
"""Bytes from which reading a message lets others go first: it may take milliseconds."""


Work = Callable[[Transaction, str, Facts, Sequence[Accepted[Any]]], Awaitable[list[Outcome]]]
WORK: Mapping[type[Command], Work] = {
    HulpvraagIndienen: submit,
    BijlagenToevoegen: offer,
    UploadslotsAanvragen: ask_slots,
    BriefOphalen: ask_letters,
    HulpvraagIntrekken: withdraw,
    HulpvraagVerwijderen: remove,
    StatusOpvragen: ask_status,
    KoppelingActiveren: couple,
    KoppelingStoppen: couple,
}
"""What is done with each kind of command that passed every rule. A new kind also has its rules in ``domain.rules.judge``."""


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
    taken: defaultdict[type[Command], list[Accepted[Any]]] = defaultdict(list)
    for item in items:
        command, identity, faults = item.reading.command, item.reading.identity, item.reading.faults
        if command is not None:
            faults = at_most(as_sent(item.reading.kind, judge(command, facts, today=clock.today())))
        if command is None or identity is None or faults:
            outcomes.append(refused(item, faults))
        elif (key := item.dossier_key) is not None and behind.get(key, item.number) < item.number:
            later.append((item.number, key))
        else:
            taken[type(command)].append(Accepted(item, command, identity))
    for kind, accepted in taken.items():
        outcomes += await WORK[kind](tx, connector, facts, accepted)
    await received.postpone(tx, [number for number, _ in later], [key for _, key in later], clock.now())
    outcomes = await rond_af(tx, items, outcomes)
    await outgoing.settle(tx, connector, sorted(outcomes, key=lambda outcome: outcome.row))


async def _facts(tx: Transaction, connector: str, items: Sequence[Item]) -> tuple[Facts, dict[str, int]]:
    """Look up everything the rules will ask of these rows; and which dossiers wait behind which failed row."""
    swvs: set[str] = set()
    scholen: set[str] = set()
    nummers: set[int] = set()
    referenties: set[tuple[str, str]] = set()
    slots: set[UUID] = set()
    for item in items:
        match item.reading.command:
            case HulpvraagIndienen() as command:
                swvs.add(command.swv)
                scholen.add(school_code(command))
                slots.update(command.uploadslots)
            case BijlagenToevoegen() | BriefOphalen() as command:
                nummers.add(command.dossiernummer)
            case UploadslotsAanvragen() as command:
                swvs.add(command.swv)
            case HulpvraagIntrekken() | HulpvraagVerwijderen() as command:
                nummers |= {command.dossiernummer} if command.dossiernummer is not None else set()
                referenties |= {key} if (key := key_of(command)) else set()
            case StatusOpvragen() as command:
                nummers |= set(command.dossiernummers)
                referenties |= {key} if (key := key_of(command)) else set()
                scholen |= {code_of(command.school)} if command.school else set()
    nummers = {nummer for nummer in nummers if nummer <= LARGEST_NUMBER}
    found = await bestaand.numbers(tx, connector, sorted(nummers)) if nummers else {}
    named = await bestaand.references(tx, connector, sorted(referenties)) if referenties else {}
    by_reference = {key: known.fact for key, known in named.items()}
    for hulpvraag in (*found.values(), *by_reference.values()):
        scholen.add(hulpvraag.school)
        swvs.add(hulpvraag.swv)
    allowed, schools, behind = await organisations.facts(tx, connector, sorted(swvs), sorted(scholen))
    erased = await submissions.erased_numbers(tx, sorted(nummers)) if nummers else frozenset()
    soorten = await submissions.kinds(tx, sorted(slots)) if slots else {}
    regels = await titelregels.of(tx, sorted(swvs))
    facts = Facts(allowed, schools, found, by_reference, erased, regels, soorten)
    return await _with_what_came_before(tx, connector, facts, items), behind


async def _with_what_came_before(tx: Transaction, connector: str, facts: Facts, items: Sequence[Item]) -> Facts:
    """Look up the hulpvragen, by reference, to which a bijlage that the rules ask for may have come before."""
    commands = [item.reading.command for item in items]
    lacking = {
        (school_code(command), command.eigen_referentie)
        for command in commands
        if isinstance(command, HulpvraagIndienen) and any(missing(command, facts))
    }
    if not lacking:
        return facts
    found = await bestaand.references(tx, connector, sorted(lacking))
    return replace(facts, referenties={**facts.referenties, **{key: known.fact for key, known in found.items()}})
