"""A staff change (manual 002:320-335): everything of one person to another, at once or on a day, and back."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from shared import clock
from shared.contracts.common import Contactpersoon, School
from shared.contracts.intake import HulpvraagIngediend
from shared.contracts.workflow import OverdrachtGedaan, ToegangGemeld
from shared.tokens import Actor
from support.hulpvragen import BEUK, LINDE, Client, Office, board, ib, soon, staff
from support.overdracht import NINA, NO_OVERLEG, asked, counted, fresh, hand_over, put_back, watcher
from support.sandbox import eventually
from workflow.domain.overdracht import LONGEST_DAYS

SWV = "PO00YY"
ROTTERDAM = "PO2806"
BEHEER = staff("applicatiebeheerder", swv=SWV)
TABLES = ("hulpvraag", "kring", "postbus", "toegang", "contactnummer")


async def submitted(office: Office, van: str, *, swv: str = SWV, titel: str = "Kringvraag", **own: Any) -> HulpvraagIngediend:
    contact = Contactpersoon(naam="Iris Bedacht", email=van, telefoon="06-00000000", functie="IB")
    return await office.opened(titel, swv=swv, contactpersoon=contact, **own)


async def contact(client: Client, data: HulpvraagIngediend) -> dict[str, str]:
    found: dict[str, str] = (await client.detail(data.dossiernummer))["contactpersoon"]
    return found


async def rows(office: Office) -> dict[str, list[dict[str, Any]]]:
    """Everything a handover may touch, but when a row was last written."""
    pool = office.service.database.pool
    found = {}
    for table in TABLES:
        query = f"SELECT to_jsonb(t) - 'gewijzigd_op' AS row FROM {table} AS t ORDER BY 1"
        found[table] = [row["row"] for row in await pool.fetch(query)]
    return found


async def coordinates(office: Office, data: HulpvraagIngediend, naam: str, email: str) -> None:
    who = {"naam": naam, "email": email}
    put = await office.client(BEHEER).call("PUT", f"/hulpvragen/{data.dossiernummer}/coordinator", json=who)
    assert put.status_code == 200, put.text


async def let_in(office: Office, data: HulpvraagIngediend, by: Actor, account: UUID, email: str, days: int = 30) -> None:
    body = {"account": str(account), "naam": "Els Buiten", "email": email, "reden": "onderzoek", "totEnMet": soon(days)}
    answer = await office.client(by).call("POST", f"/hulpvragen/{data.dossiernummer}/toegang", json=body)
    assert answer.status_code == 201, answer.text


async def told(office: Office, overdracht: str) -> list[dict[str, Any]]:
    events = await office.sandbox.published("workflow", OverdrachtGedaan.TYPE)
    return [event["data"] for event in events if event["subject"] == overdracht]


async def test_the_open_hulpvragen_of_a_leaver_go_over_and_only_those(office: Office) -> None:
    van, beheer = fresh(), office.client(BEHEER)
    mine, closed, other = await submitted(office, van), await submitted(office, van), await submitted(office, fresh())
    elsewhere = await submitted(office, van, school=BEUK)
    await office.service.database.pool.execute("UPDATE hulpvraag SET einde = true WHERE id = $1", closed.hulpvraag)
    done = await hand_over(beheer, asked(van.upper()))
    assert (done["staat"], done["hulpvragen"]) == ("gedaan", 1)
    assert [stap["dossiernummer"] for stap in done["stappen"]] == [mine.dossiernummer]
    assert await contact(beheer, mine) == {**NINA, "telefoon": ""}, "and no number of the leaver"
    for data, naam in ((closed, "Iris Bedacht"), (other, "Iris Bedacht"), (elsewhere, "Iris Bedacht")):
        assert (await contact(beheer, data))["naam"] == naam
    [event] = await told(office, done["overdracht"])
    assert [(mail["email"], mail["sjabloon"]) for mail in event["mails"]] == [(NINA["email"], "overdracht")]
    assert (event["hulpvragen"], event["kringen"], event["toegangen"]) == (1, 0, 0)
    assert "Noor" not in str(event)


async def test_mails_after_a_handover_go_to_the_new_person(office: Office) -> None:
    van, beheer = fresh(), office.client(BEHEER)
    data = await submitted(office, van, titel="Budget")
    done = await hand_over(beheer, asked(van))
    school = office.client(ib(swv=SWV))
    await school.to(data.dossiernummer, "Aanmelding", bevestigd=True)
    mails = (await office.told(data.hulpvraag))[-1]["data"]["mails"]
    assert [mail["email"] for mail in mails if mail["doelgroep"] == "aanvrager"] == [NINA["email"]]
    back = await put_back(beheer, done)
    assert [stap["gebleven"] for stap in back["stappen"]] == [None], "a step taken since does not keep it from going back"
    assert (await contact(beheer, data))["email"] == van


async def test_done_and_undone_every_row_is_as_it_was(office: Office) -> None:
    van, account, beheer = fresh("cor"), uuid4(), office.client(BEHEER)
    who = {"coordinator": "Cor Bedacht", "email": van, "scholen": [LINDE.code]}
    assert (await beheer.call("PUT", "/kringen/Zuid", json=who)).status_code == 200
    assert (await beheer.call("PUT", "/postbussen/regiomanager", json={"email": van})).status_code == 200
    first, second, guest = [await submitted(office, fresh()) for _ in range(3)]
    await coordinates(office, first, "Cor Bedacht", van)
    await coordinates(office, second, "Cor Bedacht", van)
    cor = BEHEER.model_copy(update={"email": van})
    await let_in(office, first, cor, uuid4(), fresh("els"))
    await let_in(office, guest, BEHEER, account, van)
    before = await rows(office)
    naar = {"naam": "Dora Verzonnen", "email": fresh("dora"), "account": str(uuid4())}
    body = asked(van, soort="coordinator", school=None, naar=naar, toegang="verhuist")
    expected = {"hulpvragen": 3, "kringen": 1, "postbussen": 1, "toegangMelden": 1, "toegang": 1, **NO_OVERLEG}
    assert await counted(beheer, body) == {**expected, "hulpvragen": await _of_coordinator(office, van)}
    done = await hand_over(beheer, body)
    moved = await rows(office)
    assert van not in str(moved["hulpvraag"] + moved["kring"] + moved["postbus"])
    found = (await beheer.get("/hulpvragen?coordinator=Dora Verzonnen")).json()["hulpvragen"]
    assert {row["dossiernummer"] for row in found} >= {first.dossiernummer, second.dossiernummer}, "also by search"
    dora = Actor(sub=UUID(naar["account"]), naam="Dora", organisatie=SWV, soort="extern", swv=SWV, rollen=())
    leaver = dora.model_copy(update={"sub": account})
    assert (await office.client(dora).get(f"/hulpvragen/{guest.dossiernummer}")).status_code == 200
    assert (await office.client(leaver).get(f"/hulpvragen/{guest.dossiernummer}")).status_code == 404
    back = await put_back(beheer, done)
    assert {stap["gebleven"] for stap in back["stappen"]} == {None}
    after = await rows(office)
    given = [row for row in after["toegang"] if row["account"] != naar["account"]]
    assert {**after, "toegang": given} == before
    [new] = [row for row in after["toegang"] if row["account"] == naar["account"]]
    assert new["ingetrokken_op"] is not None, "what was given in its place is closed again"
    assert (await office.client(dora).get(f"/hulpvragen/{guest.dossiernummer}")).status_code == 404
    assert (await office.client(leaver).get(f"/hulpvragen/{guest.dossiernummer}")).status_code == 200
    assert (await beheer.call("PUT", "/postbussen/regiomanager", json={"email": None})).status_code == 200  # others mail it


async def _of_coordinator(office: Office, email: str) -> int:
    query = "SELECT count(*) FROM hulpvraag WHERE coordinator_email = $1"
    found: int = await office.service.database.pool.fetchval(query, email)
    return found


async def test_undo_leaves_what_someone_changed_or_closed_and_says_which(office: Office) -> None:
    van, beheer = fresh("cor"), office.client(BEHEER)
    kept, changed, closed = [await submitted(office, fresh()) for _ in range(3)]
    for data in (kept, changed, closed):
        await coordinates(office, data, "Cor Bedacht", van)
    done = await hand_over(beheer, asked(van, soort="coordinator", school=None, naar={**NINA, "email": fresh("dora")}))
    await coordinates(office, changed, "Bo Ander", "bo@swv.example")
    await office.service.database.pool.execute("UPDATE hulpvraag SET einde = true WHERE id = $1", closed.hulpvraag)
    back = await put_back(beheer, done)
    assert back["staat"] == "ongedaan"
    assert {stap["dossiernummer"]: stap["gebleven"] for stap in back["stappen"]} == {
        kept.dossiernummer: None,
        changed.dossiernummer: "gewijzigd",
        closed.dossiernummer: "afgerond",
    }
    assert (await beheer.detail(changed.dossiernummer))["coordinator"] == "Bo Ander"
    assert (await beheer.detail(kept.dossiernummer))["coordinator"] == "Cor Bedacht"
    again = await beheer.call("POST", f"/overdrachten/{done['overdracht']}/ongedaan")
    assert again.status_code == 409


async def test_a_handover_of_some_kringen_leaves_the_others(office: Office) -> None:
    van, beheer = fresh("cor"), office.client(BEHEER)
    school = School(code="99XC00", naam="De Derde", bestuur="B-3")
    for naam, code in (("Noord", school.code), ("Zuid", LINDE.code)):
        who = {"coordinator": "Cor Bedacht", "email": van, "scholen": [code]}
        assert (await beheer.call("PUT", f"/kringen/{naam}", json=who)).status_code == 200
    north, south = await submitted(office, fresh(), school=school), await submitted(office, fresh())
    await coordinates(office, south, "Cor Bedacht", van)
    body = asked(van, soort="coordinator", school=None, kringen=["Noord"], naar={**NINA, "email": fresh("dora")})
    await hand_over(beheer, body)
    assert (await beheer.detail(north.dossiernummer))["coordinator"] == NINA["naam"]
    assert (await beheer.detail(south.dossiernummer))["coordinator"] == "Cor Bedacht"
    kringen = {kring["naam"]: kring["email"] for kring in (await beheer.get("/kringen")).json()["kringen"]}
    assert (kringen["Noord"], kringen["Zuid"]) == (body["naar"]["email"], van)


async def test_when_the_count_changed_since_the_preview_nothing_is_done_and_it_says_what(office: Office) -> None:
    van, beheer = fresh(), office.client(BEHEER)
    await submitted(office, van)
    body = asked(van)
    seen = await counted(beheer, body)
    later = await submitted(office, van)
    stale = await beheer.call("POST", "/overdrachten", json={**body, "telling": seen})
    assert stale.status_code == 409
    assert "hulpvragen: nu 2, was 1" in stale.json()["detail"]
    assert stale.json()["telling"]["hulpvragen"] == 2
    assert (await contact(beheer, later))["email"] == van
    nobody = asked(fresh())
    empty = await beheer.call("POST", "/overdrachten", json={**nobody, "telling": await counted(beheer, nobody)})
    assert empty.status_code == 409
    assert "niets op naam" in empty.json()["detail"]


async def test_the_same_key_does_it_once(office: Office) -> None:
    van, beheer, key = fresh(), office.client(BEHEER), uuid4().hex
    await submitted(office, van)
    body = {**asked(van), "telling": await counted(beheer, asked(van))}
    first = await beheer.call("POST", "/overdrachten", json=body, Idempotency_Key=key)
    again = await beheer.call("POST", "/overdrachten", json=body, Idempotency_Key=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert len(await told(office, first.json()["overdracht"])) == 1
    other = await beheer.call("POST", "/overdrachten", json={**body, "toegang": "blijft"}, Idempotency_Key=key)
    assert other.status_code == 422
    path = f"/overdrachten/{first.json()['overdracht']}/ongedaan"
    undone = [await beheer.call("POST", path, Idempotency_Key=f"{key}-terug") for _ in range(2)]
    assert [answer.status_code for answer in undone] == [200, 200]


async def test_a_later_day_is_done_after_midnight_with_what_is_open_then(office: Office) -> None:
    van, beheer = fresh(), office.client(BEHEER)
    first = await submitted(office, van)
    planned = await hand_over(beheer, asked(van, datum=soon(3), naar={**NINA, "telefoon": "000-1234567"}))
    assert (planned["staat"], planned["stappen"]) == ("gepland", [])
    second = await submitted(office, van)
    midnight = clock.end_of(clock.today() + timedelta(days=2))

    async def state() -> str:
        found: str = (await beheer.get(f"/overdrachten/{planned['overdracht']}")).json()["staat"]
        return found

    with clock.use(lambda: midnight - timedelta(seconds=1)):
        assert not await watcher(office).step()
        assert await state() == "gepland"
    with clock.use(lambda: midnight):

        async def is_done() -> bool:
            return await state() == "gedaan"

        await eventually(is_done)
        for data in (first, second):
            assert await contact(beheer, data) == {**NINA, "telefoon": "000-1234567"}
        [event] = await told(office, planned["overdracht"])
        assert event["hulpvragen"] == 2


async def test_a_planned_one_is_called_off(office: Office) -> None:
    van, beheer = fresh(), office.client(BEHEER)
    data = await submitted(office, van)
    planned = await hand_over(beheer, asked(van, datum=soon(2)))
    assert (await put_back(beheer, planned))["staat"] == "ingetrokken"
    later = clock.end_of(clock.today() + timedelta(days=2))
    with clock.use(lambda: later):
        assert not await watcher(office).step()
        assert (await contact(beheer, data))["email"] == van
    listed = (await beheer.get("/overdrachten")).json()["overdrachten"]
    assert [one["staat"] for one in listed if one["overdracht"] == planned["overdracht"]] == ["ingetrokken"]


async def test_access_that_a_leaver_has_ends_and_what_they_gave_is_told_to_the_new_person(office: Office) -> None:
    van, account, beheer = fresh(), uuid4(), office.client(BEHEER)
    school = ib(swv=SWV).model_copy(update={"email": van})
    mine, elsewhere = await submitted(office, van), await submitted(office, fresh(), school=BEUK)
    await let_in(office, mine, school, uuid4(), fresh("els"))
    await let_in(office, elsewhere, BEHEER, account, van)
    leaver = Actor(sub=account, naam="Iris", organisatie="99XA00", soort="school", swv=SWV, rollen=("IB'er",))
    assert (await office.client(leaver).get(f"/hulpvragen/{elsewhere.dossiernummer}")).status_code == 200
    stays = asked(van, toegang="blijft")
    assert (await counted(beheer, stays))["toegang"] == 0
    done = await hand_over(beheer, asked(van))
    assert {stap["soort"] for stap in done["stappen"]} == {"contact", "verlener", "toegang"}
    assert (await office.client(leaver).get(f"/hulpvragen/{elsewhere.dossiernummer}")).status_code == 404
    assert str(account) in await office.ended(), "what was signed for the leaver is void"
    [given] = (await beheer.get(f"/hulpvragen/{mine.dossiernummer}/toegang")).json()["toegangen"]
    assert given["gegevenDoor"] == "Iris Bedacht", "who gave it stays as it was"
    end = clock.end_of(clock.today() + timedelta(days=30))

    async def reminded() -> list[dict[str, Any]]:
        events = [event["data"] for event in await office.sandbox.published("workflow", ToegangGemeld.TYPE)]
        return [one for one in events if one["dossiernummer"] == mine.dossiernummer and one["soort"] == "loopt-af"]

    with clock.use(lambda: end - timedelta(days=7)):
        [told_of] = await eventually(reminded)
    assert [mail["email"] for mail in told_of["mails"] if mail["doelgroep"] == "verlener"] == [NINA["email"]]


async def test_a_school_hands_over_its_own_where_the_rules_say_so(office: Office) -> None:
    """002:324: the school itself changes its open hulpvragen. Not so in PO2507 and PO3008, where the manual is silent."""
    van, school = fresh(), office.client(ib(swv=ROTTERDAM))
    data = await submitted(office, van, swv=ROTTERDAM, titel="Ambulante begeleiding")
    done = await hand_over(school, asked(van))
    assert (await contact(school, data))["naam"] == NINA["naam"]
    listed = (await school.get("/overdrachten")).json()
    assert (listed["school"], listed["overdrachten"][0]["overdracht"]) == (LINDE.code, done["overdracht"])
    other = office.client(ib(BEUK, swv=ROTTERDAM))
    path = f"/overdrachten/{done['overdracht']}"
    assert [(await other.get(path)).status_code, (await other.call("POST", f"{path}/ongedaan")).status_code] == [404, 404]
    assert (await other.get("/overdrachten")).json()["overdrachten"] == []
    foreign = asked(van)
    telling = {"hulpvragen": 0, "kringen": 0, "postbussen": 0, "toegangMelden": 0, "toegang": 0, **NO_OVERLEG}
    for body in (foreign, asked(van, soort="coordinator", school=None)):
        for url in ("/overdrachten/voorbeeld", "/overdrachten"):
            sent = body if url.endswith("voorbeeld") else {**body, "telling": telling}
            assert (await other.call("POST", url, json=sent)).status_code == 403, url
    swv = office.client(staff("applicatiebeheerder", swv=ROTTERDAM))
    assert (await swv.get(path)).status_code == 200
    theirs, account = fresh(), uuid4()
    await submitted(office, theirs, swv=ROTTERDAM, titel="Ambulante begeleiding")
    elsewhere = await submitted(office, fresh(), swv=ROTTERDAM, titel="Ambulante begeleiding", school=BEUK)
    await let_in(office, elsewhere, ib(BEUK, swv=ROTTERDAM), account, theirs)
    by_swv = await hand_over(swv, asked(theirs))
    assert {stap["soort"] for stap in by_swv["stappen"]} == {"contact", "toegang"}
    seen = (await school.get(f"/overdrachten/{by_swv['overdracht']}")).json()
    assert {stap["soort"] for stap in seen["stappen"]} == {"contact"}, "nothing of another school"
    undo = await school.call("POST", f"/overdrachten/{by_swv['overdracht']}/ongedaan")
    assert undo.status_code == 403, "what the SWV closed elsewhere, a school does not open"
    assert (await put_back(school, done))["staat"] == "ongedaan"


@pytest.mark.parametrize(
    "actor",
    [
        ib(swv=SWV),
        ib(),
        ib(swv=ROTTERDAM, rollen=("school",)),
        staff("SCP", swv=ROTTERDAM),
        staff("administratie"),
        board("B-1", swv=ROTTERDAM, rollen=("IB'er", "applicatiebeheerder")),
        ib(swv=SWV, rollen=("applicatiebeheerder",)),
    ],
    ids=lambda actor: f"{actor.soort} {actor.swv} {', '.join(actor.rollen)}",
)
async def test_nobody_else_hands_over(office: Office, actor: Actor) -> None:
    client = office.client(actor)
    assert (await client.call("POST", "/overdrachten/voorbeeld", json=asked(fresh()))).status_code == 403
    assert (await client.get("/overdrachten")).status_code == 403
    assert (await client.get(f"/overdrachten/{uuid4()}")).status_code == 403


async def test_a_number_is_corrected_in_one_place_for_what_is_there_and_what_comes(office: Office) -> None:
    """001:121, 002:330-335: the private number that an LVS sends along."""
    van, beheer = fresh(), office.client(BEHEER)
    data, other, elsewhere = [
        await submitted(office, email, school=school) for email, school in ((van, LINDE), (fresh(), LINDE), (van, BEUK))
    ]
    body = {"school": LINDE.code, "email": van.upper(), "telefoon": "000-7654321"}
    answer = await beheer.call("PUT", "/contactnummers", json=body)
    assert (answer.status_code, answer.json()["hulpvragen"]) == (200, 1)
    later = await submitted(office, van)
    for one, number in ((data, "000-7654321"), (later, "000-7654321"), (other, "06-00000000"), (elsewhere, "06-00000000")):
        assert (await contact(beheer, one))["telefoon"] == number
    numbers = (await beheer.get("/contactnummers")).json()["nummers"]
    assert {"school": LINDE.code, "email": van, "telefoon": "000-7654321"} in numbers
    await beheer.call("PUT", "/contactnummers", json={**body, "telefoon": None})
    assert (await contact(beheer, data))["telefoon"] == "06-00000000"


async def test_who_works_at_a_school_corrects_their_own_number_only(office: Office) -> None:
    van = fresh()
    me = office.client(ib(swv=SWV).model_copy(update={"email": van}))
    body = {"school": LINDE.code, "email": van, "telefoon": "000-7654321"}
    assert (await me.call("PUT", "/contactnummers", json=body)).status_code == 200
    for refused in ({"email": fresh()}, {"school": BEUK.code}):
        assert (await me.call("PUT", "/contactnummers", json={**body, **refused})).status_code == 403
    assert (await me.get("/contactnummers")).status_code == 403
    bad = await me.call("PUT", "/contactnummers", json={**body, "telefoon": "bel me"})
    assert (bad.status_code, bad.json()["fouten"][0]["field"]) == (400, "telefoon")


@pytest.mark.parametrize(
    ("own", "field"),
    [
        ({"datum": soon(-1)}, "datum"),
        ({"datum": soon(LONGEST_DAYS + 1)}, "datum"),
        ({"school": None}, "school"),
        ({"toegang": "verhuist"}, "naar.account"),
        ({"naar": {**NINA, "telefoon": "06"}}, "naar.telefoon"),
        ({"van": NINA["email"]}, "naar.email"),
        ({"soort": "bestuur"}, "soort"),
    ],
)
async def test_bad_input_names_the_field(office: Office, own: dict[str, Any], field: str) -> None:
    answer = await office.client(BEHEER).call("POST", "/overdrachten/voorbeeld", json={**asked(fresh()), **own})
    assert answer.status_code == 400
    assert answer.json()["fouten"][0]["field"].startswith(field)
