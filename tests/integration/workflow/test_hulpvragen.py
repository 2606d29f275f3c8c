"""Looking at hulpvragen: the list and its search, a hulpvraag, sorting one, leave for documents, addresses, and the log."""

import asyncio
import json
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared import audit, clock, tokens
from shared.contracts.common import Leerling, School
from shared.errors import NotFound, Unauthenticated
from support.hulpvragen import Office, batch, board, ib, ingediend, staff
from support.sandbox import WORKFLOW_KEY
from workflow.registry import RuleSets, read_all
from workflow.usecases.capability import grant
from workflow.usecases.dossier import opened

ADMINISTRATIE = staff("administratie")


def school(number: int) -> School:
    return School(code=f"99ZZ{number:02}", naam=f"De Zoekschool {number}", bestuur="B-zoek")


def pupil(roepnaam: str, achternaam: str, voorvoegsel: str = "") -> Leerling:
    known = ingediend().leerling
    assert known is not None
    return known.model_copy(update={"roepnaam": roepnaam, "achternaam": achternaam, "voorvoegsel": voorvoegsel})


async def shown(office: Office, actor: tokens.Actor, **query: Any) -> list[int]:
    answer = await office.client(actor).call("GET", "/hulpvragen?" + "&".join(f"{key}={value}" for key, value in query.items()))
    assert answer.status_code == 200, answer.text
    return [row["dossiernummer"] for row in answer.json()["hulpvragen"]]


@pytest.fixture(scope="module")
async def found(office: Office) -> dict[str, int]:
    """Four hulpvragen of two schools of one board, by a word of their name."""
    known = {
        "zoë": ingediend("TLV", school=school(1), leerling=pupil("Zoë", "d’Hondt")),
        "ali": ingediend("A&K", school=school(1), leerling=pupil("Ali", "Zoekmans", "van den")),
        "groep": ingediend("8D Kameleon", school=school(2), niveau="groep", leerling=None, groep="8D Kameleon"),
        "sam": ingediend("Thuiszitter", school=school(2), leerling=pupil("Sam", "Zoekstra")),
    }
    await office.submit(*known.values())
    return {name: data.dossiernummer for name, data in known.items()}


@pytest.mark.parametrize(
    ("zoek", "names"),
    [
        ("zoe", ["sam", "ali", "zoë"]),
        ("Zoë", ["sam", "ali", "zoë"]),
        ("dhondt zoe", ["zoë"]),
        ("van den zoek", ["ali"]),
        ("A%26K zoekm", ["ali"]),
        ("thuiszitter aanm zoek", ["sam"]),
        ("8d kam", ["groep"]),
        ("zoekschool 99", []),
        ("zoekst%27 OR 1=1", []),
    ],
)
async def test_words_find_name_title_and_status_by_their_beginnings(
    office: Office, found: dict[str, int], zoek: str, names: list[str]
) -> None:
    listed = await shown(office, board("B-zoek"), zoek=zoek)
    if zoek in {"zoe", "Zoë"}:  # also the beginning of their school's name
        names = ["sam", "groep", "ali", "zoë"]
    assert listed == [found[name] for name in names]


async def test_a_number_finds_its_hulpvraag(office: Office, found: dict[str, int]) -> None:
    assert await shown(office, ADMINISTRATIE, zoek=found["sam"]) == [found["sam"]]
    assert await shown(office, ib(school(1)), zoek=found["sam"]) == []


async def test_everybody_lists_what_is_theirs_newest_first(office: Office, found: dict[str, int]) -> None:
    assert await shown(office, ib(school(1))) == [found["ali"], found["zoë"]]
    assert await shown(office, ib(school(2))) == [found["sam"], found["groep"]]
    assert await shown(office, board("B-zoek")) == [found["sam"], found["groep"], found["ali"], found["zoë"]]
    of_swv = await shown(office, ADMINISTRATIE, zoek="zoekschool")
    assert of_swv == [found["sam"], found["groep"], found["ali"], found["zoë"]]
    assert await shown(office, staff("administratie", swv="PO00YY"), zoek="zoekschool") == []


async def test_a_list_is_narrowed_by_status_title_and_end(office: Office, found: dict[str, int]) -> None:
    them = board("B-zoek")
    assert await shown(office, them, status="TLV Aanmelding") == [found["zoë"]]
    assert await shown(office, them, aanvraagtype="A%26K") == [found["ali"]]
    assert await shown(office, them, aanvraagtype="A%26K", status="A%26K in behandeling") == []
    assert await shown(office, them, ongesorteerd="true") == [found["groep"]]
    assert await shown(office, them, afgerond="true") == []
    assert await shown(office, them, zoek="zoekstra", status="TLV Aanmelding") == []


async def test_pages_follow_each_other_without_gap_or_double_and_without_a_count(office: Office) -> None:
    some = [ingediend("A&K", school=school(9), leerling=pupil("Bladzij", f"Nummer{n}")) for n in range(7)]
    await office.submit(*some)
    expected = [data.dossiernummer for data in reversed(some)]
    client = office.client(ib(school(9)))
    for zoek in ("", "zoek=bladzij&", "aanvraagtype=A%26K&"):
        seen: list[int] = []
        pagina = ""
        while True:
            answer = (await client.get(f"/hulpvragen?{zoek}aantal=3{pagina}")).json()
            assert set(answer) == {"hulpvragen", "volgende"}
            seen += [row["dossiernummer"] for row in answer["hulpvragen"]]
            if answer["volgende"] is None:
                break
            pagina = f"&pagina={answer['volgende']}"
        assert seen == expected


async def test_a_hulpvraag_at_a_hidden_status_is_in_no_list(office: Office) -> None:
    data = await office.opened("Budget", swv="PO00YY", school=school(8))
    for actor, sees in [
        (ib(school(8), swv="PO00YY"), True),
        (staff("applicatiebeheerder", swv="PO00YY"), True),
        (staff("administratie", swv="PO00YY"), False),
        (board("B-zoek", swv="PO00YY"), False),
    ]:
        for query in ({}, {"zoek": "noor"}, {"aanvraagtype": "Budget"}, {"status": "Voorlopige aanmelding"}):
            assert (data.dossiernummer in await shown(office, actor, **query)) == sees
        assert await shown(office, actor, nummer=str(data.dossiernummer)) == ([data.dossiernummer] if sees else [])
        assert (await office.client(actor).get(f"/hulpvragen/{data.dossiernummer}")).status_code == (200 if sees else 404)
    await office.client(ib(school(8), swv="PO00YY")).to(data.dossiernummer, "Aanmelding", bevestigd=True)
    assert await shown(office, staff("administratie", swv="PO00YY"), zoek="zoekschool 8") == [data.dossiernummer]


async def test_a_person_sorts_an_unknown_title_once(office: Office) -> None:
    data = await office.opened("TLV SBO")
    client, url = office.client(ADMINISTRATIE), f"/hulpvragen/{data.dossiernummer}/aanvraagtype"
    wrong = await client.call("PUT", url, json={"aanvraagtype": "TLV SO"}, If_Match='"1"')
    assert (wrong.status_code, wrong.json()["fouten"][0]["field"], wrong.json()["lijktOp"][0]) == (422, "aanvraagtype", "TLV")
    made = await client.call("PUT", url, json={"aanvraagtype": "TLV"}, If_Match='"1"', Idempotency_Key="sorteren-1")
    again = await client.call("PUT", url, json={"aanvraagtype": "TLV"}, If_Match='"1"', Idempotency_Key="sorteren-1")
    assert (made.status_code, made.json()["status"], made.json()["versie"]) == (200, "TLV Aanmelding", 2)
    assert again.json() == made.json()
    told = [event["data"] for event in await office.told(data.hulpvraag)]
    assert [(one.get("status"), one["aanvraagtype"], one["door"]) for one in told] == [
        (None, "TLV SBO", "automatisch"),
        ("TLV Aanmelding", "TLV", "administratie"),
    ]
    late = await client.call("PUT", url, json={"aanvraagtype": "A&K"}, If_Match='"2"')
    assert late.status_code == 409
    detail = await client.detail(data.dossiernummer)
    assert (detail["titel"], detail["aanvraagtype"], detail["magSorteren"]) == ("TLV SBO", "TLV", False)


async def test_a_title_that_the_entrance_should_have_refused_is_not_thrown_out(office: Office) -> None:
    data = await office.opened("Iets anders", swv="PO00YY")
    client = office.client(staff("applicatiebeheerder", swv="PO00YY"))
    assert (await client.detail(data.dossiernummer))["status"] is None


async def test_two_users_at_once_make_one_change_and_the_other_is_told(office: Office) -> None:
    data = await office.opened("A&K")
    clients = [office.client(staff("SCP")), office.client(ADMINISTRATIE)]
    answers = await asyncio.gather(
        clients[0].change(data.dossiernummer, "A&K in behandeling", 1),
        clients[1].change(data.dossiernummer, "A&K aanvraag incompleet", 1, reden="Er mist iets."),
    )
    assert sorted(answer.status_code for answer in answers) == [201, 412]
    stale = next(answer for answer in answers if answer.status_code == 412)
    assert (stale.json()["type"], stale.json()["versie"]) == ("urn:schakel:fout:verouderde-versie", 2)


async def test_twenty_users_at_once_leave_one_history_without_gap(office: Office) -> None:
    data = await office.opened("TLV")
    client = office.client(ADMINISTRATIE)
    step = {"status": "TLV aanvraag incompleet", "reden": "Er mist iets."}
    answers = await asyncio.gather(*(client.change(data.dossiernummer, versie=1, **step) for _ in range(20)))
    assert sorted(answer.status_code for answer in answers) == [201, *[412] * 19]
    told = await office.told(data.hulpvraag)
    assert [event["sequence"] for event in told] == [1, 2]


async def test_the_same_command_again_gives_the_same_answer_and_no_second_change(office: Office) -> None:
    data = await office.opened("A&K")
    client = office.client(staff("SCP"))
    key = {"Idempotency_Key": f"{uuid4()}"}
    first = await client.change(data.dossiernummer, "A&K in behandeling", 1, **key)
    again = await client.change(data.dossiernummer, "A&K in behandeling", 1, **key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert (again.json(), again.headers["etag"]) == (first.json(), '"2"')
    assert len(await office.told(data.hulpvraag)) == 2
    other = await client.change(data.dossiernummer, "A&K afgerond", 2, **key)
    assert (other.status_code, other.json()["type"]) == (422, "urn:schakel:fout:regel-niet-vervuld")
    stranger = await office.client(ib(school(5))).change(data.dossiernummer, "A&K in behandeling", 1, **key)
    assert stranger.status_code == 404
    both = {"Idempotency_Key": f"{uuid4()}"}
    parallel = await asyncio.gather(*(client.change(data.dossiernummer, "A&K afgerond", 2, **both) for _ in range(5)))
    assert {answer.status_code for answer in parallel} == {201}
    assert all(answer.json() == parallel[0].json() for answer in parallel)


async def test_a_change_tells_who_why_and_what_is_asked(office: Office) -> None:
    data = await office.opened("A&K")
    scp = staff("SCP")
    await office.client(scp).to(
        data.dossiernummer, "A&K aanvraag incompleet", reden="Groeidocument ontbreekt", toelichting="Deel 1."
    )
    told = (await office.told(data.hulpvraag))[-1]["data"]
    assert (told["reden"], told["toelichting"], told["door"]) == ("Groeidocument ontbreekt", "Deel 1.", "SCP")
    assert told["gevraagde_actie"].startswith("Voeg de ontbrekende bijlagen toe")
    assert [mail["sjabloon"] for mail in told["mails"]] == ["aanvulling-gevraagd"]
    row = (await office.client(ib()).get(f"/hulpvragen/{data.dossiernummer}/statushistorie")).json()["wijzigingen"][-1]
    assert (row["naam"], row["door"], row["reden"], row["aanleiding"]) == (
        scp.naam,
        "SCP",
        "Groeidocument ontbreekt",
        "statuswijziging",
    )
    detail = await office.client(ib()).detail(data.dossiernummer)
    assert (detail["wachtOp"], detail["reden"]) == ("aanvrager", "Groeidocument ontbreekt")


async def test_a_form_that_is_asked_for_may_be_a_bijlage_of_that_name(office: Office) -> None:
    manager, teacher = office.client(staff("regiomanager", "administratie", swv="PO00YY")), office.client(ib(swv="PO00YY"))
    data = await office.opened("Budget", swv="PO00YY")
    await teacher.to(data.dossiernummer, "Aanmelding", bevestigd=True)
    await manager.to(data.dossiernummer, "Doorzetten regiomanager")
    await manager.to(data.dossiernummer, "Toegekend")
    lacking = await teacher.change(data.dossiernummer, "Afgerond")
    assert (lacking.status_code, lacking.json()["fouten"][0]["field"]) == (422, "formulier")
    whole = batch(data)
    form = whole.schoon[0].model_copy(update={"naam": "Evaluatie.pdf"})
    await office.add(whole.model_copy(update={"schoon": (form,)}))
    await office.has_bijlage(form.bijlage)
    await teacher.to(data.dossiernummer, "Afgerond")


async def test_leave_for_documents_is_for_one_act_on_one_thing_for_a_minute(office: Office) -> None:
    data, other = await office.opened("A&K"), await office.opened("A&K")
    whole = batch(data)
    bijlage = whole.schoon[0].bijlage  # which workflow has not heard of yet
    actor = ib()

    async def ask(of: int, handeling: str, bijlage: UUID | None = None, who: tokens.Actor = actor) -> Any:
        body = {"handeling": handeling, **({"bijlage": str(bijlage)} if bijlage else {})}
        return await office.client(who).call("POST", f"/hulpvragen/{of}/machtigingen", json=body)

    for handeling, which, resource in [
        ("bijlage-toevoegen", None, f"hulpvraag:{data.hulpvraag}"),
        ("bijlagen-bekijken", None, f"hulpvraag:{data.hulpvraag}"),
        ("bijlage-downloaden", bijlage, f"bijlage:{bijlage}"),
    ]:
        answer = await ask(data.dossiernummer, handeling, which)
        assert answer.status_code == 201
        capability = tokens.granted(answer.json()["machtiging"], audience="documents", key=WORKFLOW_KEY)
        seen = (capability.act, capability.resource, capability.bij, capability.actor)
        assert seen == (handeling, resource, data.hulpvraag, actor.sub)
        assert capability.until == datetime.fromisoformat(answer.json()["verlooptOp"])
        late = clock.now() + timedelta(seconds=61)
        with clock.use(partial(datetime.fromtimestamp, late.timestamp(), clock.UTC)), pytest.raises(Unauthenticated):
            tokens.granted(answer.json()["machtiging"], audience="documents", key=WORKFLOW_KEY)
    elsewhere = (await ask(other.dossiernummer, "bijlage-downloaden", bijlage)).json()["machtiging"]
    assert tokens.granted(elsewhere, audience="documents", key=WORKFLOW_KEY).bij == other.hulpvraag, "no use at documents"
    assert (await ask(data.dossiernummer, "bijlage-downloaden")).status_code == 400
    assert (await ask(data.dossiernummer, "bijlagen-bekijken", bijlage)).status_code == 400
    assert (await ask(data.dossiernummer, "bijlagen-wissen")).status_code == 400
    assert (await ask(data.dossiernummer, "bijlage-toevoegen", who=board("B-1"))).status_code == 403
    assert (await ask(data.dossiernummer, "bijlagen-bekijken", who=board("B-1"))).status_code == 201


@pytest.mark.parametrize(("left", "ends"), [(600, False), (12.9, False), (2.5, False), (0.5, True), (-3, True)])
async def test_leave_ends_with_the_access_it_rests_on(office: Office, left: float, *, ends: bool) -> None:
    data, key = await office.opened("A&K"), WORKFLOW_KEY
    rulesets = RuleSets(read_all(None))
    async with office.service.database.transaction() as tx:
        dossier = await opened(tx, rulesets, ib(), data.dossiernummer, lock=False)
        until = clock.now() + timedelta(seconds=left)
        ending = replace(dossier, toegang=replace(dossier.toegang, tot=until))
        if ends:
            with pytest.raises(NotFound):
                await grant(tx, ending, "bijlagen-bekijken", None, "documents", key)
            return
        given = await grant(tx, ending, "bijlagen-bekijken", None, "documents", key)
    assert given.verloopt_op is not None
    assert given.verloopt_op <= until
    assert tokens.granted(given.token, audience="documents", key=key).until == given.verloopt_op


async def test_the_aanvraagtypes_to_choose_from_come_with_their_texts(office: Office) -> None:
    answer = (await office.client(ib()).get("/aanvraagtypes")).json()
    assert [one["titel"] for one in answer["aanvraagtypes"]] == [
        "A&K",
        "Arrangement",
        "Voorziening",
        "Groepsarrangement",
        "TLV",
        "Verlenging TLV",
        "Thuiszitter",
        "JK onderwijsadvies",
    ]
    tlv = answer["aanvraagtypes"][4]
    assert tlv["bijlagen"][0]["verplicht"] is True
    other = (await office.client(staff("administratie", swv="PO00YY")).get("/aanvraagtypes")).json()
    assert ([one["titel"] for one in other["aanvraagtypes"]], other["onbekendeTitel"]) == (
        ["Budget", "Groepsbudget", "Kringvraag"],
        "weigeren",
    )
    assert other["aanvraagtypes"][0]["termijnen"] == [{"naam": "reactie", "duur": 5, "eenheid": "werkdagen", "toelichting": ""}]


async def test_staff_set_and_clear_the_address_of_a_role(office: Office) -> None:
    client = office.client(ADMINISTRATIE)
    put = await client.call("PUT", "/postbussen/coördinator", json={"email": "coordinator@swv.example"})
    assert (put.status_code, put.json()) == (200, {"rol": "coördinator", "email": "coordinator@swv.example"})
    data = await office.opened("Thuiszitter")
    told = (await office.told(data.hulpvraag))[0]["data"]
    assert ("coördinator", "coordinator@swv.example") in [(mail["doelgroep"], mail["email"]) for mail in told["mails"]]
    await client.call("PUT", "/postbussen/coördinator", json={"email": None})
    shown = (await client.get("/postbussen")).json()
    others = (await office.client(staff("SCP")).get("/postbussen")).json()
    assert (shown["magWijzigen"], others["magWijzigen"]) == (True, False)
    listed = shown["postbussen"]
    assert {"rol": "coördinator", "email": None} in listed
    known = {
        "SCP",
        "administratie",
        "administratie Platform",
        "AC",
        "CT",
        "coördinator",
        "JK-specialist",
        "financieel medewerker",
    }
    assert {one["rol"] for one in listed} == known


async def test_every_look_and_every_change_is_logged_without_names(office: Office) -> None:
    data = await office.opened("TLV")
    actor = staff("administratie", "CT")
    client, number = office.client(actor), data.dossiernummer
    await client.get("/hulpvragen?zoek=voorbeeld")
    await client.get(f"/hulpvragen/{number}/statushistorie")
    await client.to(number, "TLV aanvraag incompleet", reden="Noor mist een verslag.")
    await client.get(f"/hulpvragen/{number}/besluiten")
    await client.call("POST", f"/hulpvragen/{number}/machtigingen", json={"handeling": "bijlagen-bekijken"})
    async with office.sandbox.connect() as connection:
        rows = await connection.fetch("SELECT * FROM workflow.audit_log WHERE actor = $1 ORDER BY id", str(actor.sub))
        by_itself = await connection.fetch(
            "SELECT action FROM workflow.audit_log WHERE subject = $1 AND actor = 'workflow'", str(data.hulpvraag)
        )
    assert [row["action"] for row in rows] == [
        "hulpvragen.doorzocht",
        "hulpvraag.historie_bekeken",
        "hulpvraag.bekeken",
        "hulpvraag.status_gewijzigd",
        "hulpvraag.besluiten_bekeken",
        "hulpvraag.machtiging",
    ]
    assert [row["action"] for row in by_itself] == ["hulpvraag.status_gewijzigd"]
    logged = json.dumps([dict(row) for row in rows], default=str)
    assert number in json.loads(rows[0]["details"])["dossiernummers"]
    assert not any(word in logged for word in ("Noor", "Voorbeeld", "Verzonnen", "verslag"))
    async with office.service.database.transaction() as tx:
        await audit.seal(tx.connection)
        assert (await audit.verify(tx.connection)).broken is None
