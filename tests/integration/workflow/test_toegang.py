"""Extra access (manual 003, 3.2; C, 15-19): one hulpvraag, to look at, until its last day, on every route alike."""

from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from shared import clock
from shared.contracts.workflow import ToegangGemeld
from shared.tokens import Actor
from support.hulpvragen import BEUK, Client, board, ib, ingediend, soon, staff
from support.sandbox import eventually

LOOKS = ("", "/statushistorie", "/besluiten", "/termijnen", "/notities")
"""What someone who was let in sees of a hulpvraag."""


def guest(**own: Any) -> Actor:
    given = {"sub": uuid4(), "naam": "Mila Buiten", "organisatie": "PO2507", "soort": "ouder", "swv": "PO2507", "rollen": ()}
    return Actor(**{**given, "email": "mila@buiten.example", **own})


def asked(actor: Actor, days: int = 30, **own: Any) -> dict[str, Any]:
    return {
        "account": str(actor.sub),
        "naam": actor.naam,
        "email": actor.email,
        "reden": "nieuwe school",
        "totEnMet": soon(days),
        **own,
    }


async def let_in(by: Client, number: int, actor: Actor, days: int = 30) -> str:
    answer = await by.call("POST", f"/hulpvragen/{number}/toegang", json=asked(actor, days))
    assert answer.status_code == 201, answer.text
    found: str = answer.json()["toegangen"][0]["toegang"]
    return found


async def answers(client: Client, number: int) -> dict[str, int]:
    return {path: (await client.get(f"/hulpvragen/{number}{path}")).status_code for path in LOOKS}


def at(moment: Any) -> AbstractContextManager[None]:
    return clock.use(lambda: moment)


async def test_who_is_let_in_sees_that_one_hulpvraag_and_changes_nothing(office: Any) -> None:
    data, other = await office.opened("A&K"), await office.opened("A&K")
    school, mila = office.client(ib()), office.client(guest())
    number = data.dossiernummer
    assert set((await answers(mila, number)).values()) == {404}
    await let_in(school, number, mila.actor)
    assert set((await answers(mila, number)).values()) == {200}
    assert set((await answers(mila, other.dossiernummer)).values()) == {404}
    shown = await mila.detail(number)
    may = {key: value for key, value in shown.items() if key.startswith("mag")}
    assert set(may.values()) == {False}
    assert shown["volgendeStappen"] == []
    assert shown["toegangTotEnMet"] == soon(30)
    shared = (await mila.get("/gedeeld")).json()["hulpvragen"]
    assert [(one["dossiernummer"], one["totEnMet"]) for one in shared] == [(number, soon(30))]
    assert (await mila.get("/hulpvragen")).status_code == 403
    step = (await office.client(staff("administratie", "SCP")).detail(number))["volgendeStappen"][0]["status"]
    assert (await mila.change(number, step)).status_code in {403, 409}
    assert (await mila.call("PUT", f"/hulpvragen/{number}/labels", json={"labels": ["x"]})).status_code == 403
    assert (await mila.call("PUT", f"/hulpvragen/{number}/coordinator", json={})).status_code == 403
    assert (await mila.get(f"/hulpvragen/{number}/toegang")).status_code == 403
    assert (await mila.call("POST", f"/hulpvragen/{number}/toegang", json=asked(guest()))).status_code == 403
    leave = {"handeling": "bijlage-toevoegen"}
    assert (await mila.call("POST", f"/hulpvragen/{number}/machtigingen", json=leave)).status_code == 403


@pytest.mark.parametrize("days", [0, 30])
async def test_at_the_end_of_its_last_day_every_route_refuses(office: Any, days: int) -> None:
    number = (await office.opened("A&K")).dossiernummer
    school, mila = office.client(ib()), office.client(guest())
    await let_in(school, number, mila.actor, days)
    end = clock.end_of(clock.today() + timedelta(days=days))
    with at(end - timedelta(seconds=1)):
        assert set((await answers(mila, number)).values()) == {200}
        leave = await mila.call("POST", f"/hulpvragen/{number}/machtigingen", json={"handeling": "bijlagen-bekijken"})
        assert leave.status_code == 404, "no leave outlives the access, and none of less than a second is given"
    with at(end - timedelta(seconds=20)):
        leave = await mila.call("POST", f"/hulpvragen/{number}/machtigingen", json={"handeling": "bijlagen-bekijken"})
        assert leave.status_code < 300
        assert datetime.fromisoformat(leave.json()["verlooptOp"]) <= end
    for late in (timedelta(0), timedelta(seconds=1), timedelta(days=400)):
        with at(end + late):
            assert set((await answers(mila, number)).values()) == {404}
            assert (await mila.get("/gedeeld")).json()["hulpvragen"] == []
    with at(end):
        [one] = (await school.get(f"/hulpvragen/{number}/toegang")).json()["toegangen"]
        assert one["staat"] == "verlopen"


async def test_it_is_closed_at_once_and_by_those_who_work_with_it_only(office: Any) -> None:
    number = (await office.opened("A&K")).dossiernummer
    school, mila = office.client(ib()), office.client(guest())
    given = await let_in(office.client(staff("administratie")), number, mila.actor)
    path = f"/hulpvragen/{number}/toegang"
    refused = {
        "the guest": (mila, 403),
        "a board": (office.client(board("B-1")), 403),
        "another school": (office.client(ib(BEUK)), 404),
        "another SWV": (office.client(staff("administratie", swv="PO00YY")), 404),
    }
    for who, (client, status) in refused.items():
        assert (await client.get(path)).status_code == status, who
        assert (await client.call("POST", path, json=asked(guest()))).status_code == status, who
        assert (await client.call("DELETE", f"{path}/{given}")).status_code == status, who
    assert set((await answers(mila, number)).values()) == {200}
    assert (await school.call("DELETE", f"{path}/{given}")).status_code == 204
    assert set((await answers(mila, number)).values()) == {404}
    assert (await school.call("DELETE", f"{path}/{given}")).status_code == 404
    assert str(mila.actor.sub) in await office.ended(), "what was signed for her is void in every service"


async def test_given_again_the_newest_counts_and_the_same_again_is_nothing_new(office: Any) -> None:
    number = (await office.opened("A&K")).dossiernummer
    school, mila = office.client(ib()), office.client(guest())
    await let_in(school, number, mila.actor, 30)
    await let_in(school, number, mila.actor, 30)
    await let_in(school, number, mila.actor, 5)
    listed = (await school.get(f"/hulpvragen/{number}/toegang")).json()["toegangen"]
    assert [(one["totEnMet"], one["staat"]) for one in listed] == [(soon(5), "loopt"), (soon(30), "ingetrokken")]
    with at(clock.end_of(clock.today() + timedelta(days=5))):
        assert set((await answers(mila, number)).values()) == {404}
    told = [event["data"] for event in await office.sandbox.published("workflow", ToegangGemeld.TYPE)]
    assert len([one for one in told if one["dossiernummer"] == number]) == 2


async def test_a_guest_of_one_account_or_one_swv_is_no_other(office: Any) -> None:
    number = (await office.opened("A&K")).dossiernummer
    mila = guest()
    await let_in(office.client(ib()), number, mila)
    for other in (guest(), mila.model_copy(update={"swv": "PO00YY", "organisatie": "PO00YY"})):
        client = office.client(other)
        assert set((await answers(client, number)).values()) == {404}
        assert (await client.get("/gedeeld")).json()["hulpvragen"] == []


async def test_what_only_some_roles_see_stays_hidden_from_a_guest(office: Any) -> None:
    data = ingediend("Arrangement", swv="PO3008")
    await office.submit(data)
    school, mila = office.client(ib(swv="PO3008")), office.client(guest(swv="PO3008", organisatie="PO3008"))
    pool = office.service.database.pool
    await let_in(school, data.dossiernummer, mila.actor)
    assert set((await answers(mila, data.dossiernummer)).values()) == {200}
    await pool.execute("UPDATE hulpvraag SET zichtbaar_voor = ARRAY['school'] WHERE id = $1", data.hulpvraag)
    assert set((await answers(mila, data.dossiernummer)).values()) == {404}
    assert (await mila.get("/gedeeld")).json()["hulpvragen"] == []


@pytest.mark.parametrize(
    ("own", "field"),
    [
        ({"totEnMet": soon(-1)}, "totEnMet"),
        ({"totEnMet": soon(401)}, "totEnMet"),
        ({"totEnMet": "morgen"}, "totEnMet"),
        ({"reden": ""}, "reden"),
        ({"email": "x"}, "email"),
        ({"account": "x"}, "account"),
    ],
)
async def test_bad_input_names_the_field_and_opens_nothing(office: Any, own: dict[str, Any], field: str) -> None:
    number = (await office.opened("A&K")).dossiernummer
    school, mila = office.client(ib()), office.client(guest())
    answer = await school.call("POST", f"/hulpvragen/{number}/toegang", json={**asked(mila.actor), **own})
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["fouten"]] == [field]
    assert (await school.get(f"/hulpvragen/{number}/toegang")).json()["toegangen"] == []


async def test_a_week_before_the_end_both_are_told_once(office: Any) -> None:
    number = (await office.opened("A&K")).dossiernummer
    iris = ib().model_copy(update={"email": "iris@linde.example"})
    await let_in(office.client(iris), number, guest(), 30)

    async def reminded() -> list[dict[str, Any]]:
        events = [event["data"] for event in await office.sandbox.published("workflow", ToegangGemeld.TYPE)]
        return [one for one in events if one["dossiernummer"] == number and one["soort"] == "loopt-af"]

    end = clock.end_of(clock.today() + timedelta(days=30))
    with at(end - timedelta(days=7)):
        [told] = await eventually(reminded)
        for worker in office.service.workers:
            worker.wake()
        assert len(await reminded()) == 1
    assert {(mail["doelgroep"], mail["email"]) for mail in told["mails"]} == {
        ("genodigde", "mila@buiten.example"),
        ("verlener", "iris@linde.example"),
    }
    assert told["tot_en_met"] == soon(30)
