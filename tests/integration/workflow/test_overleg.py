"""Overlegrondes (manual 002:254-274; 003, 2.9; 004:40): who sees one, who reads which reaction, until when."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared import clock, tokens
from shared.contracts.common import School
from shared.tokens import Actor
from support.hulpvragen import BEUK, Client, batch, board, ib, soon, staff
from support.overleg import begun, guest, joined, read, said, told
from support.sandbox import WORKFLOW_KEY, eventually

LOOKS = ("", "/statushistorie", "/besluiten", "/termijnen", "/notities", "/overlegrondes")


def iris(**own: Any) -> Actor:
    return ib(**own).model_copy(update={"email": "iris@linde.example"})


def at(moment: Any) -> AbstractContextManager[None]:
    return clock.use(lambda: moment)


async def answers(client: Client, number: int) -> dict[str, int]:
    return {path: (await client.get(f"/hulpvragen/{number}{path}")).status_code for path in LOOKS}


async def test_who_takes_part_sees_this_hulpvraag_and_reacts_and_changes_nothing_else(office: Any) -> None:
    number, other = (await office.opened("A&K")).dossiernummer, (await office.opened("A&K")).dossiernummer
    school, els, mila = office.client(iris()), office.client(guest()), office.client(guest("Mila Ouder", soort="ouder"))
    assert set((await answers(els, number)).values()) == {404}
    path = await begun(school, number)
    await joined(school, path, els.actor, mila.actor)
    assert set((await answers(els, number)).values()) == {200}
    assert set((await answers(els, other)).values()) == {404}
    shown = await els.detail(number)
    assert {value for key, value in shown.items() if key.startswith("mag")} == {False}
    assert shown["toegangTotEnMet"] == soon(14)
    assert await said(els, path, "Ik zie vooruitgang.") == 201
    assert await said(school, path, "Dank u.") == 201
    assert await read(mila, path) == await read(school, path) == ["Ik zie vooruitgang.", "Dank u."]
    seen = (await els.get(path)).json()
    assert (seen["magBeheren"], seen["magReageren"], seen["krijgtMails"]) == (False, True, True)
    assert [one["naam"] for one in seen["deelnemers"]] == ["Iris Bedacht", "Els Buiten", "Mila Ouder"]
    assert {one["email"] for one in seen["deelnemers"]} == {None}, "addresses are for the organiser"
    gedeeld = (await els.get("/gedeeld")).json()
    assert [one["dossiernummer"] for one in gedeeld["hulpvragen"]] == [number]
    assert [(one["onderwerp"], one["totEnMet"]) for one in gedeeld["overlegrondes"]] == [("MDO", soon(14))]
    assert (await school.get("/gedeeld")).json() == {"hulpvragen": [], "overlegrondes": []}
    for method, end, body in [
        ("PUT", "/deadline", {"deadline": soon(300)}),
        ("POST", "/sluiting", None),
        ("POST", "/deelnemers", {"account": str(uuid4()), "naam": "X Y", "email": "x@x.example"}),
        ("DELETE", f"/deelnemers/{uuid4()}", None),
    ]:
        assert (await els.call(method, path + end, json=body)).status_code == 403, end
    start = {"onderwerp": "MDO", "deadline": soon()}
    assert (await els.call("POST", f"/hulpvragen/{number}/overlegrondes", json=start)).status_code == 403
    assert (await els.call("PUT", f"/hulpvragen/{number}/labels", json={"labels": ["x"]})).status_code == 403
    leave = {"handeling": "bijlage-toevoegen"}
    assert (await els.call("POST", f"/hulpvragen/{number}/machtigingen", json=leave)).status_code == 403


@pytest.mark.parametrize("days", [0, 14])
async def test_at_the_end_of_the_last_day_who_takes_part_is_out_on_every_route_and_the_organiser_is_not(
    office: Any, days: int
) -> None:
    number = (await office.opened("A&K")).dossiernummer
    school, els = office.client(iris()), office.client(guest())
    path = await begun(school, number, days)
    await joined(school, path, els.actor)
    await said(els, path, "Voor het einde.")
    end = clock.end_of(clock.today() + timedelta(days=days))
    look = {"handeling": "bijlagen-bekijken"}
    with at(end - timedelta(seconds=1)):
        assert set((await answers(els, number)).values()) == {200}
        assert await read(els, path) == ["Voor het einde."]
        assert (await els.call("POST", f"/hulpvragen/{number}/machtigingen", json=look)).status_code == 404
    with at(end - timedelta(seconds=20)):
        leave = await els.call("POST", f"/hulpvragen/{number}/machtigingen", json=look)
        assert datetime.fromisoformat(leave.json()["verlooptOp"]) <= end
    for late in (timedelta(0), timedelta(seconds=1), timedelta(days=400)):
        with at(end + late):
            assert set((await answers(els, number)).values()) == {404}
            assert await read(els, path) == 404
            assert await said(els, path, "Te laat.") == 404
            assert (await els.get("/gedeeld")).json() == {"hulpvragen": [], "overlegrondes": []}
            assert await read(school, path) == ["Voor het einde."]
            assert await said(school, path, "Ook te laat.") == 409
    with at(end + timedelta(days=2)):
        later = (clock.today() + timedelta(days=3)).isoformat()
        assert (await school.call("PUT", f"{path}/deadline", json={"deadline": later})).status_code == 204
        assert await read(els, path) == ["Voor het einde."], "given more time, also afterwards (002:274)"


async def test_closed_or_taken_out_means_out_at_once(office: Any) -> None:
    number = (await office.opened("A&K")).dossiernummer
    school, els, mila = office.client(iris()), office.client(guest()), office.client(guest("Mila Ouder"))
    path = await begun(school, number)
    await joined(school, path, els.actor, mila.actor)
    people = {one["naam"]: one["deelnemer"] for one in (await school.get(path)).json()["deelnemers"]}
    assert (await school.call("DELETE", f"{path}/deelnemers/{people['Els Buiten']}")).status_code == 204
    assert set((await answers(els, number)).values()) == {404}
    assert await read(mila, path) == []
    assert (await school.call("POST", f"{path}/sluiting")).status_code == 201
    assert set((await answers(mila, number)).values()) == {404}
    assert (await school.get(path)).json()["staat"] == "gesloten"
    again = await school.call("POST", f"{path}/deelnemers", json={"account": str(uuid4()), "naam": "X", "email": "x@x.example"})
    assert again.status_code == 409, "nobody is invited to what is over"
    ended = await office.ended()
    assert (ended.count(str(els.actor.sub)), ended.count(str(mila.actor.sub))) == (1, 1), "what was signed for them is void"


async def test_closed_reactions_are_read_by_the_organiser_and_their_author(office: Any) -> None:
    number = (await office.opened("A&K")).dossiernummer
    school, els, mila = office.client(iris()), office.client(guest()), office.client(guest("Mila Ouder"))
    colleague = office.client(ib())
    path = await begun(school, number, beslotenReacties=True)
    await joined(school, path, els.actor, mila.actor)
    await said(els, path, "Van Els.")
    await said(mila, path, "Van Mila.")
    await said(school, path, "Van Iris.")
    assert await read(school, path) == ["Van Els.", "Van Mila.", "Van Iris."]
    assert await read(els, path) == ["Van Els."]
    assert await read(mila, path) == ["Van Mila."]
    assert await read(colleague, path) == []
    mails = [[mail["naam"] for mail in one["mails"]] for one in await told(office, number) if one["soort"] == "reactie"]
    assert mails == [["Iris Bedacht"], ["Iris Bedacht"]], "a mail tells nobody of what they may not read"


async def test_a_file_is_added_to_one_s_own_reaction_and_opened_by_who_may_read_it_until_the_end(office: Any) -> None:
    data = await office.opened("A&K")
    number = data.dossiernummer
    school, els, mila = office.client(iris()), office.client(guest()), office.client(guest("Mila Ouder"))
    colleague = office.client(ib())
    path = await begun(school, number, beslotenReacties=True)
    await joined(school, path, els.actor, mila.actor)
    said_by_els = (await els.call("POST", f"{path}/reacties", json={"tekst": "Zie het verslag."})).json()["reactie"]
    leaves = f"{path}/reacties/{said_by_els}/machtigingen"

    async def leave(client: Client, bijlage: Any = None, where: str = leaves) -> int:
        answer = await client.call("POST", where, json={"bijlage": str(bijlage)} if bijlage else {})
        return int(answer.status_code)

    assert await leave(els) == 201
    assert await leave(mila) == 404, "a reaction that one may not read"
    assert await leave(school) == 403, "read, but not one's own"
    files = batch(data, geweigerd=1, hulpvraag=UUID(said_by_els), aanbieder=f"account:{els.actor.sub}")
    before = (await school.detail(number))["versie"]
    await office.add(files)

    async def there() -> list[dict[str, Any]]:
        [one] = (await school.get(path)).json()["reacties"]
        found: list[dict[str, Any]] = one["bijlagen"]
        return found

    shown = await eventually(there)
    bijlage = files.schoon[0].bijlage
    assert {(one["naam"], one["bericht"]) for one in shown} == {
        ("verslag 0.pdf", None),
        ("virus 0.pdf", "Er zit een virus in."),
    }
    assert (await school.detail(number))["versie"] == before, "a file of a reaction changes no status"
    other = {"handeling": "bijlage-downloaden", "bijlage": str(bijlage)}
    for client in (els, school):
        given = (await client.call("POST", f"/hulpvragen/{number}/machtigingen", json=other)).json()["machtiging"]
        assert tokens.granted(given, audience="documents", key=WORKFLOW_KEY).bij == data.hulpvraag, "where no such file stands"
    refused = next(one["bijlage"] for one in shown if one["bericht"])
    assert [await leave(client, bijlage) for client in (els, school, mila, colleague)] == [201, 201, 404, 404]
    assert await leave(els, refused) == 404
    assert await leave(els, uuid4()) == 404
    elsewhere = leaves.replace(path, await begun(school, number))
    assert await leave(school, bijlage, elsewhere) == 404
    end = clock.end_of(clock.today() + timedelta(days=14))
    with at(end - timedelta(seconds=20)):
        for body in ({}, {"bijlage": str(bijlage)}):
            given = await els.call("POST", leaves, json=body)
            assert datetime.fromisoformat(given.json()["verlooptOp"]) <= end
    with at(end):
        assert [await leave(els, bijlage), await leave(els)] == [404, 404]
        assert await leave(school, bijlage) == 201
        mine = (await school.get(path)).json()["reacties"][0]["reactie"]
        assert await leave(school, None, f"{path}/reacties/{mine}/machtigingen") == 403


async def test_closed_participation_is_seen_by_who_takes_part_only(office: Any) -> None:
    number = (await office.opened("A&K")).dossiernummer
    school, els = office.client(iris()), office.client(guest())
    others = {"a colleague": office.client(ib()), "the SWV": office.client(staff("administratie"))}
    closed, free = await begun(school, number, beslotenDeelname=True), await begun(school, number)
    await joined(school, closed, els.actor)
    await said(els, closed, "Alleen hier.")
    for who, client in others.items():
        assert await read(client, closed) == 404, who
        assert await read(client, free) == [], who
        listed = (await client.get(f"/hulpvragen/{number}/overlegrondes")).json()["overlegrondes"]
        assert [one["overlegronde"] for one in listed] == [free.rsplit("/")[-1]], who
        assert await said(client, free, "x") == 403, who
        assert (await client.call("PUT", f"{free}/deadline", json={"deadline": soon()})).status_code == 403, who
    assert await read(school, closed) == await read(els, closed) == ["Alleen hier."]


async def test_everyone_else_finds_nothing(office: Any) -> None:
    number, other = (await office.opened("A&K")).dossiernummer, (await office.opened("A&K")).dossiernummer
    school, els, mila = office.client(iris()), office.client(guest()), office.client(guest("Mila Ouder"))
    path, elsewhere = await begun(school, number), await begun(school, other)
    second = await begun(school, number)
    await joined(school, path, els.actor)
    await joined(school, elsewhere, mila.actor)
    let_in = {"account": str(uuid4()), "naam": "Gast", "email": "g@x.example", "reden": "r", "totEnMet": soon()}
    visitor = office.client(guest("Gast Bedacht", sub=let_in["account"]))
    assert (await school.call("POST", f"/hulpvragen/{number}/toegang", json=let_in)).status_code == 201
    strangers = {
        "a school of another pupil": office.client(ib(BEUK)),
        "who takes part in another hulpvraag's": mila,
        "another SWV": office.client(staff("administratie", swv="PO00YY")),
        "who has extra access": visitor,
        "the board, which looks only": office.client(board("B-1")),
        "the same account in another SWV": office.client(els.actor.model_copy(update={"swv": "PO00YY"})),
    }
    for who, client in strangers.items():
        assert await read(client, path) == 404, who
        assert await said(client, path, "x") == 404, who
        for method, end, body in [
            ("PUT", "/deadline", {"deadline": soon()}),
            ("PUT", "/mails", {"mails": False}),
            ("POST", "/sluiting", None),
            ("POST", "/deelnemers", {"account": str(uuid4()), "naam": "X Y", "email": "x@x.example"}),
            ("DELETE", f"/deelnemers/{uuid4()}", None),
        ]:
            assert (await client.call(method, path + end, json=body)).status_code == 404, (who, end)
    assert await read(els, second) == 404, "one round of a hulpvraag opens no other of it"
    crossed = path.replace(str(number), str(other))
    assert await read(school, crossed) == 404, "a round is found under its own hulpvraag only"
    listed = (await visitor.get(f"/hulpvragen/{number}/overlegrondes")).json()
    assert (listed["overlegrondes"], listed["magBeginnen"]) == ([], False)


async def test_the_organiser_may_step_out_and_then_reads_and_manages_without_reacting(office: Any) -> None:
    number = (await office.opened("A&K")).dossiernummer
    school, els = office.client(iris()), office.client(guest())
    path = await begun(school, number, organisatorDoetMee=False)
    await joined(school, path, els.actor)
    await said(els, path, "Gelezen?")
    assert await read(school, path) == ["Gelezen?"]
    assert await said(school, path, "Ja.") == 403
    assert [one["soort"] for one in await told(office, number)] == ["uitnodiging"], "no mail of the reaction to who stepped out"
    await joined(school, path, school.actor)
    assert await said(school, path, "Ja.") == 201
    moved = office.client(school.actor.model_copy(update={"organisatie": BEUK.code}))
    assert await read(moved, path) == ["Gelezen?", "Ja."], "elsewhere by now, still taking part"
    [mine] = [one for one in (await school.get(path)).json()["deelnemers"] if one["isOrganisator"]]
    assert (await school.call("DELETE", f"{path}/deelnemers/{mine['deelnemer']}")).status_code == 204
    assert await read(moved, path) == 404, "without work on the hulpvraag and without taking part there is no sight"


async def agreed(office: Any, bestuur: str = "B-1", *, van: int = -10, tot: int | None = None) -> None:
    """The board has a verwerkersovereenkomst between these days, counted from today."""
    manager = office.client(staff("applicatiebeheerder", swv="PO2806"))
    body = {"van": soon(van), "tot": None if tot is None else soon(tot)}
    answer = await manager.call("PUT", f"/overeenkomsten/{bestuur}", json=body)
    assert answer.status_code == 200, answer.text


async def test_a_school_talks_over_what_the_swv_does_not_see_yet(office: Any) -> None:
    await agreed(office)
    data = await office.opened("Ambulante begeleiding", swv="PO2806")
    number, school = data.dossiernummer, office.client(iris(swv="PO2806"))
    els = office.client(guest(swv="PO2806", organisatie="PO2806"))
    scp = office.client(staff("SCP", swv="PO2806"))
    await school.to(number, "Voorlopige Aanmelding")
    path = await begun(school, number)
    await joined(school, path, els.actor)
    assert set((await answers(els, number)).values()) == {200}, "002:158, 265"
    assert [one["dossiernummer"] for one in (await els.get("/gedeeld")).json()["hulpvragen"]] == [number]
    assert await read(scp, path) == 404
    pool = office.service.database.pool
    await pool.execute("UPDATE hulpvraag SET zichtbaar_voor = ARRAY['SCP'] WHERE id = $1", data.hulpvraag)
    assert set((await answers(els, number)).values()) == {404}, "what its organiser does not see, nobody sees through them"
    assert (await els.get("/gedeeld")).json() == {"hulpvragen": [], "overlegrondes": []}


async def test_a_school_begins_one_only_with_a_valid_agreement_where_the_rules_ask_for_it(office: Any) -> None:
    """002:260: PO2806 asks, others do not; the SWV itself needs none."""
    es = School(code="99XD00", naam="De Verzonnen Es", bestuur="B-9")
    number = (await office.opened("Ambulante begeleiding", swv="PO2806", school=es)).dossiernummer
    base, body = f"/hulpvragen/{number}/overlegrondes", {"onderwerp": "MDO", "deadline": soon()}
    school = office.client(ib(es, swv="PO2806"))

    async def begins() -> int:
        shown = (await school.get(base)).json()
        answer = await school.call("POST", base, json=body)
        assert shown["magBeginnen"] == (answer.status_code == 201) == (shown["belemmering"] is None)
        return int(answer.status_code)

    assert await begins() == 422
    refused = (await school.call("POST", base, json=body)).json()
    assert [(one["field"], one["rule"]) for one in refused["fouten"]] == [("bestuur", "verwerkersovereenkomst")]
    for van, tot, status in ((1, None, 422), (-10, -1, 422), (0, 0, 201), (-10, None, 201)):
        await agreed(office, "B-9", van=van, tot=tot)
        assert await begins() == status, (van, tot)
    await agreed(office, "B-9", van=-10, tot=-1)
    assert (await office.client(staff("SCP", swv="PO2806")).call("POST", base, json=body)).status_code == 201
    elsewhere = (await office.opened("A&K", school=es)).dossiernummer
    assert (await office.client(ib(es)).call("POST", f"/hulpvragen/{elsewhere}/overlegrondes", json=body)).status_code == 201


async def test_the_days_of_an_agreement_are_kept_by_the_manager_of_the_swv(office: Any) -> None:
    body = {"van": soon()}
    for who in (
        staff("SCP", swv="PO2806"),
        ib(swv="PO2806"),
        board("B-8", swv="PO2806"),
        guest(swv="PO2806", organisatie="PO2806"),
    ):
        assert (await office.client(who).call("PUT", "/overeenkomsten/B-8", json=body)).status_code == 403
    manager = office.client(staff("applicatiebeheerder", swv="PO2806"))
    wrong = await manager.call("PUT", "/overeenkomsten/B-8", json={"van": soon(), "tot": soon(1)})
    assert (wrong.status_code, wrong.json()["fouten"][0]["field"]) == (400, "tot")
    await agreed(office, "B-8", tot=5)
    seen = (await office.client(staff("SCP", swv="PO2806")).get("/overeenkomsten")).json()
    assert (seen["nodig"], seen["magWijzigen"]) == (True, False)
    assert {"bestuur": "B-8", "van": soon(-10), "tot": soon(5), "geldig": True} in seen["overeenkomsten"]
    other = (await office.client(staff("administratie")).get("/overeenkomsten")).json()
    assert (other["nodig"], other["overeenkomsten"]) == (False, [])


async def test_mails_tell_of_invitation_reaction_and_end_and_stop_for_who_does_not_want_them(office: Any) -> None:
    number = (await office.opened("A&K")).dossiernummer
    school, els, mila = office.client(iris()), office.client(guest()), office.client(guest("Mila Ouder"))
    path = await begun(school, number, 30)
    await joined(school, path, els.actor, mila.actor)
    await joined(school, path, els.actor)
    assert (await els.call("PUT", f"{path}/mails", json={"mails": False})).status_code == 204
    assert (await els.get(path)).json()["krijgtMails"] is False
    await said(els, path, "Een reactie.")
    await said(school, path, "Nog een.")
    events = await told(office, number)
    assert [(one["soort"], [mail["naam"] for mail in one["mails"]]) for one in events] == [
        ("uitnodiging", ["Els Buiten"]),
        ("uitnodiging", ["Mila Ouder"]),
        ("reactie", ["Iris Bedacht", "Mila Ouder"]),
        ("reactie", ["Mila Ouder"]),
    ]
    assert {one["tot_en_met"] for one in events} == {soon(30)}
    assert "MDO" not in str(events), "what it is about may name a child"

    async def reminded() -> list[dict[str, Any]]:
        return [one for one in await told(office, number) if one["soort"] == "loopt-af"]

    with at(clock.end_of(clock.today() + timedelta(days=30)) - timedelta(days=7)):
        [end] = await eventually(reminded)
        for worker in office.service.workers:
            worker.wake()
        assert len(await reminded()) == 1
    assert [mail["naam"] for mail in end["mails"]] == ["Iris Bedacht", "Mila Ouder"]


async def test_the_same_command_twice_does_one_thing(office: Any) -> None:
    number = (await office.opened("A&K")).dossiernummer
    school = office.client(iris())
    path = await begun(school, number)
    base = f"/hulpvragen/{number}/overlegrondes"
    for where, body in ((base, {"onderwerp": "MDO", "deadline": soon()}), (f"{path}/reacties", {"tekst": "Eén keer."})):
        key = str(uuid4())
        first = await school.call("POST", where, json=body, Idempotency_Key=key)
        assert (await school.call("POST", where, json=body, Idempotency_Key=key)).json() == first.json()
    assert await read(school, path) == ["Eén keer."]
    assert len((await school.get(base)).json()["overlegrondes"]) == 2


@pytest.mark.parametrize(
    ("end", "own", "field"),
    [
        ("", {"deadline": soon(-1)}, "deadline"),
        ("", {"deadline": soon(401)}, "deadline"),
        ("", {"deadline": None}, "deadline"),
        ("", {"onderwerp": " "}, "onderwerp"),
        ("/reacties", {"tekst": ""}, "tekst"),
        ("/deelnemers", {"email": "x"}, "email"),
        ("/deelnemers", {"naam": "Logopedist van Noor"}, "naam"),
    ],
)
async def test_bad_input_names_the_field(office: Any, end: str, own: dict[str, Any], field: str) -> None:
    number = (await office.opened("A&K")).dossiernummer
    school = office.client(iris())
    path = await begun(school, number)
    bodies: dict[str, dict[str, Any]] = {
        "": {"onderwerp": "MDO", "deadline": soon()},
        "/reacties": {"tekst": "x"},
        "/deelnemers": {"account": str(uuid4()), "naam": "Els Buiten", "email": "els@x.example", "nieuw": True},
    }
    where = path + end if end else path.rsplit("/", 1)[0]
    answer = await school.call("POST", where, json={**bodies[end], **own})
    assert (answer.status_code, answer.json()["fouten"][0]["field"]) == (400, field), answer.text
