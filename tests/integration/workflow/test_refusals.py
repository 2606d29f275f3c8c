"""Every route, and those who may not: 403 or 404 for a stranger, and bad input by field and rule."""

from typing import Any
from uuid import uuid4

import pytest

from shared import tokens
from shared.contracts.intake import HulpvraagIngediend
from support.access.matrix import read
from support.hulpvragen import BEUK, Client, Office, board, ib, soon, staff
from support.overdracht import NO_OVERLEG

ROUTES = [
    (route.method, route.path.replace("{dossiernummer}", "{d}")) for route in read().closed if route.service == "workflow"
]
HANDOVER = {"/overdrachten", "/overdrachten/{overdracht_id}", "/contactnummers"}
"""What is looked at by those only who may carry out a staff change, of whatever SWV."""
STAFF_CHANGE: dict[str, Any] = {
    "soort": "school",
    "school": "99XA00",
    "van": "iris@linde.example",
    "naar": {"naam": "Nina Nieuw", "email": "nina@linde.example"},
    "toegang": "eindigt",
    "datum": soon(),
}
BODIES: dict[str, Any] = {
    "/statuswijzigingen": {"status": "TLV aanvraag in behandeling", "bespreekdatum": soon()},
    "/aanvraagtype": {"aanvraagtype": "TLV"},
    "/besluiten": {"soort": "TLV", "toegekend": False, "motivering": "Het advies."},
    "/versies": {"soort": "TLV", "toegekend": False, "motivering": "Het advies."},
    "/machtigingen": {"handeling": "bijlagen-bekijken"},
    "/postbussen/administratie": {"email": "administratie@swv.example"},
    "/kringen/Noord": {"coordinator": "Cor Bedacht", "email": "cor@swv.example", "scholen": ["99XA00"]},
    "/overeenkomsten/B-1": {"van": soon()},
    "/labels": {"labels": ["spoed"]},
    "/coordinator": {"naam": "Cor Bedacht", "email": "cor@swv.example"},
    "/notities": {"tekst": "Nog bellen."},
    "/overdrachten": {
        **STAFF_CHANGE,
        "telling": {"hulpvragen": 0, "kringen": 0, "postbussen": 0, "toegangMelden": 0, "toegang": 0, **NO_OVERLEG},
    },
    "/voorbeeld": STAFF_CHANGE,
    "/ongedaan": {},
    "/contactnummers": {"school": "99XA00", "email": "iris@linde.example", "telefoon": "000-0000000"},
    "/toegang": {
        "account": str(uuid4()),
        "naam": "Mila Buiten",
        "email": "mila@buiten.example",
        "reden": "nieuwe school",
        "totEnMet": soon(),
    },
    "/overlegrondes": {"onderwerp": "MDO", "deadline": soon()},
    "/deadline": {"deadline": soon()},
    "/deelnemers": {"account": str(uuid4()), "naam": "Mila Buiten", "email": "mila@buiten.example"},
    "/mails": {"mails": False},
    "/bestanden": {},
    "/reacties": {"tekst": "Ik ben erbij."},
}
STRANGERS = {
    "another SWV": staff("administratie", swv="PO00YY"),
    "staff without a role": staff(),
    "staff with a school's role": staff("IB'er"),
    "another school": ib(BEUK),
    "a school with the role of staff": ib(rollen=("administratie",)),
    "another board": board("B-2"),
    "a system": tokens.Actor(sub=uuid4(), naam="x", organisatie="x", soort="systeem", swv="PO2507", rollen=("administratie",)),
}


async def call(client: Client, method: str, path: str, data: HulpvraagIngediend, **headers: str) -> Any:
    named_ids = ("besluit_id", "notitie_id", "toegang_id", "overdracht_id", "overlegronde", "deelnemer", "reactie")
    ids = {name: uuid4() for name in named_ids}
    url = path.format(d=data.dossiernummer, rol="administratie", naam="Noord", bestuur="B-1", school="99XA00", **ids)
    named = "/notities" if "/notities/" in url else "/bestanden" if "/reacties/" in url else url
    body = next((body for end, body in BODIES.items() if named.endswith(end)), None) if method != "GET" else None
    return await client.call(method, url, json=body, **{"If_Match": '"1"', **headers})


@pytest.fixture(scope="module")
async def tlv(office: Office) -> HulpvraagIngediend:
    return await office.opened("TLV")


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize("who", STRANGERS)
async def test_a_stranger_gets_nothing_and_learns_nothing(
    office: Office, tlv: HulpvraagIngediend, method: str, path: str, who: str
) -> None:
    client = office.client(STRANGERS[who])
    answer = await call(client, method, path, tlv)
    if answer.status_code >= 400:
        await office.check_refused(STRANGERS[who], f"{method} {path}", answer.status_code)
    if path == "/gedeeld":
        assert answer.json() == {"hulpvragen": [], "overlegrondes": []}, "of that, everyone sees what was opened for them"
    elif "{d}" in path:
        assert answer.status_code == 404
        absent = tlv.model_copy(update={"dossiernummer": 999_999_999})
        assert (await call(client, method, path, absent)).json() == answer.json()
    elif path in HANDOVER or path.startswith("/scholen"):
        assert answer.status_code == 403
    elif path == "/cijfers" and who.startswith("another "):
        assert answer.json()["swv"] == STRANGERS[who].swv, "counts of one's own; that these are, see below"
    elif who.startswith("another") and method == "GET" and path not in {"/postbussen", "/kringen", "/overeenkomsten"}:
        assert answer.status_code == 200
        shown = [row["dossiernummer"] for row in answer.json().get("hulpvragen", [])]
        assert tlv.dossiernummer not in shown
    elif who == "another SWV" and method == "GET":
        assert answer.json()["swv"] == "PO00YY"
    else:
        assert answer.status_code == 403


@pytest.mark.parametrize("path", ["/statuswijzigingen", "/aanvraagtype", "/besluiten", "/besluiten/{besluit_id}/versies"])
@pytest.mark.parametrize("actor", [board("B-1"), board("B-1", rollen=("IB'er", "administratie"))])
async def test_a_board_changes_nothing(office: Office, tlv: HulpvraagIngediend, path: str, actor: tokens.Actor) -> None:
    method = "PUT" if path == "/aanvraagtype" else "POST"
    assert (await call(office.client(actor), method, "/hulpvragen/{d}" + path, tlv)).status_code == 403


async def test_a_school_does_not_do_the_work_of_the_swv(office: Office, tlv: HulpvraagIngediend) -> None:
    school = office.client(ib())
    for method, path in [
        ("PUT", "/hulpvragen/{d}/aanvraagtype"),
        ("POST", "/hulpvragen/{d}/besluiten"),
        ("POST", "/hulpvragen/{d}/statuswijzigingen"),
        ("GET", "/postbussen"),
        ("PUT", "/postbussen/{rol}"),
    ]:
        assert (await call(school, method, path, tlv)).status_code == 403, path


async def test_staff_with_another_role_do_not_decide_sort_or_set_addresses(office: Office, tlv: HulpvraagIngediend) -> None:
    scp = office.client(staff("SCP"))
    for method, path in [
        ("PUT", "/hulpvragen/{d}/aanvraagtype"),
        ("POST", "/hulpvragen/{d}/besluiten"),
        ("POST", "/hulpvragen/{d}/statuswijzigingen"),
        ("PUT", "/postbussen/{rol}"),
    ]:
        assert (await call(scp, method, path, tlv)).status_code == 403, path


@pytest.mark.parametrize("path", ["/statuswijzigingen", "/aanvraagtype", "/besluiten"])
async def test_a_change_says_which_version_was_seen(office: Office, tlv: HulpvraagIngediend, path: str) -> None:
    client = office.client(staff("administratie"))
    method, url = ("PUT" if path == "/aanvraagtype" else "POST"), f"/hulpvragen/{tlv.dossiernummer}{path}"
    absent = await client.call(method, url, json=BODIES[path])
    assert (absent.status_code, absent.json()["type"]) == (428, "urn:schakel:fout:versie-ontbreekt")
    for wrong in ("1", '"een"', "*", 'W/"1"'):
        answer = await client.call(method, url, json=BODIES[path], If_Match=wrong)
        assert (answer.status_code, answer.json()["fouten"][0]["field"]) == (400, "If-Match")
    stale = await client.call(method, url, json=BODIES[path], If_Match='"7"')
    assert (stale.status_code, stale.json()["versie"]) == (412, 1)


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ({}, ("status", "verplicht")),
        ({"status": ""}, ("status", "te-kort")),
        ({"status": 7}, ("status", "tekst")),
        ({"status": "x" * 201}, ("status", "te-lang")),
        ({"status": "Aanhouden", "rol": "CT"}, ("rol", "onbekend-veld")),
        ({"status": "Aanhouden", "bespreekdatum": "31-12-2026"}, ("bespreekdatum", "datum")),
        ({"status": "Aanhouden", "bespreekdatum": "2026-02-30"}, ("bespreekdatum", "datum")),
        ({"status": "Aanhouden", "reden": "x" * 1001}, ("reden", "te-lang")),
        ({"status": "Aanhouden", "toelichting": "nul \x00"}, ("toelichting", "tekens")),
    ],
)
async def test_a_change_that_is_not_well_formed_names_field_and_rule(
    office: Office, tlv: HulpvraagIngediend, body: dict[str, Any], fault: tuple[str, str]
) -> None:
    url = f"/hulpvragen/{tlv.dossiernummer}/statuswijzigingen"
    answer = await office.client(staff("administratie")).call("POST", url, json=body, If_Match='"1"')
    assert answer.status_code == 400
    assert fault in [(found["field"], found["rule"]) for found in answer.json()["fouten"]]


async def test_an_unknown_or_impossible_status_names_the_steps_that_are_allowed(
    office: Office, tlv: HulpvraagIngediend
) -> None:
    client = office.client(staff("administratie"))
    steps = {"TLV aanvraag in behandeling", "TLV aanvraag incompleet"}
    unknown = await client.change(tlv.dossiernummer, "Klaar", 1)
    illegal = await client.change(tlv.dossiernummer, "TLV afgegeven", 1)
    back = await client.change(tlv.dossiernummer, "TLV Aanmelding", 1)
    assert (unknown.status_code, illegal.status_code, back.status_code) == (422, 409, 409)
    for answer in (unknown, illegal, back):
        assert {step["status"] for step in answer.json()["toegestaan"]} == steps


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("pagina=2", "query.pagina"),
        ("aantal=0", "query.aantal"),
        ("aantal=101", "query.aantal"),
        ("status=%00", "query.status"),
        ("zoek=%1b", "query.zoek"),
        ("afgerond=misschien", "query.afgerond"),
    ],
)
async def test_a_question_to_the_list_that_is_not_well_formed_is_named(office: Office, query: str, field: str) -> None:
    answer = await office.client(staff("SCP")).get(f"/hulpvragen?{query}")
    assert answer.status_code == 400
    assert field.endswith(answer.json()["fouten"][0]["field"])


@pytest.mark.parametrize("number", ["0", "-1", "abc", "9" * 30])
async def test_a_dossiernummer_is_a_number_above_zero(office: Office, number: str) -> None:
    assert (await office.client(staff("SCP")).get(f"/hulpvragen/{number}")).status_code == 400


@pytest.mark.parametrize("email", ["geen adres", "a@b", "a@b.nl, c@d.nl", "<a@b.nl>", "a@b.nl\r\nBcc: c@d.nl", ""])
async def test_a_postbus_is_one_mail_address(office: Office, email: str) -> None:
    answer = await office.client(staff("administratie")).call("PUT", "/postbussen/AC", json={"email": email})
    assert (answer.status_code, answer.json()["fouten"][0]["field"]) == (400, "email")


@pytest.mark.parametrize("rol", ["school", "IB'er", "burgemeester"])
async def test_a_postbus_is_of_a_role_of_the_swv(office: Office, rol: str) -> None:
    answer = await office.client(staff("administratie")).call("PUT", f"/postbussen/{rol}", json={"email": "a@b.example"})
    assert answer.status_code == 404


async def test_who_is_there_for_figures_gets_counts_and_no_hulpvraag(office: Office, tlv: HulpvraagIngediend) -> None:
    monitor = office.client(staff("monitoring"))
    within = (monitor, office.client(ib()), office.client(board("B-1")), office.client(staff("administratie")))
    beside = (office.client(ib(BEUK)), office.client(board("B-2")), office.client(staff("administratie", swv="PO00YY")))

    async def counted(client: Client) -> int:
        rows = (await client.get("/cijfers")).json()["aantallen"]
        return sum(row["lopend"] for row in rows if row["aanvraagtype"] == "TLV")

    before = [await counted(client) for client in (*within, *beside)]
    await office.opened("TLV")
    after = [await counted(client) for client in (*within, *beside)]
    assert [new - old for old, new in zip(before, after, strict=True)] == [1, 1, 1, 1, 0, 0, 0]
    for method, path in ROUTES:
        if path not in {"/cijfers", "/gedeeld"}:
            assert (await call(monitor, method, path, tlv)).status_code == (404 if "{d}" in path else 403), path
