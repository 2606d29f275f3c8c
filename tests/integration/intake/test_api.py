"""People submit and look at dossiers of their own organisation, and nobody else's exist for them."""

import asyncio
import json
from typing import Any, Literal
from uuid import uuid4

import httpx

from shared.contracts.intake import HulpvraagIngediend
from shared.contracts.workflow import RegelsGepubliceerd, Rolnaam
from shared.envelope import Event
from shared.tokens import Actor
from support.intake import Served, hulpvraag, leerling
from support.sandbox import eventually, token_for

Soort = Literal["swv", "bestuur", "school", "systeem"]


USUAL: dict[Soort, tuple[str, ...]] = {"swv": ("administratie",), "bestuur": (), "school": ("IB'er",), "systeem": ()}


def actor(soort: Soort, organisatie: str, swv: str = "PO2507", rollen: tuple[str, ...] | None = None) -> dict[str, str]:
    had = USUAL[soort] if rollen is None else rollen
    who = Actor(sub=uuid4(), naam="Wie Dan Ook", organisatie=organisatie, soort=soort, swv=swv, rollen=had)
    return token_for(who, "intake")


STRANGERS: list[tuple[Soort, str, str]] = [
    ("school", "99XB00", "PO2507"),
    ("school", "99XA00", "PO00YY"),
    ("bestuur", "70002", "PO2507"),
    ("swv", "PO00YY", "PO00YY"),
]


def school() -> dict[str, str]:
    return actor("school", "99XA00")


def form(**own: Any) -> dict[str, Any]:
    filled = hulpvraag(**own)
    del filled["eigenReferentie"]
    if "swv" not in own:
        del filled["swv"]
    return filled


async def submit(http: httpx.AsyncClient, headers: dict[str, str], body: Any, key: str | None = None) -> httpx.Response:
    return await http.post("/hulpvragen", json=body, headers={**headers, "Idempotency-Key": key or str(uuid4())})


async def told(served: Served, hulpvraag: str) -> list[dict[str, Any]]:
    events = await served.sandbox.published("intake", HulpvraagIngediend.TYPE)
    return [event for event in events if event["subject"] == hulpvraag]


async def test_a_school_submits_for_itself(served: Served) -> None:
    answer = await submit(served.http, school(), form())
    assert answer.status_code == 202
    assert answer.json()["dossiernummer"] >= 100001
    (event,) = await told(served, answer.json()["hulpvraag"])
    ingediend = HulpvraagIngediend.model_validate(event["data"])
    assert (ingediend.kanaal, ingediend.connector, ingediend.swv) == ("direct", None, "PO2507")
    original = "SELECT body, connector FROM intake.ontvangst WHERE hulpvraag = $1"
    (kept,) = await served.world.fetch(original, ingediend.hulpvraag)
    assert json.loads(kept["body"])["aanvraagtype"] == "A&K"
    assert kept["connector"] is None
    actions = await served.world.fetch("SELECT action FROM intake.audit_log WHERE subject = $1", str(ingediend.hulpvraag))
    assert [row["action"] for row in actions] == ["hulpvraag.ingediend"]


async def test_a_person_is_warned_of_what_had_better_been_typed_otherwise(served: Served) -> None:
    contact = {"naam": "Ina Bedacht", "email": "ina@linde.example", "telefoon": "06-00000000"}
    key, body = str(uuid4()), form(contactpersoon=contact)
    for _ in range(2):
        answer = await submit(served.http, school(), body, key)
        warned = [(fault["field"], fault["rule"]) for fault in answer.json()["waarschuwingen"]]
        assert warned == [("contactpersoon.telefoon", "mobiel-nummer")]
    assert (await submit(served.http, school(), form())).json()["waarschuwingen"] == []


async def test_the_swv_submits_for_a_groep_or_a_school_too(served: Served) -> None:
    headers = actor("swv", "PO2507")
    groep = await submit(served.http, headers, form(niveau="groep", leerling=None, groep="8D De Verzonnen Linde"))
    beuk = await submit(served.http, headers, form(niveau="school", leerling=None, school={"brin": "99XB"}))
    assert (groep.status_code, beuk.status_code) == (202, 202)
    events = [event["data"] for answer in (groep, beuk) for event in await told(served, answer.json()["hulpvraag"])]
    assert [(event["niveau"], event.get("groep"), event.get("leerling")) for event in events] == [
        ("groep", "8D De Verzonnen Linde", None),
        ("school", None, None),
    ]
    seen = await served.http.get(f"/dossiers/{groep.json()['dossier']}", headers=headers)
    assert seen.json()["groep"] == "8D De Verzonnen Linde"


async def test_the_same_key_is_one_hulpvraag_also_at_the_same_moment(served: Served) -> None:
    headers, body, key = school(), form(), str(uuid4())
    answers = await asyncio.gather(*(submit(served.http, headers, body, key) for _ in range(5)))
    assert {answer.status_code for answer in answers} == {202}
    assert all(answer.json() == answers[0].json() for answer in answers)
    (event,) = await told(served, answers[0].json()["hulpvraag"])
    pupils = "SELECT count(*) FROM intake.hulpvraag JOIN intake.dossier ON dossier.id = dossier WHERE sleutel = $1"
    assert await served.world.fetchval(pupils, event["data"]["leerling"]["leerlingid"]) == 1
    other = await submit(served.http, headers, form(), key)
    assert other.status_code == 422


async def test_a_key_is_needed(served: Served) -> None:
    answer = await served.http.post("/hulpvragen", json=form(), headers=school())
    assert answer.status_code == 400
    assert answer.json()["fouten"][0]["field"] == "idempotency-key"


BAD: list[tuple[dict[str, Any], tuple[str, str]]] = [
    ({"datum": "2999-01-01"}, ("datum", "toekomst")),
    ({"leerling": leerling(geboortedatum="1950-01-01")}, ("leerling.geboortedatum", "te-lang-geleden")),
    ({"omschrijving": "bsn 123456782"}, ("omschrijving", "bsn")),
    ({"leerling": None}, ("leerling", "verplicht")),
    ({"leerling": leerling(roepnaam="")}, ("leerling.roepnaam", "te-kort")),
    ({"gewenst": 1}, ("gewenst", "onbekend-veld")),
    ({"school": {"brin": "99ZZ", "vestiging": "00"}}, ("school", "school-onbekend")),
    ({"school": {"brin": "99XB", "vestiging": "00"}}, ("school", "school-onbekend")),
    ({"swv": "PO00YY"}, ("swv", "swv-niet-toegestaan")),
    ({"swv": "PO9999"}, ("swv", "swv-niet-toegestaan")),
    ({"aanvraagtype": 5}, ("aanvraagtype", "tekst")),
    ({"school": None}, ("school", "object")),
    ({"contactpersoon": {"naam": "Ina", "email": "ina"}}, ("contactpersoon.email", "e-mailadres")),
    ({"contactpersoon": {"naam": "Ina", "email": "i@x.nl", "telefoon": "06"}}, ("contactpersoon.telefoon", "telefoonnummer")),
    ({"datum": "2001-01-01"}, ("datum", "voor-geboorte")),
]


async def test_every_fault_is_named_at_once_also_of_school_and_swv(served: Served) -> None:
    wrong = form(swv="PO9999", school={"brin": "99ZZ", "vestiging": "00"}, datum="2999-01-01")
    answer = await submit(served.http, school(), wrong)
    assert {fout["field"] for fout in answer.json()["fouten"]} == {"swv", "school", "datum"}


async def test_what_is_no_json_is_named(served: Served) -> None:
    headers = {**school(), "Idempotency-Key": str(uuid4()), "content-type": "application/json"}
    answer = await served.http.post("/hulpvragen", content=b'{"swv": ', headers=headers)
    assert answer.status_code == 400
    assert [fout["rule"] for fout in answer.json()["fouten"]] == ["json"]


async def test_bad_input_is_named_and_nothing_is_stored(served: Served) -> None:
    before = await served.world.fetchval("SELECT count(*) FROM intake.ontvangst")
    for own, fault in BAD:
        answer = await submit(served.http, school(), form(**own))
        assert answer.status_code == 400, own
        assert answer.headers["content-type"] == "application/problem+json"
        assert fault in [(fout["field"], fout["rule"]) for fout in answer.json()["fouten"]], own
    assert await served.world.fetchval("SELECT count(*) FROM intake.ontvangst") == before


async def test_who_is_not_of_this_school_cannot_submit_for_it_or_see_its_dossier(served: Served) -> None:
    dossier = (await submit(served.http, school(), form())).json()["dossier"]
    for soort, organisatie, swv in STRANGERS:
        headers = actor(soort, organisatie, swv)
        refused = await submit(served.http, headers, form())
        if soort == "bestuur":
            assert refused.status_code == 403
        else:
            assert refused.status_code == 400, organisatie
            assert [(fout["field"], fout["rule"]) for fout in refused.json()["fouten"]] == [("school", "school-onbekend")]
        assert (await served.http.get(f"/dossiers/{dossier}", headers=headers)).status_code == 404, organisatie


async def test_the_own_organisation_sees_the_dossier_and_that_is_on_record(served: Served) -> None:
    noor = leerling()
    first = (await submit(served.http, school(), form(leerling=noor))).json()
    second = (await submit(served.http, school(), form(leerling={**noor, "achternaam": "Verzonnen"}))).json()
    for headers in (school(), actor("bestuur", "70001"), actor("swv", "PO2507")):
        seen = await served.http.get(f"/dossiers/{first['dossier']}", headers=headers)
        assert seen.status_code == 200
        body = seen.json()
        assert body["leerling"] == {**noor, "achternaam": "Verzonnen"}
        assert (body["versie"], body["niveau"], body["school"]["naam"]) == (2, "leerling", "De Verzonnen Linde")
        assert [each["dossiernummer"] for each in body["hulpvragen"]] == [
            first["dossiernummer"],
            second["dossiernummer"],
        ]
    looked = "SELECT count(*) FROM intake.audit_log WHERE action = 'dossier.bekeken' AND subject = $1"
    assert await served.world.fetchval(looked, first["dossier"]) == 3


async def test_an_actor_sees_the_schools_of_its_own_organisation(served: Served) -> None:
    expected: list[tuple[Soort, str, list[tuple[str, bool]]]] = [
        ("school", "99XA00", [("99XA00", True)]),
        ("bestuur", "70001", [("99XA00", False), ("99XA01", False)]),
        ("swv", "PO2507", [("99XB00", True), ("99XA00", True), ("99XA01", True)]),
        ("school", "99XC00", []),
    ]
    for soort, organisatie, schools in expected:
        answer = await served.http.get("/scholen", headers=actor(soort, organisatie))
        assert answer.status_code == 200
        assert [(each["code"], each["magIndienen"]) for each in answer.json()["scholen"]] == schools


async def test_without_a_token_nothing_is_answered(served: Served) -> None:
    for method, path in (("POST", "/hulpvragen"), ("GET", f"/dossiers/{uuid4()}"), ("GET", "/scholen")):
        assert (await served.http.request(method, path, json=form())).status_code == 401, path


async def test_a_system_or_a_foreign_swv_may_do_nothing(served: Served) -> None:
    for headers in (actor("systeem", "schakel"), actor("swv", "PO00YY", "PO2507")):
        assert (await submit(served.http, headers, form())).status_code == 403
        assert (await served.http.get(f"/dossiers/{uuid4()}", headers=headers)).status_code == 403
        assert (await served.http.get("/scholen", headers=headers)).status_code == 403


async def test_a_role_that_is_not_known_opens_nothing(served: Served) -> None:
    dossier = (await submit(served.http, school(), form())).json()["dossier"]
    for soort, organisatie in (("school", "99XA00"), ("swv", "PO2507")):
        for rollen in ((), ("schoonmaak",), USUAL["swv" if soort == "school" else "school"]):
            headers = actor(soort, organisatie, rollen=rollen)  # type: ignore[arg-type]  # one of the two above
            refused = await submit(served.http, headers, form())
            assert (refused.status_code, refused.json()["type"]) == (403, "urn:schakel:fout:geen-rechten"), rollen
            assert (await served.http.get(f"/dossiers/{dossier}", headers=headers)).status_code == 403, rollen
            assert (await served.http.get("/scholen", headers=headers)).status_code == 403, rollen


async def test_a_role_opens_once_the_rules_of_its_swv_name_it_and_no_longer_than_that(served: Served) -> None:
    async def told(versie: int, *names: str) -> None:
        rollen = tuple(Rolnaam(naam=naam, soort="school") for naam in names)
        data = RegelsGepubliceerd(swv="PO00YY", versie=versie, onbekende_titel="aanvaarden", titels=(), rollen=rollen)
        await served.sandbox.publish(Event.about(data, subject=uuid4(), sequence=versie))
        query = "SELECT namen #>> '{0,naam}' FROM intake.rollen WHERE swv = 'PO00YY' AND versie = $1"
        await eventually(lambda: served.world.fetchval(query, max(versie, 2)))

    async def answers(swv: str, *rollen: str) -> int:
        return (await served.http.get("/scholen", headers=actor("school", "99XC00", swv, rollen=rollen))).status_code

    assert await answers("PO00YY", "kwaliteitscoach") == 403
    await told(2, "kwaliteitscoach")
    await told(1, "mentor")
    assert [await answers("PO00YY", "kwaliteitscoach"), await answers("PO00YY", "mentor")] == [200, 403]
    assert await answers("PO2507", "kwaliteitscoach") == 403, "of another SWV"
    await told(3, "IB'er", "administratie")
    assert await answers("PO00YY", "kwaliteitscoach") == 403


async def test_an_unknown_dossier_does_not_exist(served: Served) -> None:
    assert (await served.http.get(f"/dossiers/{uuid4()}", headers=school())).status_code == 404
