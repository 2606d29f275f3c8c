"""OSO-SWV against a simulated Traffic Center, LAS and OSR: announced, checked, fetched, and told back."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from intake.domain.routering import kenmerk_van
from intake.main import make_service
from intake.simulator.voorbeeld import dossier
from schakel_local.ports import free_ports
from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ
from shared import clock
from shared.contracts.documents import UploadslotsUitgegeven
from shared.envelope import Event
from support.intake import EVENTS, World, world_of
from support.oso_swv import FORMULIER, LAS, ONS, Chain, OsoLas, chain, oso_settings
from support.sandbox import Sandbox, close_sandbox, eventually, open_sandbox, running

SCHOOL, BRANCH, ELSEWHERE = "99XA00", "99XA01", "99XC00"
BRINS = ("99XA", "99XB", "99XC")
REFUSED = "geweigerd"


@pytest.fixture(scope="module")
async def keten() -> AsyncIterator[Chain]:
    async with chain(*BRINS) as keten:
        yield keten


@pytest.fixture(scope="module")
async def world(postgres: Postgres, rabbitmq: RabbitMQ) -> AsyncIterator[World]:
    sandbox = await open_sandbox(postgres, rabbitmq)
    async with world_of(sandbox) as world:
        yield world
    await close_sandbox(sandbox)


@pytest.fixture(scope="module")
async def served(world: World, keten: Chain) -> AsyncIterator[OsoLas]:
    settings = oso_settings(world.sandbox, keten, oso_doelen={"0000000700000YY00932": "PO00YY"})
    async with running(make_service(settings), declared_for=EVENTS) as http:
        yield await OsoLas.add(world, keten, http)


@pytest.fixture
async def las(served: OsoLas, keten: Chain) -> AsyncIterator[OsoLas]:
    """A LAS in a chain that behaves, with every mandate, before and after."""
    yield served
    for table in ("notificatie", "terugkoppeling"):  # what a test left open is not the next one's work
        await served.world.fetch(f"UPDATE intake.{table} SET volgende_poging_op = NULL, geclaimd_tot = NULL")
    await keten.call("DELETE", "/simulator/gedrag")
    keten.boek.mandaten.clear()
    keten.boek.mandateer(*BRINS)


async def test_an_announced_dossier_is_fetched_and_kept_as_the_las_gave_it(las: OsoLas) -> None:
    sleutel = await las.meld(BRANCH, formulier=FORMULIER)
    row = await las.fetched(sleutel)
    assert (row["school"], row["swv"], row["hulpvraag"]) == (BRANCH, "PO2507", None)
    assert b"notificatieRequest" in row["bericht"]
    [kept] = await las.dossiers(sleutel)
    assert kept["inhoud"].partition(b"<metadata>")[2] == dossier(BRANCH).strip().partition(b"<metadata>")[2]
    assert json.loads(kept["formulier"]) == FORMULIER
    audited = await las.world.fetch("SELECT action FROM intake.audit_log WHERE subject = $1 ORDER BY id", str(row["id"]))
    assert [one["action"] for one in audited] == ["notificatie.ontvangen", "notificatie.dossier-ontvangen"]


async def test_of_the_2018_version_it_goes_the_same_way_and_is_answered_in_it(las: OsoLas) -> None:
    sleutel, bericht = await las.klaar(SCHOOL, versie="20180404")
    answer = await las.send(bericht)
    assert "Overstapservice/20180404" in answer.text
    await las.fetched(sleutel)


async def test_a_notificatie_that_comes_again_has_the_same_answer_and_makes_nothing_new(las: OsoLas, keten: Chain) -> None:
    sleutel, bericht = await las.klaar(SCHOOL)
    first = await las.send(bericht)
    await las.fetched(sleutel)
    asked = keten.asked("las", "documentRequest")
    again = [await las.send(bericht) for _ in range(3)]
    assert {(answer.status_code, answer.text) for answer in (first, *again)} == {(200, first.text)}
    await las.row(sleutel)  # one
    assert len(await las.dossiers(sleutel)) == 1
    assert keten.asked("las", "documentRequest") == asked


async def test_a_koppelsleutel_of_another_school_is_refused(las: OsoLas) -> None:
    sleutel = await las.meld(SCHOOL)
    _, bericht = await las.klaar(BRANCH, koppelsleutel=sleutel)
    answer = await las.send(bericht)
    assert answer.status_code == 500
    assert "al een andere notificatie" in answer.text
    assert (await las.row(sleutel))["school"] == SCHOOL


async def test_a_koppelsleutel_that_the_las_has_not_for_this_school_gives_no_dossier(las: OsoLas, keten: Chain) -> None:
    """As registered for one location, and announced by another."""
    sleutel, _ = await las.klaar(BRANCH)
    registered = keten.boek.klaar[UUID(sleutel)]
    _, bericht = await las.klaar(SCHOOL, koppelsleutel=sleutel)
    keten.boek.klaar[UUID(sleutel)] = registered
    await las.send(bericht)
    row = await las.reaches(sleutel, REFUSED, "las-weigert")
    assert "niet bekend" in row["detail"]
    assert await las.dossiers(sleutel) == []


@pytest.mark.parametrize(
    ("school", "own", "rule"),
    [
        (SCHOOL, {"bron": "0000000700099XA00931"}, "buiten-500-reeks"),
        (SCHOOL, {"doel": "0000000700099XA00932"}, "buiten-500-reeks"),
        (SCHOOL, {"doel": kenmerk_van(BRANCH)}, "doel-onbekend"),
        (SCHOOL, {"doel": "0000000700000YY00932"}, "ander-swv"),
        ("99ZQ00", {}, "school-onbekend"),
    ],
)
async def test_a_notificatie_that_is_not_for_us_is_refused_on_record_and_leaves_no_row(
    las: OsoLas, school: str, own: dict[str, str], rule: str
) -> None:
    sleutel, bericht = await las.klaar(school, **own)
    answer = await las.send(bericht)
    assert answer.status_code == 500
    assert f'regel="{rule}"' in answer.text
    assert "faultcode>soap:Client<" in answer.text
    recorded = "SELECT details->'regels' FROM intake.audit_log WHERE action = 'notificatie.geweigerd' ORDER BY id DESC LIMIT 1"
    assert rule in json.loads(await las.world.fetchval(recorded))
    assert await las.world.fetch("SELECT FROM intake.notificatie WHERE koppelsleutel = $1", UUID(sleutel)) == []


async def test_a_school_of_the_addressed_swv_is_taken_by_the_kenmerk_of_that_swv(las: OsoLas) -> None:
    sleutel = await las.meld(ELSEWHERE, doel="0000000700000YY00932")
    assert (await las.fetched(sleutel))["swv"] == "PO00YY"


@pytest.mark.parametrize(
    ("data", "status", "said"),
    [
        (b"", 500, "geldige XML"),
        (b"<a/>", 500, "SOAP-bericht"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', 500, "DTD"),
        (b"<a>" + b" " * 70_000 + b"</a>", 413, "hoogstens"),
    ],
)
async def test_what_is_no_notificatie_is_refused_in_soap(las: OsoLas, data: bytes, status: int, said: str) -> None:
    answer = await las.send(data)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/xml; charset=utf-8")
    assert said in answer.text


@pytest.mark.parametrize("key", ["", "onbekend", LAS])
async def test_who_shows_no_key_of_a_las_learns_nothing_and_is_on_record(las: OsoLas, key: str) -> None:
    _, bericht = await las.klaar(SCHOOL)
    answer = await las.send(bericht, key=key)
    assert answer.status_code == 401
    assert "99XA" not in answer.text
    found = await las.world.fetchval(
        "SELECT details->>'route' FROM intake.audit_log WHERE action = 'verzoek.geweigerd' ORDER BY id DESC LIMIT 1"
    )
    assert found == "POST /oso/notificaties"


async def test_a_key_that_was_renewed_and_a_connector_that_was_stopped_are_out_at_once(las: OsoLas, keten: Chain) -> None:
    await las.world.add("afgestoten", ())
    old = await OsoLas.add(las.world, keten, las.http, "afgestoten")
    new = await OsoLas.add(las.world, keten, las.http, "afgestoten")
    _, bericht = await las.klaar(SCHOOL)
    assert (await old.send(bericht)).status_code == 401
    assert (await new.send(b"<a/>")).status_code == 500
    await keten.misbehave("las", "storing", keren=None)
    sleutel = await new.meld(SCHOOL)
    await new.reaches(sleutel, "op te halen", "storing")
    await las.world.add("afgestoten", (), actief=False)
    assert (await new.send(bericht)).status_code == 401
    tried = (await new.row(sleutel))["pogingen"]
    await las.fetched(await _behaves(las, keten))  # another's goes on
    assert (await new.row(sleutel))["pogingen"] <= tried + 1


async def _behaves(las: OsoLas, keten: Chain) -> str:
    await keten.call("DELETE", "/simulator/gedrag")
    return await las.meld(SCHOOL)


NEXT, PAST = clock.today() + timedelta(days=1), clock.today() - timedelta(days=1)


@pytest.mark.parametrize(
    ("missing", "mandates"),
    [
        ("las", [{"leverancier": ONS}]),
        ("swv", [{"leverancier": LAS}]),
        ("swv", [{"leverancier": LAS}, {"leverancier": ONS, "tot": PAST.isoformat()}]),
        ("swv", [{"leverancier": LAS}, {"leverancier": ONS, "van": NEXT.isoformat()}]),
        ("las", [{"leverancier": ONS}, {"leverancier": LAS, "tot": PAST.isoformat()}]),
    ],
)
async def test_without_both_mandates_of_today_a_notificatie_is_refused(
    las: OsoLas, keten: Chain, missing: str, mandates: list[dict[str, Any]]
) -> None:
    await keten.mandates(*({"brin": "99XA", **one} for one in mandates))
    sleutel, bericht = await las.klaar(SCHOOL)
    answer = await las.send(bericht)
    assert answer.status_code == 500
    assert f'regel="geen-mandaat-{missing}"' in answer.text
    assert "https://osr.kennisnet.nl" in answer.text
    assert await las.world.fetch("SELECT FROM intake.notificatie WHERE koppelsleutel = $1", UUID(sleutel)) == []


async def test_a_mandate_of_the_main_location_holds_for_its_branches_and_for_no_other_brin(las: OsoLas, keten: Chain) -> None:
    today = clock.today().isoformat()
    await keten.mandates(*({"brin": "99XA", "leverancier": oin, "van": today, "tot": today} for oin in (LAS, ONS)))
    await las.fetched(await las.meld(BRANCH))
    _, bericht = await las.klaar("99XB00")
    assert 'regel="geen-mandaat' in (await las.send(bericht)).text


async def test_while_the_register_is_away_a_notificatie_waits_and_nothing_is_fetched(las: OsoLas, keten: Chain) -> None:
    asked = keten.asked("las", "documentRequest")
    await keten.misbehave("osr", "storing", keren=None)
    sleutel = await las.meld(SCHOOL)
    await las.reaches(sleutel, "op te halen", "wacht-op-osr")
    assert keten.asked("las", "documentRequest") == asked
    await keten.call("DELETE", "/simulator/gedrag")
    await las.fetched(sleutel)


async def test_a_mandate_that_ends_before_the_dossier_is_fetched_keeps_it_out_and_the_las_is_told(
    las: OsoLas, keten: Chain
) -> None:
    await keten.misbehave("las", "storing", keren=None)
    sleutel = await las.meld(SCHOOL)
    await las.reaches(sleutel, "op te halen", "storing")
    await keten.mandates({"brin": "99XA", "leverancier": LAS})
    await keten.call("DELETE", "/simulator/gedrag")
    await las.reaches(sleutel, REFUSED, "geen-mandaat-swv")
    [told] = await las.told(sleutel)
    assert (told["resultaat"], told["regel"]) == (REFUSED, "geen-mandaat-swv")
    assert await las.dossiers(sleutel) == []


@pytest.mark.parametrize("soort", ["zwijgt", "storing", "stuk", "onzin", "groot", "onbekende-sleutel"])
async def test_a_las_that_fails_is_asked_again_and_the_next_step_has_attempts_of_its_own(
    las: OsoLas, keten: Chain, soort: str
) -> None:
    asked = keten.asked("las", "documentRequest")
    await keten.misbehave("las", soort, keren=2)
    sleutel = await las.meld(SCHOOL)
    row = await las.fetched(sleutel)
    assert keten.asked("las", "documentRequest") >= asked + 3
    assert row["pogingen"] == 0
    assert len(await las.dossiers(sleutel)) == 1


async def test_a_las_that_is_away_for_a_day_is_asked_ever_more_seldom_and_at_least_every_hour(
    sandbox: Sandbox, keten: Chain
) -> None:
    """The waits are those of production; the clock makes the day."""
    settings = oso_settings(sandbox, keten, oso_retry=30.0, oso_longest=3600.0)
    passed = timedelta()
    with clock.use(lambda: datetime.now(UTC) + passed):
        async with world_of(sandbox) as world, running(make_service(settings), declared_for=EVENTS) as http:
            las = await OsoLas.add(world, keten, http)
            await keten.misbehave("las", "storing", keren=None)
            sleutel = await las.meld(SCHOOL)
            for attempt in range(1, 9):  # 30 s, 1 min, … 1 h: what it takes to come to the longest wait
                await eventually(lambda attempt=attempt: _tried(las, sleutel, attempt))
                waits = await las.row(sleutel)
                passed += waits["volgende_poging_op"] - clock.now()
                assert waits["volgende_poging_op"] - waits["gewijzigd_op"] == timedelta(
                    seconds=min(3600, 30 * 2 ** (attempt - 1))
                )
            passed = timedelta(days=1)
            await keten.call("DELETE", "/simulator/gedrag")
            passed += timedelta(hours=1)
            await las.fetched(sleutel)


async def _tried(las: OsoLas, sleutel: str, times: int) -> bool:
    row = await las.row(sleutel)
    return bool(row["pogingen"] >= times and row["reden"] == "storing" and row["geclaimd_tot"] is None)


async def test_the_dossier_of_another_school_is_not_kept_and_the_las_is_told(las: OsoLas, keten: Chain) -> None:
    await keten.misbehave("las", "ander-dossier")
    sleutel = await las.meld(SCHOOL)
    row = await las.reaches(sleutel, REFUSED, "andere-school")
    assert row["detail"] == "99ZZ00"
    assert await las.dossiers(sleutel) == []
    [told] = await las.told(sleutel)
    assert told["toelichting"] == "Het dossier is van een andere school dan de notificatie."


async def test_a_form_for_another_swv_is_not_taken(las: OsoLas) -> None:
    sleutel = await las.meld(SCHOOL, formulier={"samenwerkingsverband": "PO00YY"})
    await las.reaches(sleutel, REFUSED, "ander-swv")


@pytest.mark.parametrize("waar", ["osr", "traffic-center"])
async def test_we_send_nothing_to_another_machine_than_the_las(las: OsoLas, keten: Chain, waar: str) -> None:
    await keten.misbehave(waar, "andere-host", keren=None)
    if waar == "osr":
        await las.reaches(await las.meld(SCHOOL), "op te halen", "ander-adres")
        return
    await keten.misbehave("las", "ander-dossier")
    sleutel = await las.meld(SCHOOL)
    await las.reaches(sleutel, REFUSED, "andere-school")
    await eventually(lambda: _fate(las, sleutel, "te verzenden", "ander-adres"))
    assert keten.told(sleutel) == []


async def _fate(las: OsoLas, sleutel: str, staat: str, reden: str | None) -> bool:
    query = """
        SELECT terugkoppeling.staat, terugkoppeling.reden FROM intake.terugkoppeling
        JOIN intake.notificatie ON notificatie.id = notificatie WHERE koppelsleutel = $1
        ORDER BY terugkoppeling.versie DESC LIMIT 1
    """
    rows = await las.world.fetch(query, UUID(sleutel))
    return [tuple(row) for row in rows] == [(staat, reden)]


@pytest.mark.parametrize(
    ("soort", "staat", "reden"),
    [("zwijgt", "onzeker", "geen-antwoord"), ("storing", "mislukt", "storing"), ("onzin", "onzeker", "onleesbaar")],
)
async def test_a_terugkoppeling_is_sent_once_whatever_comes_of_it(
    las: OsoLas, keten: Chain, soort: str, staat: str, reden: str
) -> None:
    sent = keten.asked("las", "terugkoppelingRequest")
    await keten.misbehave("las", "ander-dossier")
    await keten.misbehave("las", soort)
    sleutel = await las.meld(SCHOOL)
    await eventually(lambda: _fate(las, sleutel, staat, reden))
    assert keten.asked("las", "terugkoppelingRequest") == sent + 1


async def test_while_the_traffic_center_is_away_a_terugkoppeling_waits(las: OsoLas, keten: Chain) -> None:
    await keten.misbehave("traffic-center", "storing", keren=3)
    await keten.misbehave("las", "ander-dossier")
    sleutel = await las.meld(SCHOOL)
    [told] = await las.told(sleutel)
    assert told["resultaat"] == REFUSED
    await eventually(lambda: _fate(las, sleutel, "verzonden", None))


async def answer(las: OsoLas, row: dict[str, Any], **own: Any) -> None:
    """Answer as documents does, to what was asked for this notificatie."""
    given = {"aanvraag": row["slotaanvraag"], "aanbieder": f"connector:{las.connector}", "uploadslots": (), **own}
    told = UploadslotsUitgegeven.model_validate(given)
    await las.world.sandbox.publish(Event.about(told, subject=told.aanvraag, sequence=1))


def place(url: str, lasts: timedelta) -> dict[str, Any]:
    """Make a place of documents."""
    until = clock.now() + lasts
    return {"uploadslot": uuid4(), "naam": "oso-dossier.xml", "url": url, "velden": {}, "verloopt_op": until}


async def test_a_dossier_that_documents_has_no_place_for_is_refused_and_the_las_hears_why(las: OsoLas) -> None:
    sleutel = await las.meld(SCHOOL)
    refused = {"naam": "oso-dossier.xml", "regel": "te-groot-dossier", "bericht": "Het dossier is te groot."}
    await answer(las, await las.fetched(sleutel), geweigerd=(refused,))
    await las.reaches(sleutel, REFUSED, "dossier-geweigerd")
    [told] = await las.told(sleutel)
    assert told["toelichting"] == "Het dossier klopt niet.\n(dossier): Het dossier is te groot."
    assert await las.dossiers(sleutel) == []


async def test_while_s3_is_away_a_dossier_waits_with_its_place_and_once_that_is_over_another_is_asked(las: OsoLas) -> None:
    [closed] = free_ports(1)
    sleutel = await las.meld(SCHOOL)
    first = await las.fetched(sleutel)
    await answer(las, first, uploadslots=(place(f"http://127.0.0.1:{closed}/", timedelta(hours=1)),))
    await las.reaches(sleutel, "plaats gevraagd", "documents-niet-bereikbaar")
    over = """
        UPDATE intake.notificatiedossier SET plaats = jsonb_set(plaats, '{verloopt_op}', to_jsonb($2::text))
        WHERE notificatie = $1
    """
    await las.world.fetch(over, first["id"], clock.now().isoformat())

    async def asked_anew() -> bool:
        row = await las.row(sleutel)
        return (row["staat"], row["reden"]) == ("plaats gevraagd", None) and row["slotaanvraag"] != first["slotaanvraag"]

    await eventually(asked_anew)


async def test_a_mandate_that_was_confirmed_is_not_asked_about_again_for_a_while(sandbox: Sandbox, keten: Chain) -> None:
    settings = oso_settings(sandbox, keten, oso_mandate_age=600.0)
    async with world_of(sandbox) as world, running(make_service(settings), declared_for=EVENTS) as http:
        las = await OsoLas.add(world, keten, http)
        await las.fetched(await las.meld(SCHOOL))
        await keten.misbehave("osr", "storing", keren=None)
        sleutel = await las.meld(BRANCH)
        await las.reaches(sleutel, "op te halen", "geen-adres")  # the mandate is known, the address is asked each time
        await keten.call("DELETE", "/simulator/gedrag")
        await las.fetched(sleutel)
        mandates = [what for waar, what in keten.boek.verzoeken if waar == "osr" and what.startswith("mandates")]
        assert len(mandates) >= 2


async def test_intake_without_oso_takes_no_notificatie(sandbox: Sandbox, keten: Chain) -> None:
    async with (
        world_of(sandbox) as world,
        running(make_service(oso_settings(sandbox, keten, oso_oin="")), declared_for=EVENTS) as http,
    ):
        las = await OsoLas.add(world, keten, http)
        _, bericht = await las.klaar(SCHOOL)
        assert (await las.send(bericht)).status_code == 401
