"""Organisations are kept by who manages those of the SWV; another SWV's are not there, and what is over takes nothing new."""

from datetime import timedelta
from typing import Any

import pytest

from integration.intake.test_api import actor, form, school, submit
from shared import clock
from support.intake import Lvs, Served, hulpvraag

MANAGER = ("applicatiebeheerder",)
NEW = {"soort": "school", "code": "99XK00", "naam": "De Kersverse Kers", "bestuur": "70001"}
CALLS: list[tuple[str, str, dict[str, Any] | None]] = [
    ("GET", "/organisaties", None),
    ("POST", "/organisaties", NEW),
    ("GET", "/organisaties/99XA00", None),
    ("PUT", "/organisaties/99XA00", {"soort": "school", "naam": "Anders", "bestuur": "70001"}),
]


def manager(swv: str = "PO2507") -> dict[str, str]:
    return actor("swv", swv, swv, rollen=MANAGER)


@pytest.mark.parametrize(("method", "path", "body"), CALLS)
async def test_nobody_but_who_manages_them_sees_or_changes_organisations(
    served: Served, method: str, path: str, body: dict[str, Any] | None
) -> None:
    assert (await served.http.request(method, path, json=body)).status_code == 401
    strangers = [
        actor("swv", "PO2507"),
        school(),
        actor("school", "99XA00", rollen=MANAGER),
        actor("bestuur", "70001"),
        actor("bestuur", "70001", rollen=MANAGER),
        actor("systeem", "schakel", rollen=MANAGER),
        actor("swv", "PO00YY", "PO2507", rollen=MANAGER),
    ]
    for headers in strangers:
        assert (await served.http.request(method, path, json=body, headers=headers)).status_code == 403
    if path.endswith("99XA00"):
        assert (await served.http.request(method, path, json=body, headers=manager("PO00YY"))).status_code == 404


async def test_they_are_added_changed_and_refused_by_field(served: Served) -> None:
    http, headers = served.http, manager()
    made = await http.post("/organisaties", json={**NEW, "van": "2026-08-01"}, headers=headers)
    assert (made.status_code, made.json()["swv"], made.json()["van"]) == (201, "PO2507", "2026-08-01")
    assert (await http.post("/organisaties", json=NEW, headers=headers)).status_code == 409
    platform = {"soort": "platform", "code": "PO2507-OOST", "naam": "Platform Oost"}
    assert (await http.post("/organisaties", json=platform, headers=headers)).status_code == 201
    changed = {"soort": "voorschool", "naam": "De Kers", "bestuur": "70001", "platform": "PO2507-OOST"}
    assert (await http.put("/organisaties/99XK00", json=changed, headers=headers)).status_code == 200
    seen = (await http.get("/organisaties/99XK00", headers=headers)).json()
    assert seen == {**changed, "code": "99XK00", "swv": "PO2507", "van": None, "tot": None}
    found = (await http.get("/organisaties", params={"zoek": "kers"}, headers=headers)).json()
    assert [one["code"] for one in found["organisaties"]] == ["99XK00"]
    wrong: list[tuple[dict[str, Any], tuple[str, str]]] = [
        ({"bestuur": "79999"}, ("bestuur", "onbekend")),
        ({"bestuur": ""}, ("bestuur", "verplicht")),
        ({"platform": "PO00YY-X"}, ("platform", "onbekend")),
        ({"code": "99XK0"}, ("code", "vorm")),
        ({"soort": "swv", "code": "PO9999"}, ("soort", "keuze")),
    ]
    for own, fault in wrong:
        answer = await http.post("/organisaties", json={**NEW, "code": "99XL00", **own}, headers=headers)
        assert answer.status_code == 400, own
        assert fault in [(each["field"], each["rule"]) for each in answer.json()["fouten"]], own
    actions = await served.world.fetch("SELECT action FROM intake.audit_log WHERE subject = '99XK00' ORDER BY id")
    assert [row["action"] for row in actions] == ["organisatie.vastgelegd", "organisatie.vastgelegd"]


async def test_what_is_another_swvs_too_is_seen_and_not_changed(served: Served) -> None:
    listed = (await served.http.get("/organisaties", headers=manager())).json()["organisaties"]
    codes = {one["code"] for one in listed}
    assert {"PO2507", "70001", "70002", "99XA00"} <= codes
    assert not {"PO00YY", "99XC00"} & codes
    both = {"soort": "bestuur", "naam": "Gekaapt"}
    refused = await served.http.put("/organisaties/70002", json=both, headers=manager())
    assert [fault["rule"] for fault in refused.json()["fouten"]] == ["ander-swv"]
    assert (await served.http.post("/organisaties", json={**NEW, "code": "99XC00"}, headers=manager())).status_code == 409


async def test_a_school_with_dossiers_gets_no_other_board_just_so(served: Served) -> None:
    await submit(served.http, school(), form())
    other = {"soort": "school", "naam": "De Verzonnen Linde", "bestuur": "70002"}
    refused = await served.http.put("/organisaties/99XA00", json=other, headers=manager())
    assert [(fault["field"], fault["rule"]) for fault in refused.json()["fouten"]] == [("bestuur", "verhuizing")]


async def test_a_school_that_is_over_takes_nothing_new_by_hand_or_from_a_connector(served: Served, lvs: Lvs) -> None:
    own = {"soort": "school", "naam": "De Verzonnen Linde, locatie Bos", "bestuur": "70001"}
    day = {"brin": "99XA", "vestiging": "01"}
    headers = actor("school", "99XA01")
    today = clock.today()
    for tot, taken in ((today - timedelta(days=1), False), (today, True), (None, True)):
        body = {**own, "tot": tot.isoformat() if tot else None}
        assert (await served.http.put("/organisaties/99XA01", json=body, headers=manager())).status_code == 200
        answer = await submit(served.http, headers, form(school=day))
        listed = (await served.http.get("/scholen", headers=headers)).json()["scholen"]
        assert [one["magIndienen"] for one in listed] == [taken]
        sent = (await lvs.answer_to(await lvs.send(hulpvraag(school=day))))["_"]
        if taken:
            assert answer.status_code == 202
        else:
            assert [fault["rule"] for fault in answer.json()["fouten"]] == ["school-gestopt"]
            assert b"school-gestopt" in sent.body
