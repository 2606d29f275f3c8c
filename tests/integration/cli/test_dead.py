"""``schakel dead`` and ``schakel outbox`` on a real database: all means all, and what was done is on record."""

import json

import pytest

from shared.envelope import Event
from shared.service import Tx
from support.cli import Ran, schakel
from support.ping import Ping, service_with
from support.sandbox import SERVICES, Sandbox, running

_INSERT = """
INSERT INTO notify.dead_letter (queue, message_id, type, subject, reason, detail, attempts, headers, properties, body, died_at)
SELECT $1, gen_random_uuid()::text, 'nl.passend-onderwijs.probe.ping.v1', 'zaak-' || n, $2, 'het ging mis', 3,
    '{"x-attempt": 3}', '{}', convert_to('{"subject": "zaak-' || n || '"}', 'UTF8'), now()
FROM generate_series(1, $3) AS n
"""
QUEUE = "notify.ping"


class Desk:
    """An operator at the database of notify."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def run(self, *arguments: str) -> Ran:
        urls = {f"SCHAKEL_{name.replace('-', '_').upper()}_DATABASE_URL": self.sandbox.database_url(name) for name in SERVICES}
        return await schakel(*arguments, **urls)

    async def died(self, count: int, reason: str = "RuntimeError", queue: str = QUEUE) -> list[int]:
        """Leave so many dead letters; return their numbers."""
        async with self.sandbox.connect() as owner:
            await owner.execute(_INSERT, queue, reason, count)
            rows = await owner.fetch("SELECT id FROM notify.dead_letter WHERE reason = $1 ORDER BY id", reason)
        return [row["id"] for row in rows]

    async def states(self) -> dict[tuple[str, str], int]:
        async with self.sandbox.connect() as owner:
            rows = await owner.fetch("SELECT reason, state, count(*) AS n FROM notify.dead_letter GROUP BY reason, state")
        return {(row["reason"], row["state"]): row["n"] for row in rows}

    async def value(self, query: str) -> object:
        async with self.sandbox.connect() as owner:
            return await owner.fetchval(query)


@pytest.fixture
async def desk(sandbox: Sandbox) -> Desk:
    return Desk(sandbox)


async def test_the_list_names_causes_and_letters_and_says_how_many_more(desk: Desk) -> None:
    assert (await desk.run("dead", "list")).out == "no dead letters\n"
    await desk.died(501)
    await desk.died(2, "Forbidden")
    shown = (await desk.run("dead", "list", "notify")).out
    assert "notify.ping  RuntimeError  501 open" in shown
    assert "notify.ping  Forbidden  2 open" in shown
    assert (
        shown.count("het ging mis") + sum(int(line.split()[0]) for line in shown.splitlines() if line.endswith("more")) == 503
    )
    assert (await desk.run("dead", "list", "intake")).out == "no dead letters\n"
    unknown = await desk.run("dead", "list", "notifier")
    assert (unknown.code, "unknown service 'notifier'" in unknown.err) == (1, True)


async def test_one_is_shown_whole(desk: Desk) -> None:
    (number,) = await desk.died(1)
    shown = await desk.run("dead", "show", "notify", str(number))
    message = await desk.value("SELECT message_id FROM notify.dead_letter")
    assert f"message_id  {message}" in shown.out
    for word in ("notify.ping", "RuntimeError", "het ging mis", "zaak-1", '{"x-attempt": 3}', '{"subject": "zaak-1"}'):
        assert word in shown.out
    gone = await desk.run("dead", "show", "notify", "999999")
    assert (gone.code, gone.out, "bestaat niet" in gone.err) == (1, "", True)


async def test_all_of_a_reason_are_replayed_also_beyond_five_hundred(desk: Desk) -> None:
    await desk.died(501)
    await desk.died(3, "Forbidden")
    assert (await desk.run("dead", "replay", "notify", "--reason", "RuntimeError", "--by", "jansen")).out == "501 replayed\n"
    assert await desk.states() == {("RuntimeError", "replayed"): 501, ("Forbidden", "open"): 3}
    assert await desk.value("SELECT count(DISTINCT message_id) FROM notify.outbox WHERE routing_key = 'notify.ping'") == 501
    logged = "SELECT count(*) FROM notify.audit_log WHERE action = 'dead_letter.replayed' AND actor = 'operator:jansen'"
    assert await desk.value(logged) == 501


async def test_all_of_a_queue_are_dropped_also_beyond_five_hundred_with_the_reason_on_record(desk: Desk) -> None:
    await desk.died(501)
    await desk.died(2, "Forbidden", "notify.other")
    command = ("dead", "drop", "notify", "--queue", QUEUE, "--by", "jansen")
    nameless = await desk.run(*command)
    assert nameless.code == 2, "a reason is asked"
    assert (await desk.run(*command, "--why", "dubbel")).out == "501 dropped\n"
    assert await desk.states() == {("RuntimeError", "dropped"): 501, ("Forbidden", "open"): 2}
    assert await desk.value("SELECT count(*) FROM notify.outbox") == 0
    assert await desk.value("SELECT count(*) FROM notify.audit_log WHERE details->>'why' = 'dubbel'") == 501


async def test_numbers_name_some_and_one_that_was_settled_does_not_count_again(desk: Desk) -> None:
    numbers = await desk.died(3)
    command = ("dead", "replay", "notify", str(numbers[0]), str(numbers[2]), "--by", "jansen")
    assert [(await desk.run(*command)).out for _ in range(2)] == ["2 replayed\n", "0 replayed\n"]
    assert await desk.states() == {("RuntimeError", "replayed"): 2, ("RuntimeError", "open"): 1}
    nothing = await desk.run("dead", "replay", "notify", "--by", "jansen")
    assert (nothing.code, nothing.err) == (1, "name numbers, --queue or --reason\n")


async def test_the_outbox_shows_what_waits_why_and_that_nobody_relays(desk: Desk) -> None:
    async def handle(_: Event[Ping], __: Tx) -> None:
        """Nothing is delivered here."""

    service = service_with(desk.sandbox, handle)
    quiet = await desk.run("outbox", "status")
    assert quiet.code == 1
    assert quiet.out.count("no relay active") == len(SERVICES)
    async with running(service):
        relayed = await desk.run("outbox", "status")
        (line,) = [each for each in relayed.out.splitlines() if each.startswith("notify")]
        assert "0 waiting" in line
        assert "no relay active" not in line
    await desk.died(2)
    await desk.run("dead", "replay", "notify", "--queue", QUEUE, "--by", "jansen")
    async with desk.sandbox.connect() as owner:
        await owner.execute("UPDATE notify.outbox SET attempts = 1, last_error = 'geen-ontvanger'")
    (line,) = [each for each in (await desk.run("outbox", "status")).out.splitlines() if each.startswith("notify")]
    assert "2 waiting" in line
    assert "2 failing" in line
    assert "geen-ontvanger" in line


async def test_the_rules_are_shown_as_the_contract_says() -> None:
    shown = await schakel("rules", "show", "PO2507", "--json")
    document = json.loads(shown.out)
    assert set(document) >= {"swv", "versie", "aanvraagtypes", "formulieren"}
    kinds = {kind["titel"]: kind for kind in document["aanvraagtypes"]}
    assert set(kinds["TLV"]) >= {
        *("titel", "aliassen", "niveau", "kanaal", "statussen", "overgangen", "formulieren", "bijlagen"),
    }
    assert {"naam": "TLV Aanmelding", "begin": True, "eind": False}.items() <= kinds["TLV"]["statussen"][0].items()
    step = kinds["A&K"]["overgangen"][0]
    assert set(step) >= {"van", "naar", "rollen", "automatisch", "vereist", "bron"}
    plain = await schakel("rules", "show", "PO2507")
    assert "A&K aanmelding → A&K in behandeling  [SCP, administratie]" in plain.out
    unknown = await schakel("rules", "show", "PO9999")
    assert (unknown.code, unknown.err) == (1, "there is no rule set for PO9999\n")
