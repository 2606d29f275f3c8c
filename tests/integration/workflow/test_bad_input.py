"""Bad input: what is refused says why and what may be done instead, and leaves everything as it was.

By HTTP a problem with a slug and the steps that are allowed, over the bus a dead letter that an operator sees; and rules that
are not right never take the place of rules that are.
"""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import aio_pika
import pytest

from shared import clock
from shared.contracts.documents import BijlagenToegevoegd
from shared.contracts.intake import HulpvraagIngediend
from shared.envelope import Event
from shared.outbox import EVENTS
from shared.tokens import Actor
from support.cli import schakel
from support.hulpvragen import RULESETS, Office, about, ib, ingediend, soon, staff
from support.sandbox import eventually, running
from workflow.main import make_service
from workflow.settings import Settings

GIVEN = (RULESETS / "PO00YY.yaml").read_text(encoding="utf-8")
SWV = "PO00YY"
ALL: dict[str, Any] = {"reden": "De reden.", "bespreekdatum": soon(200), "bevestigd": True}
CPO = "coördinator passend onderwijs"
# An aanvraagtype; who works at it; a step they may take at its begin, what is left out and the field that is then named; a
# status that cannot follow there; and somebody who may not take the step.
CASES: list[tuple[str, str, Actor, str, str, str, str, Actor]] = [
    ("PO2507", "A&K", staff("SCP"), "A&K aanvraag incompleet", "reden", "reden", "A&K afgerond", ib()),
    (
        "PO2507",
        "TLV",
        staff("administratie"),
        "TLV aanvraag in behandeling",
        "bespreekdatum",
        "bespreekdatum",
        "Aanhouden",
        staff("CT"),
    ),
    ("PO2507", "TLV", staff("administratie"), "TLV aanvraag in behandeling", "", "formulier", "TLV afgegeven", ib()),
    (
        "PO3008",
        "Verlenging arrangement",
        staff(CPO, swv="PO3008"),
        "Arrangement > toegewezen",
        "",
        "besluit",
        "Arrangement > evalueren",
        staff("secretariaat", swv="PO3008"),
    ),
    (
        "PO2806",
        "Thuiszitter",
        staff("SCP", swv="PO2806"),
        "Afgewezen SCP",
        "reden",
        "reden",
        "In behandeling",
        staff("regiomanager", swv="PO2806"),
    ),
    (
        "PO0000",
        "Hulpvraag leerling",
        staff("PCL/ZAT", swv="PO0000"),
        "Afgewezen",
        "reden",
        "reden",
        "Afgerond",
        ib(swv="PO0000"),
    ),
    (SWV, "Budget", ib(swv=SWV), "Aanmelding", "bevestigd", "bevestigd", "Toegekend", staff("applicatiebeheerder", swv=SWV)),
]


@pytest.mark.parametrize(("swv", "titel", "actor", "status", "left_out", "field", "illegal", "stranger"), CASES)
async def test_what_is_refused_names_its_slug_and_the_next_steps_and_changes_nothing(
    office: Office, swv: str, titel: str, actor: Actor, status: str, left_out: str, field: str, illegal: str, stranger: Actor
) -> None:
    data = await office.opened(titel, swv=swv, formulier=field != "formulier", **about("leerling"))
    number, client, other = data.dossiernummer, office.client(actor), office.client(stranger)
    steps = [step["status"] for step in (await client.detail(number))["volgendeStappen"]]
    theirs = [step["status"] for step in (await other.detail(number))["volgendeStappen"]]
    assert status in steps
    before = await standing(office, data)
    lacking = {name: value for name, value in ALL.items() if name != left_out}
    answers = [
        (await client.change(number, illegal, 1, **ALL), 409, "statusovergang-niet-toegestaan", steps),
        (await client.change(number, "Zomaar iets", 1, **ALL), 422, "regel-niet-vervuld", steps),
        (await client.change(number, status, 1, **lacking), 422, "regel-niet-vervuld", steps),
        (await other.change(number, status, 1, **ALL), 403, "geen-rechten", theirs),
        (await client.change(number, status, 2, **ALL), 412, "verouderde-versie", None),
    ]
    for answer, code, slug, allowed in answers:
        problem = answer.json()
        assert answer.headers["content-type"] == "application/problem+json"
        assert (answer.status_code, problem["status"], problem["type"]) == (code, code, f"urn:schakel:fout:{slug}")
        if allowed is not None:
            assert [step["status"] for step in problem["toegestaan"]] == allowed
    assert [fault["field"] for fault in answers[1][0].json()["fouten"]] == ["status"]
    assert [fault["field"] for fault in answers[2][0].json()["fouten"]] == [field]
    assert answers[4][0].json()["versie"] == 1
    assert await standing(office, data) == before


@pytest.mark.parametrize(("days", "rule"), [(-1, "verleden"), (367, "te-ver")])
async def test_a_day_that_cannot_be_meant_is_refused(office: Office, days: int, rule: str) -> None:
    data = await office.opened("TLV")
    day = (clock.today() + timedelta(days=days)).isoformat()
    client = office.client(staff("administratie"))
    answer = await client.change(data.dossiernummer, "TLV aanvraag in behandeling", 1, bespreekdatum=day)
    assert answer.status_code == 422
    assert [(fault["field"], fault["rule"]) for fault in answer.json()["fouten"]] == [("bespreekdatum", rule)]
    assert {step["status"] for step in answer.json()["toegestaan"]} == {
        "TLV aanvraag in behandeling",
        "TLV aanvraag incompleet",
    }


async def standing(office: Office, data: HulpvraagIngediend) -> tuple[Any, ...]:
    """Everything that a change could have touched."""
    pool, id_ = office.service.database.pool, data.hulpvraag
    row = await pool.fetchrow("SELECT status, versie, einde, gewijzigd_op, zoek FROM hulpvraag WHERE id = $1", id_)
    tables = ("statuswijziging", "besluit", "bijlage", "termijn", "termijnmoment")
    counts = [await pool.fetchval(f"SELECT count(*) FROM {table} WHERE hulpvraag = $1", id_) for table in tables]
    return row, counts, await pool.fetchval("SELECT count(*) FROM outbox WHERE subject = $1", str(id_))


async def raw(office: Office, type_: str, body: bytes, message_id: str) -> None:
    """Publish bytes as a service with a fault in it would."""
    connection = await aio_pika.connect(office.sandbox.amqp_url)
    async with connection:
        channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
        exchange = await channel.get_exchange(EVENTS, ensure=False)
        message = aio_pika.Message(body, content_type="application/json", message_id=message_id, type=type_)
        await exchange.publish(message, type_)


def whole(data: HulpvraagIngediend) -> str:
    return Event.about(data, subject=data.hulpvraag, sequence=0).model_dump_json(exclude_none=True)


BODIES: dict[str, tuple[str, Callable[[], bytes]]] = {
    "no JSON": (HulpvraagIngediend.TYPE, lambda: b"{dit is geen json"),
    "no text": (HulpvraagIngediend.TYPE, lambda: b"\xff\xfe\x00"),
    "no event": (HulpvraagIngediend.TYPE, lambda: b'{"hallo": "wereld"}'),
    "no such level": (HulpvraagIngediend.TYPE, lambda: whole(ingediend()).replace('"leerling",', '"klas",', 1).encode()),
    "no hulpvraag": (BijlagenToegevoegd.TYPE, lambda: whole(ingediend()).encode()),
}


@pytest.mark.parametrize("what", BODIES)
async def test_an_event_that_cannot_be_read_is_a_dead_letter_that_an_operator_sees(office: Office, what: str) -> None:
    type_, body = BODIES[what]
    message_id, pool = str(clock.new_id()), office.service.database.pool
    before = await pool.fetchval("SELECT count(*) FROM hulpvraag")
    await raw(office, type_, body(), message_id)
    query = "SELECT id, reason, attempts, state FROM dead_letter WHERE message_id = $1"
    row = await eventually(lambda: pool.fetchrow(query, message_id))
    assert (row["reason"], row["attempts"], row["state"]) == ("onleesbaar", 0, "open")
    assert await pool.fetchval("SELECT count(*) FROM hulpvraag") == before
    url = office.sandbox.database_url("workflow")
    shown = await schakel("dead", "show", "workflow", str(row["id"]), SCHAKEL_WORKFLOW_DATABASE_URL=url)
    assert (shown.code, "onleesbaar" in shown.out, type_ in shown.out) == (0, True, True)
    good = await office.opened("A&K")
    assert await pool.fetchval("SELECT versie FROM hulpvraag WHERE id = $1", good.hulpvraag) == 1


async def test_an_event_for_an_swv_without_rules_waits_as_a_dead_letter_until_there_are_some(
    own_office: Office, tmp_path: Path
) -> None:
    office, pool, url = own_office, own_office.service.database.pool, own_office.sandbox.database_url("workflow")
    data = ingediend("Budget", swv="PO9999")
    await office.sandbox.publish(Event.about(data, subject=data.hulpvraag, sequence=0))
    await eventually(lambda: pool.fetchval("SELECT count(*) = 1 FROM dead_letter"))
    listed = await schakel("dead", "list", "workflow", SCHAKEL_WORKFLOW_DATABASE_URL=url)
    assert "workflow.hulpvraag-ingediend  geen-regels  1 open" in listed.out
    file = tmp_path / "PO9999.yaml"
    file.write_text(GIVEN.replace("PO00YY", "PO9999"), encoding="utf-8")
    assert (await schakel("rules", "publish", file, "--by", "jansen", SCHAKEL_WORKFLOW_DATABASE_URL=url)).code == 0
    await eventually(lambda: current_is(office, "PO9999", 3))
    replayed = await schakel(
        "dead", "replay", "workflow", "--by", "jansen", "--reason", "geen-regels", SCHAKEL_WORKFLOW_DATABASE_URL=url
    )
    assert replayed.code == 0, replayed.err
    await office.version(data.hulpvraag, 1)
    assert [event["data"]["status"] for event in await office.told(data.hulpvraag)] == ["Voorlopige aanmelding"]


async def current_is(office: Office, swv: str, versie: int) -> bool:
    try:
        return bool(office.service.http.state.ports.rulesets.current(swv).versie == versie)
    except LookupError:
        return False


BROKEN = {
    "no YAML": "versie: [",
    "no rule set": "hallo: wereld",
    "a status that is not there": GIVEN.replace("naar: Toegekend", "naar: Toegekent"),
    "an end that nobody reaches": GIVEN.replace("naar: Kring klaar", "naar: Kring bezig"),
    "a key that does not exist": GIVEN.replace("postbussen_door:", "postbusen_door:"),
}


@pytest.mark.in_turn(of=3)
@pytest.mark.parametrize("what", BROKEN)
async def test_a_broken_file_is_not_published_and_work_goes_on_by_the_good_one(
    own_office: Office, tmp_path: Path, what: str
) -> None:
    office, url = own_office, own_office.sandbox.database_url("workflow")
    file = tmp_path / "PO00YY.yaml"
    file.write_text(BROKEN[what].replace("versie: 3", "versie: 4"), encoding="utf-8")
    said = await schakel("rules", "publish", file, "--by", "jansen", SCHAKEL_WORKFLOW_DATABASE_URL=url)
    assert (said.code, "PO00YY.yaml:" in said.err + said.out) == (1, True), said
    assert await office.service.database.pool.fetchval("SELECT max(versie) FROM regelset WHERE swv = $1", SWV) == 3
    data = await office.opened("Budget", swv=SWV)
    await office.client(ib(swv=SWV)).to(data.dossiernummer, "Aanmelding", bevestigd=True)


async def test_a_version_that_cannot_be_read_stands_in_the_way_of_no_other_and_of_no_start(own_office: Office) -> None:
    """As after going back to an older release: its rules are used on, and those of another SWV still come in."""
    office, pool = own_office, own_office.service.database.pool
    add = "INSERT INTO regelset (swv, versie, inhoud, tekst, door, gepubliceerd_op) VALUES ($1, $2, $3, '', 'later', now())"
    good = dict(await pool.fetchval("SELECT inhoud FROM regelset WHERE swv = 'PO0000'"))
    await pool.execute(add, SWV, 4, {"nieuw": "in een later programma"})
    await pool.execute(add, "PO3008", 3, {**good, "swv": "PO3008", "versie": 3, "aanvraagtypes": []})
    await pool.execute(add, "PO0000", 2, {**good, "versie": 2})
    await eventually(lambda: current_is(office, "PO0000", 2))
    settings = office.service.settings
    assert isinstance(settings, Settings)
    async with running(make_service(settings)) as http:
        again = Office(office.sandbox, office.service, http)
        data = await again.opened("Budget", swv=SWV)
        await again.client(ib(swv=SWV)).to(data.dossiernummer, "Aanmelding", bevestigd=True)
    assert await pool.fetchval("SELECT regels_versie FROM hulpvraag WHERE id = $1", data.hulpvraag) == 3
