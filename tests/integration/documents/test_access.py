"""Nothing without a person and a capability of workflow for exactly this; a person's own way of adding files."""

import hashlib
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from shared import clock, tokens
from shared.contracts.every_service import TokensVervallen
from shared.envelope import Event
from support.documents import PDF, Desk
from support.sandbox import GATEWAY_KEY, eventually, token_for


def files(*names: str, content: bytes = PDF) -> list[dict[str, Any]]:
    digest = hashlib.sha256(content).hexdigest()
    return [{"naam": name, "grootte": len(content), "sha256": digest, "omschrijving": "nul \0 erin"} for name in names]


async def slots(desk: Desk, *names: str) -> list[dict[str, Any]]:
    body = {"hulpvraag": str(desk.hulpvraag), "bestanden": files(*names)}
    answer = await desk.http.post("/uploadslots", json=body, headers=desk.may_add())
    assert answer.status_code == 201, answer.text
    given: list[dict[str, Any]] = answer.json()["uploadslots"]
    return given


async def add(desk: Desk, *given: dict[str, Any], **other: Any) -> httpx.Response:
    body = {
        "hulpvraag": str(desk.hulpvraag),
        "dossiernummer": desk.dossiernummer,
        "uploadslots": [slot["uploadslot"] for slot in given],
    }
    return await desk.http.post("/bijlagen", json={**body, **other}, headers=desk.may_add())


async def test_a_person_uploads_adds_sees_and_downloads(desk: Desk) -> None:
    (slot,) = await slots(desk, "plan.pdf")
    assert set(slot) == {"uploadslot", "naam", "url", "velden", "verlooptOp"}
    assert await desk.upload(slot, PDF) == 204
    answer = await add(desk, slot)
    assert answer.status_code == 202
    told = await desk.told(answer.json()["batch"])
    assert told["aanbieder"] == f"account:{desk.actor.sub}"
    (listed,) = await desk.listed()
    assert listed["bijlage"] == answer.json()["bijlagen"][0]["bijlage"]
    assert (await desk.download(listed["bijlage"])).content == PDF


async def test_the_same_command_twice_has_one_effect_and_one_answer(desk: Desk) -> None:
    headers = desk.may_add()
    body = {"hulpvraag": str(desk.hulpvraag), "bestanden": files("plan.pdf")}
    first, again = [await desk.http.post("/uploadslots", json=body, headers=headers) for _ in range(2)]
    assert first.json() == again.json()
    (slot,) = first.json()["uploadslots"]
    await desk.upload(slot, PDF)
    headers = desk.may_add()
    batch = {"hulpvraag": str(desk.hulpvraag), "dossiernummer": 20014, "uploadslots": [slot["uploadslot"]]}
    first, again = [await desk.http.post("/bijlagen", json=batch, headers=headers) for _ in range(2)]
    assert (first.status_code, first.json()) == (202, again.json())
    other = await desk.http.post("/bijlagen", json={**batch, "dossiernummer": 5}, headers=headers)
    assert other.status_code == 422
    assert len(await desk.listed()) == 1


async def test_bad_input_names_field_and_rule_and_leaves_nothing_behind(desk: Desk) -> None:
    bestanden = [*files("plan.pdf", "x.exe", "../y.pdf"), {"naam": "groot.pdf", "grootte": 10_485_761, "sha256": "0" * 64}]
    body = {"hulpvraag": str(desk.hulpvraag), "bestanden": bestanden[:3]}
    answer = await desk.http.post("/uploadslots", json=body, headers=desk.may_add())
    assert answer.status_code == 400
    faults = {fault["field"]: fault["rule"] for fault in answer.json()["fouten"]}
    assert faults == {"bestanden.1.naam": "extensie", "bestanden.2.naam": "naam-pad"}
    answer = await desk.http.post("/uploadslots", json={**body, "bestanden": bestanden[3:]}, headers=desk.may_add())
    assert answer.json()["fouten"][0]["field"] == "bestanden.0.grootte"
    (slot,) = await slots(desk, "plan.pdf")
    for wrong, rule in (([slot, slot], "uploadslot-gebruikt"), ([slot, {"uploadslot": str(uuid4())}], "uploadslot-onbekend")):
        answer = await add(desk, *wrong)
        assert (answer.status_code, answer.json()["fouten"]) == (400, answer.json()["fouten"])
        assert [(fault["field"], fault["rule"]) for fault in answer.json()["fouten"]] == [("uploadslots.1", rule)]
    with clock.use(lambda: clock._wall() + timedelta(seconds=901)):
        assert (await add(desk, slot)).json()["fouten"][0]["rule"] == "uploadslot-verlopen"
    for nothing in ({}, {"hulpvraag": str(desk.hulpvraag)}, {**body, "onbekend": 1}, {**body, "bestanden": []}):
        assert (await desk.http.post("/uploadslots", json=nothing, headers=desk.may_add())).status_code in {400, 403}
    async with desk.sandbox.connect() as connection:
        query = "SELECT count(*) FROM documents.uploadslot WHERE hulpvraag = $1"
        assert await connection.fetchval(query, desk.hulpvraag) == 1
        assert await desk.listed() == []


async def test_somebody_elses_slot_and_a_slot_of_another_hulpvraag_do_not_exist(desk: Desk) -> None:
    (slot,) = await slots(desk, "plan.pdf")
    stranger = Desk(desk.sandbox, desk.http, hulpvraag=desk.hulpvraag)
    elsewhere = Desk(desk.sandbox, desk.http, actor=desk.actor)
    for other in (stranger, elsewhere):
        answer = await add(other, slot)
        assert answer.status_code == 400
        assert answer.json()["fouten"][0]["rule"] == "uploadslot-onbekend"


async def test_a_number_of_another_hulpvraag_is_a_conflict(desk: Desk) -> None:
    first, second = await slots(desk, "een.pdf", "twee.pdf")
    assert (await add(desk, first)).status_code == 202
    assert (await add(desk, second, dossiernummer=1)).status_code == 409


async def test_every_route_refuses_who_may_not(desk: Desk) -> None:
    event = await desk.bring(("plan.pdf", PDF))
    (clean,) = (await desk.told(event.data.batch))["schoon"]
    bijlage, hulpvraag = clean["bijlage"], f"hulpvraag:{desk.hulpvraag}"
    slots_body = {"hulpvraag": str(desk.hulpvraag), "bestanden": files("a.pdf")}
    batch_body = {"hulpvraag": str(desk.hulpvraag), "dossiernummer": 20014, "uploadslots": [str(uuid4())]}
    routes: list[tuple[str, str, dict[str, Any], str, str]] = [
        ("POST", "/uploadslots", {"json": slots_body}, "bijlage-toevoegen", hulpvraag),
        ("POST", "/bijlagen", {"json": batch_body}, "bijlage-toevoegen", hulpvraag),
        ("GET", f"/bijlagen?hulpvraag={desk.hulpvraag}", {}, "bijlagen-bekijken", hulpvraag),
        ("POST", f"/bijlagen/{bijlage}/downloads", {}, "bijlage-downloaden", f"bijlage:{bijlage}"),
    ]
    stranger = desk.actor.model_copy(update={"sub": uuid4()})
    elsewhere = desk.actor.model_copy(update={"swv": "VO0000"})
    expired = {"lifetime": timedelta(seconds=-1)}
    for method, path, given, act, resource in routes:
        good = desk.leave(act, resource)

        async def ask(headers: dict[str, str]) -> int:
            idempotent = {**headers, "Idempotency-Key": str(uuid4())}
            answer = await desk.http.request(method, path, headers=idempotent, **given)  # noqa: B023 - called in this round
            return answer.status_code

        person = {"Authorization": good["Authorization"]}
        capability = {"Schakel-Machtiging": good["Schakel-Machtiging"]}
        assert await ask({}) == 401, path
        assert await ask(capability) == 401, path
        assert await ask({**capability, "Authorization": "Bearer x"}) == 401, path
        assert await ask(person) == 403, path
        assert await ask({**person, "Schakel-Machtiging": "x"}) == 403, path
        assert await ask({**person, "Schakel-Machtiging": person["Authorization"][7:]}) == 403, path
        assert await ask({**capability, **token_for(stranger, "documents")}) == 403, path
        assert await ask({**capability, **token_for(elsewhere, "documents")}) == 403, path
        assert await ask({**capability, **token_for(desk.actor, "workflow")}) == 401, path
        assert await ask(desk.leave("iets-anders", resource)) == 403, path
        assert await ask(desk.leave(act, f"{resource[:-1]}x")) == 403, path
        assert await ask(desk.leave(act, resource, **expired)) == 403, path
        assert await ask(desk.leave(act, resource, audience="workflow")) == 403, path
        assert await ask(desk.leave(act, resource, key=GATEWAY_KEY)) == 403, path
        assert await ask(desk.leave(act, resource, key=tokens.new_key())) == 403, path
        assert await ask(desk.leave(act, resource)) in {200, 201, 202, 400}, path
    assert (await desk.download(str(uuid4()))).status_code == 404


async def test_another_swv_finds_nothing_even_with_a_capability(desk: Desk) -> None:
    event = await desk.bring(("plan.pdf", PDF))
    (clean,) = (await desk.told(event.data.batch))["schoon"]
    other = Desk(desk.sandbox, desk.http, desk.hulpvraag, actor=desk.actor.model_copy(update={"swv": "VO0000"}))
    assert await other.listed() == []
    assert (await other.download(clean["bijlage"])).status_code == 404


async def test_leave_about_one_hulpvraag_opens_no_file_of_another(desk: Desk) -> None:
    event = await desk.bring(("plan.pdf", PDF))
    (clean,) = (await desk.told(event.data.batch))["schoon"]
    assert (await desk.download(clean["bijlage"], bij=uuid4())).status_code == 404
    assert (await desk.download(clean["bijlage"])).content == PDF


async def test_what_was_signed_before_access_was_withdrawn_opens_nothing_in_the_minute_that_it_lives(desk: Desk) -> None:
    event = await desk.bring(("plan.pdf", PDF))
    (clean,) = (await desk.told(event.data.batch))["schoon"]
    act, what, path = "bijlage-downloaden", f"bijlage:{clean['bijlage']}", f"/bijlagen/{clean['bijlage']}/downloads"
    before = desk.leave(act, what)
    epoch = clock.now()
    for voor in (epoch, epoch - timedelta(hours=1)):  # the older one comes later, and changes nothing
        told = TokensVervallen(account=desk.actor.sub, voor=voor)
        await desk.sandbox.publish(Event.about(told, subject=f"tokens:{desk.actor.sub}", sequence=1))

    async def is_refused() -> bool:
        return (await desk.http.post(path, headers=before)).status_code == 401

    await eventually(is_refused)
    mixed = {**desk.leave(act, what), "Schakel-Machtiging": before["Schakel-Machtiging"]}
    assert (await desk.http.post(path, headers=mixed)).status_code == 403, "a new token with leave of before"
    assert (await desk.http.post(path, headers=desk.leave(act, what))).status_code == 201, "what is signed since"
    other = Desk(desk.sandbox, desk.http, desk.hulpvraag)
    with clock.use(lambda: epoch - timedelta(seconds=1)):
        theirs = other.leave(act, what)
    assert (await desk.http.post(path, headers=theirs)).status_code == 201, "of another account"


async def test_a_link_lives_no_longer_than_the_capability(desk: Desk) -> None:
    event = await desk.bring(("plan.pdf", PDF))
    (clean,) = (await desk.told(event.data.batch))["schoon"]
    path = f"/bijlagen/{clean['bijlage']}/downloads"
    for seconds, least, most in ((60, 55, 60), (10, 7, 10)):
        headers = desk.leave("bijlage-downloaden", f"bijlage:{clean['bijlage']}", lifetime=timedelta(seconds=seconds))
        answer = (await desk.http.post(path, headers=headers)).json()
        assert least <= int(httpx.URL(answer["url"]).params["X-Amz-Expires"]) <= most
        assert answer["naam"] == "plan.pdf"
