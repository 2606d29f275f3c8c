"""The invariants I1–I10 of the failure list (peers-and-reliability F), counted over the books of all services.

>>> found = await balance(system, acknowledged={100001, 100002})
>>> assert found.faults() == {}
"""

import asyncio
import hashlib
from collections import Counter, defaultdict
from dataclasses import asdict, dataclass
from typing import Any

import aio_pika

from shared.outbox import EVENTS
from support.fleet import System

_HISTORY = """
SELECT count(*) FROM hulpvraag AS h
WHERE h.versie <> (SELECT count(*) FROM statuswijziging AS w WHERE w.hulpvraag = h.id)
    OR h.versie <> (SELECT max(w.versie) FROM statuswijziging AS w WHERE w.hulpvraag = h.id)
"""
_WITHOUT_EVENT = """
SELECT count(*) FROM statuswijziging AS w WHERE 1 <> (
    SELECT count(*) FROM outbox AS o WHERE o.type LIKE '%status-gewijzigd%' AND o.subject = w.hulpvraag::text
        AND convert_from(o.body, 'UTF8')::jsonb #>> '{data,wijziging}' = w.id::text)
"""
_GHOSTS = """
SELECT count(*) FROM outbox AS o WHERE o.type LIKE '%status-gewijzigd%' AND NOT EXISTS (
    SELECT FROM statuswijziging AS w WHERE w.id::text = convert_from(o.body, 'UTF8')::jsonb #>> '{data,wijziging}')
"""
_GAPS = """
SELECT count(*) FROM (
    SELECT reeks, jaar, laatste, (SELECT count(*) FROM besluit WHERE besluit.nummer LIKE '%' || jaar::text || '%'
        AND CASE reeks WHEN 'TLV' THEN soort = 'TLV' ELSE soort = 'arrangement' END) AS taken FROM besluitnummer) AS x
WHERE laatste <> taken
"""
_DOUBLED = """
SELECT coalesce(sum(copies - 1), 0)::int FROM (
    SELECT count(*) AS copies FROM outbox, LATERAL (SELECT convert_from(body, 'UTF8')::jsonb AS event) AS x
    WHERE event ->> 'causationid' IS NOT NULL GROUP BY event ->> 'causationid', type, subject) AS y
"""
_UNKNOWN = """
SELECT message_id, count(*) AS attempts FROM mail JOIN poging ON poging.mail = mail.id WHERE uitkomst = 'onbekend' GROUP BY 1
"""
_NEEDED = """
SELECT bucket, sleutel FROM bijlage WHERE staat = 'beschikbaar'
UNION ALL SELECT 'uploads', uploadslot::text FROM bijlage WHERE staat = 'wordt gescand'
UNION ALL SELECT 'uploads', id::text FROM uploadslot WHERE staat = 'uitgegeven'
"""
_LETTERS = """
SELECT brief.besluit FROM brief JOIN bijlage ON bijlage.soort = 'brief' AND bijlage.staat = 'beschikbaar'
    AND bijlage.sleutel = brief.besluit || '/' || brief.versie AND bijlage.sha256 = brief.sha256
"""


@dataclass(frozen=True)
class Balance:
    """What was counted; every field but the first two must be 0."""

    acknowledged: int
    recovered: float
    lost: int
    """I1: acknowledged, and not in intake or workflow."""
    unexpected: int
    """In intake, and never acknowledged nor asked for again."""
    history_broken: int
    """I5: a version that is not the number of history rows."""
    changes_without_one_event: int
    """I2."""
    events_without_change: int
    """I3."""
    events_unread: int
    """I4: sent, and a queue bound to its type has no inbox row of it."""
    effects_doubled: int
    """I4: a message that had a second effect: the same message caused two events of one type about one subject."""
    mails_missing: int
    """I6: planned and not at the mail server."""
    mails_doubled: int
    """I6: a Message-ID the mail server has more often than an outcome on record as unknown explains (G10)."""
    mails_unplanned: int
    """I6: at the mail server, and in no row."""
    files_wrong: int
    """I7: available, letters included, and the object is missing or differs."""
    files_without_row: int
    """I7: an object that no bijlage, letter or open upload slot needs."""
    letters_wrong: int
    """I7: a decision without exactly one letter whose bijlage has the letter's SHA-256."""
    numbers_with_gaps: int
    """I8."""
    registrations_wrong: int
    """I8: a decision without exactly one accepted registration."""
    queued: int
    """I10: still in a queue of the broker."""
    unsent: int
    """I10."""
    dead: int
    """I10."""

    def faults(self) -> dict[str, int]:
        """The fields that are not 0."""
        return {name: value for name, value in asdict(self).items() if value and name not in {"acknowledged", "recovered"}}


async def balance(system: System, acknowledged: set[int], *, recovered: float = 0.0) -> Balance:
    """Count once; wait for rest with ``at_rest`` first."""
    taken = {row[0] for row in await system.rows("intake", "SELECT dossiernummer FROM hulpvraag")}
    known = {row[0] for row in await system.rows("workflow", "SELECT dossiernummer FROM hulpvraag")}
    planned = {row[0].strip("<>") for row in await system.rows("notify", "SELECT message_id FROM mail")}
    there = Counter(mail["message_id"].strip("<>") for mail in _mails(system))
    unknown = {row["message_id"].strip("<>"): row["attempts"] for row in await system.rows("notify", _UNKNOWN)}
    objects = system.objects()
    return Balance(
        acknowledged=len(acknowledged),
        recovered=recovered,
        lost=len(acknowledged - (taken & known)),
        unexpected=len(taken - acknowledged),
        history_broken=await system.value("workflow", _HISTORY),
        changes_without_one_event=await system.value("workflow", _WITHOUT_EVENT),
        events_without_change=await system.value("workflow", _GHOSTS),
        events_unread=await _unread(system),
        effects_doubled=sum([await system.value(name, _DOUBLED) for name in ("intake", "workflow", "documents")]),
        mails_missing=len(planned - there.keys()),
        mails_doubled=sum(max(0, count - 1 - unknown.get(message, 0)) for message, count in there.items()),
        mails_unplanned=len(there.keys() - planned),
        files_wrong=await _wrong_files(system, objects),
        files_without_row=len(objects.keys() - {tuple(row) for row in await system.rows("documents", _NEEDED)}),
        letters_wrong=await _wrong_letters(system),
        numbers_with_gaps=await system.value("workflow", _GAPS),
        registrations_wrong=await _wrong_registrations(system),
        queued=await queued(system),
        unsent=sum([await system.value(name, "SELECT count(*) FROM outbox WHERE sent_at IS NULL") for name in _WRITERS]),
        dead=sum([await system.value(name, "SELECT count(*) FROM dead_letter WHERE state = 'open'") for name in _WRITERS]),
    )


_WRITERS = ("intake", "workflow", "documents", "notify", "bron-export")


def _mails(system: System) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    while True:
        page = system.stack.mail.mails(limit="1000", **({"after": str(found[-1]["id"])} if found else {}))
        found += page
        if len(page) < 1000:
            return found


async def queued(system: System) -> int:
    """How many messages wait in the broker, but for what a connector has not fetched yet."""
    names = [row["name"] for row in await asyncio.to_thread(system.stack.rabbitmq.management.request, "GET", "queues")]
    connection = await aio_pika.connect(system.stack.rabbitmq.amqp_url())
    async with connection:
        channel = await connection.channel()
        found = [
            await channel.declare_queue(name, passive=True)
            for name in names
            if not (name.startswith("lvs.") and name.endswith(".uit"))
        ]
        return sum(queue.declaration_result.message_count or 0 for queue in found)


async def _unread(system: System) -> int:
    ask = system.stack.rabbitmq.management.request
    bindings = await asyncio.to_thread(ask, "GET", "exchanges", "/", EVENTS, "bindings", "source")
    sent: dict[str, set[str]] = defaultdict(set)
    for name in _WRITERS:
        for row in await system.rows(name, "SELECT type, message_id FROM outbox WHERE exchange = $1", EVENTS):
            sent[row["type"]].add(str(row["message_id"]))
    unread = 0
    for binding in bindings:
        queue = binding["destination"]
        rows = await system.rows(queue.partition(".")[0], "SELECT message_id FROM inbox WHERE consumer = $1", queue)
        unread += len(sent[binding["routing_key"]] - {str(row["message_id"]) for row in rows})
    return unread


async def _wrong_files(system: System, objects: dict[tuple[str, str], bytes]) -> int:
    rows = await system.rows("documents", "SELECT bucket, sleutel, sha256 FROM bijlage WHERE staat = 'beschikbaar'")
    hashes = {key: hashlib.sha256(content).hexdigest() for key, content in objects.items()}
    return sum(hashes.get((row["bucket"], row["sleutel"])) != _hex(row["sha256"]) for row in rows)


def _hex(value: object) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


async def _wrong_letters(system: System) -> int:
    decisions = {row[0] for row in await system.rows("workflow", "SELECT id FROM besluit")}
    letters = Counter(row[0] for row in await system.rows("documents", _LETTERS))
    return sum(letters[decision] != 1 for decision in decisions | letters.keys())


async def _wrong_registrations(system: System) -> int:
    decisions = {row[0] for row in await system.rows("workflow", "SELECT id FROM besluit WHERE toegekend")}
    accepted = Counter(
        row[0] for row in await system.rows("bron-export", "SELECT besluit FROM registratie WHERE staat = 'geaccepteerd'")
    )
    return sum(accepted[decision] != 1 for decision in decisions)


async def at_rest(system: System) -> bool:
    """Tell whether nothing is on its way any more."""
    for name in _WRITERS:
        if await system.value(name, "SELECT count(*) FROM outbox WHERE sent_at IS NULL"):
            return False
    checks = (
        ("intake", "SELECT count(*) FROM ontvangst WHERE staat IN ('nieuw', 'herhaald')"),
        ("notify", "SELECT count(*) FROM mail WHERE staat NOT IN ('aangeboden', 'onderdrukt', 'geweigerd', 'opgegeven')"),
        ("documents", "SELECT count(*) FROM bijlage WHERE staat = 'wordt gescand'"),
        ("documents", "SELECT count(*) FROM bijlage WHERE op_te_ruimen"),
        ("documents", "SELECT count(*) FROM brief WHERE staat = 'te maken'"),
        ("bron-export", "SELECT count(*) FROM registratie WHERE staat IN ('te verzenden', 'verzonden', 'onbekend')"),
    )
    if any([await system.value(name, statement) for name, statement in checks]):
        return False
    return await queued(system) == 0 and await _unread(system) == 0  # what a handler has in hand is in no queue
