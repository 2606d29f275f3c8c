"""Commands about a hulpvraag that exists: withdrawn, taken off the sender's own list, asked how it stands."""

from collections.abc import Sequence

import asyncpg

from intake.domain import names
from intake.domain.aanduiding import LARGEST_NUMBER, about, code_of, is_listed, key_of
from intake.domain.facts import Facts, HulpvraagFact
from intake.store import bestaand
from intake.store.outgoing import Outcome, encode
from intake.usecases.answers import accepted, told
from intake.usecases.batch import Accepted
from shared import clock
from shared.contracts.connector import (
    MAX_ASKED,
    HulpvraagIntrekken,
    HulpvraagVerwijderen,
    Stand,
    StatusBericht,
    StatusOpvragen,
    Statussen,
)
from shared.contracts.intake import HulpvraagIngetrokken
from shared.database import Transaction
from shared.envelope import Event

MAX_ANSWER = 200_000
"""Bytes of one answer about many hulpvragen: far below what a broker takes (1 MB), with room for explanations."""


async def withdraw(
    tx: Transaction, connector: str, facts: Facts, asked: Sequence[Accepted[HulpvraagIntrekken]]
) -> list[Outcome]:
    """Tell the others, once, that the school withdrew it; its status is workflow's."""
    outcomes = []
    for each in asked:
        hulpvraag = _there(each.command, facts)
        now = clock.now()
        place = await bestaand.withdraw(tx, hulpvraag.id, now)
        if place is not None:
            data = HulpvraagIngetrokken(
                swv=hulpvraag.swv,
                hulpvraag=hulpvraag.id,
                dossiernummer=hulpvraag.dossiernummer,
                reden=each.command.reden,
                ingetrokken_op=now,
            )
            with each.at_work("hulpvraag.intrekken"):
                tx.publish(Event.about(data, subject=hulpvraag.id, sequence=place))
                tx.audit("hulpvraag.ingetrokken", subject=hulpvraag.id, actor=names.aanbieder(connector))
        outcomes.append(accepted(each.item, hulpvraag.id, hulpvraag.dossiernummer))
    return outcomes


async def remove(
    tx: Transaction, connector: str, facts: Facts, asked: Sequence[Accepted[HulpvraagVerwijderen]]
) -> list[Outcome]:
    """Take it off the connector's own list. The dossier of the SWV stays for its term (docs/decisions)."""
    outcomes = []
    for each in asked:
        hulpvraag = _there(each.command, facts)
        if await bestaand.remove(tx, hulpvraag.id, clock.now()):
            tx.audit("hulpvraag.van_lijst_gehaald", subject=hulpvraag.id, actor=names.aanbieder(connector))
        outcomes.append(accepted(each.item, hulpvraag.id, hulpvraag.dossiernummer))
    return outcomes


async def ask_status(tx: Transaction, connector: str, facts: Facts, asked: Sequence[Accepted[StatusOpvragen]]) -> list[Outcome]:
    """Answer how hulpvragen stand, from what workflow told last.

    Question and answer are kept as they are; they make no audit row per hulpvraag, for an LVS asks every night.
    """
    return [await _stands(tx, connector, facts, each) for each in asked]


async def _stands(tx: Transaction, connector: str, facts: Facts, each: Accepted[StatusOpvragen]) -> Outcome:
    command, after = each.command, min(each.command.na_dossiernummer or 0, LARGEST_NUMBER)
    unknown: list[int] = []
    if command.school is None:
        numbers = sorted({number for number in command.dossiernummers if number > after})
        unknown = [number for number in numbers if not is_listed(facts.hulpvragen.get(number), facts)]
        rows = await bestaand.stands(tx, [facts.hulpvragen[number].id for number in numbers if number not in unknown])
    elif (key := key_of(command)) is not None:
        rows = await bestaand.stands(tx, [facts.referenties[key].id])
    else:
        code = code_of(command.school)
        rows = await bestaand.open_stands(tx, connector, code, facts.schools[code].code, after, MAX_ASKED + 1)
    kept = _fitting(rows)
    message = Statussen(
        betreft=each.item.reading.betreft,
        hulpvragen=tuple(_stand(row) for row in kept),
        onbekend=tuple(unknown),
        volgende=kept[-1]["dossiernummer"] if len(kept) < len(rows) else None,
    )
    return told(each.item, Statussen.TYPE, message, over=tuple(row["id"] for row in kept))


def _fitting(rows: Sequence[asyncpg.Record]) -> Sequence[asyncpg.Record]:
    """Cut to what one answer may hold; always at least one."""
    size = 0
    for place, row in enumerate(rows[:MAX_ASKED]):
        size += len(encode(_stand(row)))
        if size > MAX_ANSWER and place:
            return rows[:place]
    return rows[:MAX_ASKED]


def _stand(row: asyncpg.Record) -> Stand:
    last = row["laatste_status"]
    status = StatusBericht.model_validate(last) if last is not None else None
    return Stand(dossiernummer=row["dossiernummer"], eigen_referentie=row["eigen_referentie"], status=status)


def _there(command: HulpvraagIntrekken | HulpvraagVerwijderen, facts: Facts) -> HulpvraagFact:
    """Return what the command names; the rules have seen that it is there."""
    hulpvraag = about(command, facts)
    if hulpvraag is None:
        raise LookupError(command.dossiernummer)
    return hulpvraag
