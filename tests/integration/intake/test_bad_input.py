"""Bad input gets a clear answer where the sender looks, and the original is kept."""

import json
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pamqp.encode
import pytest
from aiormq.exceptions import AMQPError

from intake.domain import names
from shared.contracts.connector import MAX_FILE, Aanvaard, BijlagenToevoegen, Geweigerd, UploadslotsAanvragen
from support.intake import Lvs, Served, hulpvraag, leerling

BSN = "123456782"
ID = "0190d0a0-0000-7000-8000-000000000001"
BAD: dict[str, tuple[Any, dict[str, Any], tuple[str, str]]] = {
    "malformed json": (b'{"swv": ', {}, ("(bericht)", "json")),
    "no utf-8": (b"\xff\xff", {}, ("(bericht)", "utf-8")),
    "a list": (b"[]", {}, ("(bericht)", "object")),
    "wrong content type": (hulpvraag(), {"content_type": "text/plain"}, ("content_type", "content-type")),
    "unknown type": (hulpvraag(), {"kind": "hulpvraag"}, ("type", "onbekend-type")),
    "no type": (hulpvraag(), {"kind": None}, ("type", "verplicht")),
    "id is no uuid": (hulpvraag(), {"message_id": "42"}, ("message_id", "uuid")),
    "no id": (hulpvraag(), {"message_id": None}, ("message_id", "verplicht")),
    "no user": (hulpvraag(), {"user_id": None}, ("user_id", "verplicht")),
    "wrong type": (hulpvraag(omschrijving=5), {}, ("omschrijving", "tekst")),
    "missing field": ({"swv": "PO2507"}, {}, ("leerling", "verplicht")),
    "unknown swv": (hulpvraag(swv="PO9999"), {}, ("swv", "swv-onbekend")),
    "swv not allowed": (hulpvraag(swv="PO00YY"), {}, ("swv", "swv-niet-toegestaan")),
    "unknown school": (hulpvraag(school={"brin": "99ZZ", "vestiging": "00"}), {}, ("school", "school-onbekend")),
    "no mandate": (hulpvraag(school={"brin": "99XB", "vestiging": "00"}), {}, ("school", "geen-mandaat")),
    "school of another swv": (hulpvraag(school={"brin": "99XC", "vestiging": "00"}), {}, ("school", "school-ander-swv")),
    "born in the future": (
        hulpvraag(leerling=leerling(geboortedatum="2999-01-01")),
        {},
        ("leerling.geboortedatum", "toekomst"),
    ),
    "unknown dossiernummer": (
        {"dossiernummer": 7, "uploadslots": [ID]},
        {"kind": BijlagenToevoegen.TYPE},
        ("dossiernummer", "dossiernummer-onbekend"),
    ),
    "slots of another swv": (
        {"swv": "PO00YY", "bestanden": [{"naam": "verslag.pdf", "grootte": 1, "sha256": "0" * 64}]},
        {"kind": UploadslotsAanvragen.TYPE},
        ("swv", "swv-niet-toegestaan"),
    ),
    "file too large": (
        {"swv": "PO2507", "bestanden": [{"naam": "verslag.pdf", "grootte": MAX_FILE + 1, "sha256": "0" * 64}]},
        {"kind": UploadslotsAanvragen.TYPE},
        ("bestanden.0.grootte", "te-groot"),
    ),
    "null in a text": (hulpvraag(omschrijving="a\0b"), {}, ("omschrijving", "stuurteken")),
    "timestamp in nanoseconds": ({}, {"headers": {"at": 10**18, "\x00": "\x00"}}, ("swv", "verplicht")),
}


async def test_each_bad_message_gets_its_answer_and_is_kept(served: Served, lvs: Lvs) -> None:
    for case, (body, properties, expected) in BAD.items():
        message_id = await lvs.send(body, **properties)
        answer = await lvs.answer_to(message_id)
        assert answer["_"].type == Geweigerd.TYPE, case
        assert answer["betreft"] == (message_id or ""), case
        assert expected in [(fout["field"], fout["rule"]) for fout in answer["fouten"]], (case, answer["fouten"])
    rows = await served.world.fetch(
        "SELECT uitkomst, body FROM intake.ontvangst WHERE connector = $1 ORDER BY id", lvs.connector
    )
    assert [row["uitkomst"] for row in rows] == ["geweigerd"] * len(BAD)
    originals = [body if isinstance(body, bytes) else json.dumps(body).encode() for body, _, _ in BAD.values()]
    assert [row["body"] for row in rows] == originals
    made = "SELECT count(*) FROM intake.hulpvraag WHERE connector = $1"
    assert await served.world.fetchval(made, lvs.connector) == 0


async def test_a_message_over_the_limit_is_refused_and_leaves_its_size_and_hash(served: Served, lvs: Lvs) -> None:
    answer = await lvs.answer_to(await lvs.send(hulpvraag(omschrijving="x" * 300_000)))
    fits = await lvs.answer_to(await lvs.send(hulpvraag()))
    assert ("(bericht)", "te-groot") in [(fout["field"], fout["rule"]) for fout in answer["fouten"]]
    assert fits["_"].type == Aanvaard.TYPE
    kept = "SELECT grootte, body, length(sha256) AS hash FROM intake.ontvangst WHERE connector = $1 ORDER BY id LIMIT 1"
    (row,) = await served.world.fetch(kept, lvs.connector)
    assert (row["grootte"] > 300_000, row["body"], row["hash"]) == (True, None, 32)


async def test_a_bsn_is_refused_and_its_original_is_not_kept(served: Served, lvs: Lvs) -> None:
    for body in (hulpvraag(omschrijving=f"bsn {BSN}"), hulpvraag(leerling=leerling(bsn=BSN))):
        answer = await lvs.answer_to(await lvs.send(body))
        assert "bsn" in [fout["rule"] for fout in answer["fouten"]]
        assert BSN.encode() not in answer["_"].body
    erased = "SELECT count(*) FROM intake.ontvangst WHERE body IS NULL AND connector = $1"
    assert await served.world.fetchval(erased, lvs.connector) == 2


async def test_another_user_on_this_connectors_exchange_is_refused(served: Served, lvs: Lvs) -> None:
    stranger = await served.world.lvs()
    await served.world.grant(stranger.user, configure="^$", write=r"^lvs\..*\.in$", read=r"^lvs\.parnassys\.uit$")
    sent, message_id = hulpvraag(), str(uuid4())
    await stranger.send(sent, message_id=message_id, exchange=names.exchange(lvs.connector))
    refused = await lvs.answer_to(message_id)
    await lvs.send(sent, message_id=message_id)
    accepted = await lvs.answer_to(message_id)
    await served.world.grant(stranger.user, **names.permissions("parnassys"))
    assert [(fout["field"], fout["rule"]) for fout in refused["fouten"]] == [("user_id", "afzender")]
    assert accepted["_"].type == Aanvaard.TYPE
    users = "SELECT eigenschappen->>'user_id' FROM intake.ontvangst WHERE connector = $1 ORDER BY id"
    assert [row[0] for row in await served.world.fetch(users, lvs.connector)] == [stranger.user, lvs.user]


async def test_a_connector_can_reach_nothing_but_its_own_exchange_and_queue(served: Served, lvs: Lvs) -> None:
    for forbidden in (names.exchange("parnassys"), "events", "intake.work", "dead"):
        sender = await served.world.lvs(lvs.connector)
        with pytest.raises(AMQPError, match="ACCESS_REFUSED"):
            await sender.send(hulpvraag(), exchange=forbidden)
    for queue in (names.uit("parnassys"), names.inbox(lvs.connector), names.inbox("parnassys")):
        reader = await served.world.lvs(lvs.connector)
        with pytest.raises(AMQPError, match="ACCESS_REFUSED"):
            await reader.listen(queue=queue)
    with pytest.raises(AMQPError, match="PRECONDITION_FAILED"):
        await lvs.send(hulpvraag(), user_id="iemand-anders")


@contextmanager
def raw_strings() -> Iterator[None]:
    """Let a client write bytes that are no UTF-8, as some do: what stands behind a surrogate goes out as it is."""
    before = dict(pamqp.encode.METHODS)

    def short(value: str) -> bytes:
        content = value.encode("utf-8", "surrogateescape")
        return bytes([len(content)]) + content

    pamqp.encode.METHODS["shortstr"] = short
    try:
        yield
    finally:
        pamqp.encode.METHODS.update(before)


async def test_properties_that_nobody_can_read_do_not_stop_the_messages_behind(lvs: Lvs) -> None:
    with raw_strings():
        await lvs.send(hulpvraag(), message_id="a\udcffb", kind="\udcff\udcfe")
        behind = await lvs.send(hulpvraag())
    unreadable = await lvs.next()
    assert ("message_id", "uuid") in [(fout["field"], fout["rule"]) for fout in unreadable["fouten"]]
    assert (await lvs.answer_to(behind))["_"].type == Aanvaard.TYPE


async def test_a_timestamp_of_the_far_future_does_not_stop_the_messages_behind(
    lvs: Lvs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nanoseconds(_: datetime) -> bytes:
        return struct.pack(">Q", 1_795_000_000_000_000_000)

    with monkeypatch.context() as patch:
        patch.setitem(pamqp.encode.METHODS, "timestamp", nanoseconds)
        first = await lvs.send(hulpvraag(), timestamp=datetime(2026, 1, 1, tzinfo=UTC))
    behind = await lvs.send(hulpvraag())
    answers = await lvs.many(2)
    assert [answer["betreft"] for answer in answers] == [first, behind]
    assert {answer["_"].type for answer in answers} == {Aanvaard.TYPE}


async def test_what_the_database_refuses_is_still_kept(served: Served, lvs: Lvs, monkeypatch: pytest.MonkeyPatch) -> None:
    """A value that our own care let through must not hold up the connector: shown with that care taken away."""
    monkeypatch.setattr("intake.adapters.wire.plain", lambda value: value)
    await lvs.send(hulpvraag(), headers={"x": "a\0b"})
    good = await lvs.send(hulpvraag())
    answers = {answer["betreft"]: answer for answer in await lvs.many(2)}
    assert answers[str(good)]["_"].type == Aanvaard.TYPE
    assert answers[""]["_"].type == Geweigerd.TYPE
    kept = "SELECT count(body) FROM intake.ontvangst WHERE connector = $1"
    assert await served.world.fetchval(kept, lvs.connector) == 2
