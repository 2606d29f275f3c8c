"""The public API with the real services behind it: what it gives, what it refuses and how it says so."""

import httpx

from shared import clock
from support.intake import leerling
from support.portal import Person, browser, log_in, log_in_to_api, make_iber, make_person, opgave, program, submitted, taken_up
from support.whole import Whole


async def test_a_hulpvraag_goes_in_and_its_status_can_be_changed(iris: httpx.AsyncClient, anne: httpx.AsyncClient) -> None:
    number = await submitted(iris)
    seen = await anne.get(f"/hulpvragen/{number}")
    assert seen.headers["etag"] == '"1"'
    assert seen.json()["ingediendOp"].endswith("Z")
    steps = [step["status"] for step in seen.json()["volgendeStappen"]]
    assert "A&K in behandeling" in steps
    changed = await anne.post(
        f"/hulpvragen/{number}/statuswijzigingen", json={"status": "A&K in behandeling"}, headers={"if-match": '"1"'}
    )
    assert (changed.status_code, changed.headers["etag"]) == (201, '"2"')
    history = await iris.get(f"/hulpvragen/{number}/statushistorie")
    assert [line["status"] for line in history.json()["wijzigingen"]] == ["A&K aanmelding", "A&K in behandeling"]
    found = await iris.get("/hulpvragen", params={"zoek": str(number)})
    assert [line["dossiernummer"] for line in found.json()["hulpvragen"]] == [number]


async def test_what_a_service_refuses_comes_through_as_the_same_problem(
    iris: httpx.AsyncClient, anne: httpx.AsyncClient
) -> None:
    number = await submitted(iris)
    path = f"/hulpvragen/{number}/statuswijzigingen"

    async def refused(client: httpx.AsyncClient, status: str, version: str | None) -> httpx.Response:
        headers = {} if version is None else {"if-match": version}
        return await client.post(path, json={"status": status}, headers=headers)

    cases = [
        (await refused(anne, "A&K in behandeling", None), 428, "versie-ontbreekt"),
        (await refused(anne, "A&K in behandeling", '"x"'), 400, "ongeldige-invoer"),
        (await refused(anne, "A&K in behandeling", '"7"'), 412, "verouderde-versie"),
        (await refused(anne, "A&K afgerond", '"1"'), 409, "statusovergang-niet-toegestaan"),
        (await refused(anne, "Bestaat niet", '"1"'), 422, "regel-niet-vervuld"),
        (await refused(anne, "A&K aanvraag incompleet", '"1"'), 422, "regel-niet-vervuld"),
        (await refused(iris, "A&K in behandeling", '"1"'), 403, "geen-rechten"),
    ]
    for answer, status, slug in cases:
        problem = answer.json()
        assert (answer.status_code, problem["status"], problem["type"]) == (status, status, f"urn:schakel:fout:{slug}")
        assert answer.headers["content-type"] == "application/problem+json"
        assert problem["title"]
        assert problem["detail"]
    assert "A&K in behandeling" in [step["status"] for step in cases[3][0].json()["toegestaan"]]
    assert cases[5][0].json()["fouten"][0]["field"] == "reden"


async def test_the_same_command_twice_is_done_once(iris: httpx.AsyncClient, anne: httpx.AsyncClient) -> None:
    key = {"idempotency-key": str(clock.new_id())}
    body = opgave()
    first, second = (
        await iris.post("/hulpvragen", json=body, headers=key),
        await iris.post("/hulpvragen", json=body, headers=key),
    )
    assert first.json() == second.json()
    other = await iris.post("/hulpvragen", json=opgave(), headers=key)
    assert other.status_code == 422
    number = await submitted(iris)
    change = {"json": {"status": "A&K in behandeling"}, "headers": {"if-match": '"1"', "idempotency-key": str(clock.new_id())}}
    path = f"/hulpvragen/{number}/statuswijzigingen"
    answers = [await anne.post(path, **change) for _ in range(2)]  # type: ignore[arg-type]  # keyword arguments by name
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()


async def test_what_is_of_another_school_does_not_exist(system: Whole, iris: httpx.AsyncClient, address: str) -> None:
    number = await submitted(iris)
    dossier = (await iris.get(f"/hulpvragen/{number}")).json()["dossier"]
    stranger = await make_iber(system.gateway.database, f"vreemd-{number}", "99XB00")
    nobody = await make_person(system.gateway.database, f"zonder-rol-{number}", rollen=("schoonmaak",))
    async with program(system.gateway, f"{address}8") as other, program(system.gateway, f"{address}9") as unknown:
        await log_in_to_api(other, stranger)
        await log_in_to_api(unknown, nobody)
        for client in (other, unknown):
            for path in ("", "/statushistorie", "/besluiten", "/bijlagen"):
                assert (await client.get(f"/hulpvragen/{number}{path}")).status_code == 404
            changing = await client.post(
                f"/hulpvragen/{number}/statuswijzigingen", json={"status": "A&K afgerond"}, headers={"if-match": '"1"'}
            )
            assert changing.status_code == 404
        assert (await other.get("/hulpvragen", params={"zoek": str(number)})).json()["hulpvragen"] == []
        for path in ("/hulpvragen", f"/dossiers/{dossier}", "/scholen", "/registraties"):
            assert (await unknown.get(path)).status_code == 403, path
        assert (await unknown.post("/hulpvragen", json=opgave())).status_code == 403
        assert (await other.get(f"/dossiers/{dossier}")).status_code == 404


async def test_faults_name_field_and_rule(iris: httpx.AsyncClient) -> None:
    wrong = await iris.post("/hulpvragen", json=opgave(beheerder=True, leerling=leerling(geboortedatum="2016-02-30")))
    faults = {fault["field"]: fault["rule"] for fault in wrong.json()["fouten"]}
    assert (wrong.status_code, faults) == (400, {"beheerder": "onbekend-veld", "leerling.geboortedatum": "datum"})
    cases: list[tuple[dict[str, object], str, str]] = [
        ({"school": {"brin": "99ZZ", "vestiging": "00"}}, "school", "school-onbekend"),
        ({"school": {"brin": "99XB", "vestiging": "00"}}, "school", "school-onbekend"),
        ({"aanvraagtype": 5}, "aanvraagtype", "tekst"),
        ({"contactpersoon": None}, "contactpersoon", "object"),
    ]
    for own, field, rule in cases:
        refused = await iris.post("/hulpvragen", json=opgave(**own))
        named = [(fault["field"], fault["rule"]) for fault in refused.json()["fouten"]]
        assert (refused.status_code, named) == (400, [(field, rule)]), own
    missing = {name: value for name, value in opgave().items() if name != "school"}
    refused = await iris.post("/hulpvragen", json=missing)
    assert [(fault["field"], fault["rule"]) for fault in refused.json()["fouten"]] == [("school", "verplicht")]
    broken = await iris.post("/hulpvragen", content=b'{"school": ', headers={"content-type": "application/json"})
    assert (broken.status_code, broken.json()["fouten"][0]["rule"]) == (400, "json")
    bsn = await iris.post("/hulpvragen", json=opgave(leerling=leerling(leerlingid="111222333")))
    assert bsn.status_code == 400
    assert bsn.json()["fouten"][0]["field"] == "leerling.leerlingid"


async def test_a_decision_gets_its_number(iris: httpx.AsyncClient, anne: httpx.AsyncClient) -> None:
    number = await submitted(iris, aanvraagtype="TLV")
    path = f"/hulpvragen/{number}"
    day = clock.today()
    await taken_up(iris, anne, number)
    body = {"soort": "TLV", "toegekend": False, "motivering": "Er is geen reden voor een TLV."}
    made = await anne.post(f"{path}/besluiten", json=body, headers={"if-match": '"2"'})
    assert made.status_code == 201, made.text
    assert made.json()["nummer"].startswith(f"PO2507-TLV-AFW-{day.year}-")
    listed = await iris.get(f"{path}/besluiten")
    assert [besluit["nummer"] for besluit in listed.json()["besluiten"]] == [made.json()["nummer"]]
    mended = await anne.post(
        f"{path}/besluiten/{made.json()['besluit']}/versies",
        json={**body, "motivering": "Er is nu geen reden voor een TLV."},
        headers={"if-match": '"1"'},
    )
    assert (mended.status_code, mended.json()["versie"]) == (201, 2)


async def test_an_unknown_title_is_sorted_by_the_administration(iris: httpx.AsyncClient, anne: httpx.AsyncClient) -> None:
    number = await submitted(iris, aanvraagtype="Advies en korte hulp")
    waiting = await anne.get("/hulpvragen", params={"ongesorteerd": "true", "zoek": str(number)})
    assert [line["dossiernummer"] for line in waiting.json()["hulpvragen"]] == [number]
    path = f"/hulpvragen/{number}/aanvraagtype"
    assert (await iris.put(path, json={"aanvraagtype": "A&K"}, headers={"if-match": '"1"'})).status_code == 403
    sorted_ = await anne.put(path, json={"aanvraagtype": "A&K"}, headers={"if-match": '"1"'})
    assert (sorted_.status_code, sorted_.json()["status"]) == (200, "A&K aanmelding")


async def test_the_other_resources_answer(iris: httpx.AsyncClient, anne: httpx.AsyncClient) -> None:
    number = await submitted(iris)
    hulpvraag = (await iris.get(f"/hulpvragen/{number}")).json()
    dossier = await iris.get(f"/dossiers/{hulpvraag['dossier']}")
    assert number in [found["dossiernummer"] for found in dossier.json()["hulpvragen"]]
    assert {school["code"] for school in (await iris.get("/scholen")).json()["scholen"]} == {"99XA00"}
    assert "A&K" in [kind["titel"] for kind in (await iris.get("/aanvraagtypen")).json()["aanvraagtypes"]]
    assert (await iris.get("/mails")).json()["pagina"] == 1
    changed = await iris.put("/voorkeuren", json={"statusmails": False})
    assert changed.json()["statusmails"] is False
    assert (await iris.get("/voorkeuren")).json()["statusmails"] is False
    own = {"hulpvraag": hulpvraag["hulpvraag"]}
    assert (await anne.get("/registraties", params=own)).json()["registraties"] == []
    nowhere = "01890a5d-ac96-774b-bcce-b302099a8057"
    assert (await anne.get(f"/registraties/{nowhere}")).status_code == 404
    sending = await anne.post(f"/registraties/{nowhere}/verzendingen", headers={"if-match": '"1"'})
    mending = await anne.patch(f"/registraties/{nowhere}", json={"reden": "typefout"}, headers={"if-match": '"1"'})
    assert (sending.status_code, mending.status_code) == (404, 404)


async def test_a_service_that_is_away_is_a_clear_problem_and_a_clear_page(
    system: Whole, iber: Person, iris: httpx.AsyncClient, address: str
) -> None:
    number = await submitted(iris)
    async with browser(system.gateway, f"{address}7") as portal:
        await log_in(portal, iber, code=iber.code(1))
        with system.away("documents"):
            page = await portal.get(f"/hulpvragen/{number}")
        assert page.status_code == 200, "the rest of the page is still worth seeing"
        assert "De bijlagen zijn nu even niet te zien" in page.text
        with system.away("workflow"):
            problem = await iris.get("/hulpvragen")
            page = await portal.get("/hulpvragen")
    assert (problem.status_code, problem.json()["type"]) == (503, "urn:schakel:fout:dienst-niet-bereikbaar")
    assert problem.headers["retry-after"]
    assert page.status_code == 503
    assert "De hulpvragen zijn nu even niet bereikbaar" in page.text
    assert "Probeer het over een paar minuten opnieuw" in page.text
