"""A school goes to another board or number, or into another school: seen beforehand, done at its day, taken back."""

import json
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

import httpx
import pytest

from intake.usecases.verhuizing import Verhuizer
from integration.intake.test_api import actor, form, school, submit
from integration.intake.test_register import MANAGER, manager
from shared import clock
from shared.contracts.intake import HulpvraagIngediend, OrganisatieGewijzigd, SchoolIngedeeld
from support.intake import Served, hulpvraag, leerling
from support.sandbox import eventually

_numbers = count(10)


@pytest.fixture
async def linde(served: Served) -> str:
    """A school that no other test uses."""
    return await add(served.http, f"{next(_numbers)}VA00")


async def add(http: httpx.AsyncClient, code: str, bestuur: str = "70001") -> str:
    body = {"soort": "school", "code": code, "naam": f"De Bedachte {code}", "bestuur": bestuur}
    answer = await http.post("/organisaties", json=body, headers=manager())
    assert answer.status_code == 201, answer.text
    return code


def of(code: str) -> dict[str, str]:
    return {"brin": code[:4], "vestiging": code[4:]}


def asked(van: str, naar: str, **own: Any) -> dict[str, Any]:
    return {"school": van, "naar": naar, "per": clock.today().isoformat(), **own}


async def move(served: Served, body: dict[str, Any]) -> dict[str, Any]:
    answer = await served.http.post("/verhuizingen", json=body, headers=manager())
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def undo(served: Served, verhuizing: str) -> httpx.Response:
    return await served.http.delete(f"/verhuizingen/{verhuizing}", headers=manager())


async def one(served: Served, code: str) -> dict[str, Any]:
    found: dict[str, Any] = (await served.http.get(f"/organisaties/{code}", headers=manager())).json()
    return found


async def told(served: Served, verhuizing: str) -> list[tuple[int, str, str, str]]:
    events = await served.sandbox.published("intake", OrganisatieGewijzigd.TYPE)
    found = [event["data"] for event in events if event["subject"] == verhuizing]
    return [(each["versie"], each["van"]["code"], each["naar"]["code"], each["naar"]["bestuur"]) for each in found]


async def sees(served: Served, dossier: str, code: str) -> int:
    return (await served.http.get(f"/dossiers/{dossier}", headers=actor("school", code))).status_code


CALLS: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", "/verhuizingen", None),
    ("POST", "/verhuizingen/voorbeeld", asked("99XA00", "99XA00", bestuur="70002")),
    ("POST", "/verhuizingen", asked("99XA00", "99XA00", bestuur="70002")),
    ("DELETE", "/verhuizingen/01890a5d-ac96-774b-bcce-b302099a8057", None),
]


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
async def test_nobody_but_who_manages_them_moves_a_school(
    served: Served, method: str, path: str, body: dict[str, Any] | None
) -> None:
    assert (await served.http.request(method, path, json=body)).status_code == 401
    for headers in (
        actor("swv", "PO2507"),
        school(),
        actor("school", "99XA00", rollen=MANAGER),
        actor("bestuur", "70001", rollen=MANAGER),
        actor("swv", "PO00YY", "PO2507", rollen=MANAGER),
    ):
        assert (await served.http.request(method, path, json=body, headers=headers)).status_code == 403
    if method != "GET":
        answer = await served.http.request(method, path, json=body, headers=manager("PO00YY"))
        assert answer.status_code in {400, 404}
        if body:
            assert [fault["rule"] for fault in answer.json()["fouten"]] == ["school-onbekend"]
    assert (await one(served, "99XA00"))["bestuur"] == "70001"


async def test_another_board_is_told_and_taken_back(served: Served, linde: str) -> None:
    dossier = (await submit(served.http, actor("school", linde), form(school=of(linde)))).json()["dossier"]
    body = asked(linde, linde, bestuur="70002")
    seen = await served.http.post("/verhuizingen/voorbeeld", json=body, headers=manager())
    assert (seen.status_code, seen.json()["naar"]["bestuur"], seen.json()["dossiers"]) == (200, "70002", 1)
    assert (await one(served, linde))["bestuur"] == "70001", "seen is not done"
    done = await move(served, body)
    assert (done["staat"], done["vanBestuur"]) == ("gedaan", "70001")
    assert (await one(served, linde))["bestuur"] == "70002"
    path = f"/dossiers/{dossier}"
    assert (await served.http.get(path, headers=actor("bestuur", "70001"))).status_code == 404
    assert (await served.http.get(path, headers=actor("bestuur", "70002"))).status_code == 200
    assert (await undo(served, done["verhuizing"])).status_code == 204
    assert (await one(served, linde))["bestuur"] == "70001"
    assert await told(served, done["verhuizing"]) == [(1, linde, linde, "70002"), (2, linde, linde, "70002")]
    assert (await undo(served, done["verhuizing"])).status_code == 409


async def test_with_another_number_dossiers_go_along_and_a_connector_may_use_the_old_one_for_a_while(
    served: Served, linde: str
) -> None:
    new = f"{linde[:4]}07"
    connector = f"lvs-v{linde.lower()}"
    await served.world.add(connector, scholen=(linde,))
    await served.world.served(connector)
    lvs = await served.world.lvs(connector)
    noor = leerling()
    sent = hulpvraag(school=of(linde), leerling=noor)
    first = (await lvs.answer_to(await lvs.send(sent)))["_"]
    done = await move(served, asked(linde, new, naam="De Nieuwe Naam", koppelingTot=later(3).isoformat()))
    assert (await one(served, new))["naam"] == "De Nieuwe Naam"
    assert (await one(served, linde))["tot"] == later(-1).isoformat()
    again = (await lvs.answer_to(await lvs.send(sent)))["_"]
    assert number_in(again.body) == number_in(first.body), "one reference is one hulpvraag, whatever the number of the school"
    second = (await lvs.answer_to(await lvs.send(hulpvraag(school=of(linde), leerling=noor))))["_"]
    events = await served.sandbox.published("intake", HulpvraagIngediend.TYPE)
    known = {event["data"]["dossiernummer"]: event["data"] for event in events}
    assert known[number_in(second.body)]["school"]["code"] == new
    dossier = known[number_in(first.body)]["dossier"]
    assert known[number_in(second.body)]["dossier"] == dossier, "the same pupil"
    assert [await sees(served, dossier, code) for code in (new, linde)] == [200, 404]
    late = hulpvraag(school=of(linde))
    with on(later(4)):
        refused = (await lvs.answer_to(await lvs.send(late)))["_"]
    assert b"school-gestopt" in refused.body
    assert (await undo(served, done["verhuizing"])).status_code == 204
    assert (await one(served, linde))["tot"] is None
    assert (await one(served, new))["tot"] == later(-1).isoformat()
    assert [await sees(served, dossier, code) for code in (new, linde)] == [200, 404], "somebody worked with it since"


async def test_into_another_school_what_both_have_stays_and_is_seen_by_the_new_one(served: Served, linde: str) -> None:
    beuk = await add(served.http, f"{linde[:2]}VB00", "70002")
    same, own = leerling(), leerling()
    left = [
        (await submit(served.http, actor("school", linde), form(school=of(linde), leerling=pupil))).json()["dossier"]
        for pupil in (same, own)
    ]
    await submit(served.http, actor("school", beuk), form(school=of(beuk), leerling=same))
    body = asked(linde, beuk)
    seen = (await served.http.post("/verhuizingen/voorbeeld", json=body, headers=manager())).json()
    assert (seen["dossiers"], seen["blijven"], seen["naar"]["bestuur"]) == (2, 1, "70002")
    done = await move(served, body)
    assert [await sees(served, dossier, beuk) for dossier in left] == [200, 200]
    assert await sees(served, left[1], linde) == 404
    answer = await submit(served.http, actor("school", linde), form(school=of(linde)))
    assert [fault["rule"] for fault in answer.json()["fouten"]] == ["school-gestopt"]
    other = await served.http.post("/verhuizingen", json=asked(beuk, linde), headers=manager())
    assert [fault["rule"] for fault in other.json()["fouten"]] == ["al-verhuisd"]
    assert (await undo(served, done["verhuizing"])).status_code == 204
    assert [await sees(served, dossier, linde) for dossier in left] == [200, 200]
    assert [await sees(served, dossier, beuk) for dossier in left] == [404, 404]
    assert (await one(served, beuk))["tot"] is None


async def test_what_is_planned_is_done_at_its_day_or_called_off_and_tells_nobody_before(served: Served, linde: str) -> None:
    day = later(30)
    off = await move(served, asked(linde, linde, bestuur="70002", per=day.isoformat()))
    assert off["staat"] == "gepland"
    twice = await served.http.post("/verhuizingen", json=asked(linde, linde, bestuur="70002"), headers=manager())
    assert [fault["rule"] for fault in twice.json()["fouten"]] == ["al-gepland"]
    assert (await undo(served, off["verhuizing"])).status_code == 204
    planned = await move(served, asked(linde, linde, bestuur="70002", per=day.isoformat()))
    verhuizer = Verhuizer(served.service.database)
    assert not await verhuizer.step()
    assert await told(served, planned["verhuizing"]) == []

    async def is_done() -> bool:
        await verhuizer.step()
        listed = await served.http.get("/verhuizingen", params={"school": linde}, headers=manager())
        return [each["staat"] for each in listed.json()["verhuizingen"]] == ["gedaan", "ongedaan"]

    with on(day):
        await eventually(is_done)
    assert await told(served, off["verhuizing"]) == []
    assert await told(served, planned["verhuizing"]) == [(1, linde, linde, "70002")]


async def test_what_cannot_be_is_refused_by_field_and_a_later_move_goes_first(served: Served, linde: str) -> None:
    wrong: list[tuple[dict[str, Any], tuple[str, str]]] = [
        (asked(linde, linde), ("naar", "zelfde")),
        (asked(linde, "99X"), ("naar", "vorm")),
        (asked(linde, "99XC00"), ("naar", "ander-swv")),
        (asked(linde, "99XB00", bestuur="70001"), ("bestuur", "past-niet")),
        (asked(linde, linde, bestuur="79999"), ("bestuur", "onbekend")),
        (asked(linde, linde, bestuur="70002", per="2020-01-01"), ("per", "periode")),
        (asked(linde, "99XB00", koppelingTot="2020-01-01"), ("koppelingTot", "volgorde")),
        (asked("99XC00", "99XC00", bestuur="70001"), ("school", "school-onbekend")),
    ]
    for body, fault in wrong:
        for path in ("/verhuizingen/voorbeeld", "/verhuizingen"):
            answer = await served.http.post(path, json=body, headers=manager())
            assert answer.status_code == 400, body
            assert fault in [(each["field"], each["rule"]) for each in answer.json()["fouten"]], body
    first = await move(served, asked(linde, linde, bestuur="70002"))
    second = await move(served, asked(linde, linde, bestuur="70001"))
    assert (await undo(served, first["verhuizing"])).status_code == 409
    assert (await undo(served, second["verhuizing"])).status_code == 204
    assert (await undo(served, first["verhuizing"])).status_code == 204
    assert (await one(served, linde))["bestuur"] == "70001"


def later(days: int) -> date:
    return clock.today() + timedelta(days=days)


def on(day: date) -> AbstractContextManager[None]:
    """The clock of everything in this process, at noon of a day."""
    noon = datetime.combine(day, time(12), clock.NETHERLANDS)
    return clock.use(lambda: noon)


def number_in(body: bytes) -> int:
    return int(json.loads(body)["dossiernummer"])


async def test_the_others_hear_of_which_platform_a_school_is_once_per_change(served: Served) -> None:
    code, platform = f"{next(_numbers)}VP00", f"PO2507-{clock.new_id().hex[-6:].upper()}"
    answer = await served.http.post(
        "/organisaties", json={"soort": "platform", "code": platform, "naam": "West"}, headers=manager()
    )
    assert answer.status_code == 201, answer.text
    body = {"soort": "school", "naam": "De Bedachte Wilg", "bestuur": "70001"}

    async def told_of(school: str) -> list[str | None]:
        events = [event["data"] for event in await served.sandbox.published("intake", SchoolIngedeeld.TYPE)]
        return [one.get("platform") for one in events if one["school"] == school]

    await add(served.http, code)
    assert await told_of(code) == [], "without a platform there is nothing to tell"
    for wanted in (platform, platform, ""):
        sent = {**body, "platform": wanted} if wanted else body
        assert (await served.http.put(f"/organisaties/{code}", json=sent, headers=manager())).status_code == 200
    assert await told_of(code) == [platform, None]
    await served.http.put(f"/organisaties/{code}", json={**body, "platform": platform}, headers=manager())
    naar = f"{next(_numbers)}VQ00"
    await move(served, asked(code, naar, naam="De Nieuwe Wilg"))
    assert await told_of(naar) == [platform], "a school with another number stays of its platform"
