"""Two dossiers that may be of one pupil: put down, put together only when a person of the SWV says so, and taken apart."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest

from shared.tokens import Actor
from support.intake import Lvs, Served, hulpvraag
from support.sandbox import token_for

LINDE, BEUK = {"brin": "99XA", "vestiging": "00"}, {"brin": "99XB", "vestiging": "00"}


def someone(soort: Any, organisatie: str, *rollen: str, swv: str = "PO2507") -> dict[str, str]:
    who = Actor(sub=uuid4(), naam="Anne Verzonnen", organisatie=organisatie, soort=soort, swv=swv, rollen=rollen)
    return token_for(who, "intake")


OFFICE: dict[str, str] = {}


@pytest.fixture(autouse=True)
def fresh() -> None:
    """A token lives a minute, and a module may wait longer for its turn."""
    OFFICE.update(someone("swv", "PO2507", "administratie"))


def pupil(**own: str) -> dict[str, str]:
    """A pupil whose name nobody else has."""
    name = uuid4().hex.translate(str.maketrans("0123456789", "ghijklmnop"))
    filled = {"leerlingid": f"L-{uuid4()}", "roepnaam": "Zeno", "voorvoegsel": "van den", "achternaam": f"B{name}"}
    return {**filled, "geboortedatum": "2016-05-04", **own}


async def submit(http: httpx.AsyncClient, leerling: dict[str, str], school: dict[str, str] = LINDE) -> dict[str, Any]:
    body = hulpvraag(leerling=leerling, school=school)
    del body["eigenReferentie"]
    answer = await http.post("/hulpvragen", json=body, headers={**OFFICE, "Idempotency-Key": str(uuid4())})
    assert answer.status_code == 202, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def pairs(http: httpx.AsyncClient, *dossiers: str) -> list[dict[str, Any]]:
    """The pairs that hold only these dossiers."""
    answer = await http.get("/gelijkenissen", headers=OFFICE)
    assert answer.status_code == 200, answer.text
    return [one for one in answer.json()["gelijkenissen"] if {side["dossier"] for side in one["dossiers"]} <= set(dossiers)]


async def decide(http: httpx.AsyncClient, pair: dict[str, Any], staat: str) -> int:
    path = f"/gelijkenissen/{pair['gelijkenis']}"
    return (await http.put(path, json={"staat": staat}, headers=OFFICE)).status_code


async def seen(http: httpx.AsyncClient, dossier: str, headers: dict[str, str]) -> dict[str, Any]:
    answer = await http.get(f"/dossiers/{dossier}", headers=headers)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def test_a_pupil_at_another_school_is_put_together_for_the_swv_only_once_it_said_so_and_taken_apart_again(
    served: Served,
) -> None:
    http, zeno = served.http, pupil()
    old = await submit(http, zeno)
    new = await submit(http, {**zeno, "leerlingid": "B-1" + zeno["leerlingid"]}, BEUK)
    (linde, beuk) = (someone("school", "99XA00", "IB'er"), someone("school", "99XB00", "IB'er"))
    before = [await seen(http, old["dossier"], linde), await seen(http, new["dossier"], beuk)]
    (pair,) = await pairs(http, old["dossier"], new["dossier"])
    assert pair["staat"] == "voorgesteld"
    assert {side["dossier"]: side["gaatVerder"] for side in pair["dossiers"]} == {old["dossier"]: False, new["dossier"]: True}
    assert (await seen(http, new["dossier"], OFFICE))["gekoppeld"] == []

    assert await decide(http, pair, "bevestigd") == 204
    for dossier, other, goes_on in ((old, new, True), (new, old, False)):
        shown = await seen(http, dossier["dossier"], OFFICE)
        assert [each["dossiernummer"] for each in shown["hulpvragen"]] == [old["dossiernummer"], new["dossiernummer"]]
        assert [(each["dossier"], each["gaatVerder"]) for each in shown["gekoppeld"]] == [(other["dossier"], goes_on)]
    assert [await seen(http, old["dossier"], linde), await seen(http, new["dossier"], beuk)] == before, "no school learns of it"
    assert (await http.get(f"/dossiers/{old['dossier']}", headers=beuk)).status_code == 404

    assert await decide(http, pair, "afgewezen") == 409
    assert await decide(http, pair, "voorgesteld") == 204
    assert (await seen(http, new["dossier"], OFFICE))["gekoppeld"] == []
    assert [one["staat"] for one in await pairs(http, old["dossier"], new["dossier"])] == ["voorgesteld"]
    log = "SELECT action FROM intake.audit_log WHERE subject = $1 AND action LIKE 'gelijkenis.%' ORDER BY id"
    assert [row["action"] for row in await served.world.fetch(log, old["dossier"])] == [
        "gelijkenis.bevestigd",
        "gelijkenis.voorgesteld",
    ]


async def test_who_works_for_a_platform_sees_no_dossier_of_another_nor_that_it_is_of_the_same_pupil(served: Served) -> None:
    http, zeno, code = served.http, pupil(), f"PO2507-G{uuid4().hex[:6].upper()}"
    old, new = await submit(http, zeno), await submit(http, {**zeno, "leerlingid": "B-9" + zeno["leerlingid"]}, BEUK)
    (pair,) = await pairs(http, old["dossier"], new["dossier"])
    assert await decide(http, pair, "bevestigd") == 204
    who = {"sub": uuid4(), "naam": "Pia Verzonnen", "organisatie": "PO2507", "soort": "swv", "swv": "PO2507"}
    pia = token_for(Actor.model_validate({**who, "rollen": ("administratie Platform",), "platforms": (code,)}), "intake")
    assert (await http.get(f"/dossiers/{old['dossier']}", headers=pia)).status_code == 404, "before the school was of it"
    boss = someone("swv", "PO2507", "applicatiebeheerder")
    platform = {"soort": "platform", "code": code, "naam": "West"}
    assert (await http.post("/organisaties", json=platform, headers=boss)).status_code == 201
    linde = (await http.get("/organisaties/99XA00", headers=boss)).json()
    kept = {name: linde[name] for name in ("soort", "naam", "bestuur")} | {"platform": code}
    assert (await http.put("/organisaties/99XA00", json=kept, headers=boss)).status_code == 200
    shown = await seen(http, old["dossier"], pia)
    assert (shown["gekoppeld"], [each["dossiernummer"] for each in shown["hulpvragen"]]) == ([], [old["dossiernummer"]])
    for path in ("", "/wijzigingen"):
        assert (await http.get(f"/dossiers/{new['dossier']}{path}", headers=pia)).status_code == 404, path
    assert [each["code"] for each in (await http.get("/scholen", headers=pia)).json()["scholen"]] == ["99XA00"]
    elsewhere = hulpvraag(leerling=pupil(), school=BEUK)
    del elsewhere["eigenReferentie"]
    refused = await http.post("/hulpvragen", json=elsewhere, headers={**pia, "Idempotency-Key": str(uuid4())})
    assert [fault["rule"] for fault in refused.json()["fouten"]] == ["school-onbekend"]
    assert (await http.get("/gelijkenissen", headers=pia)).status_code == 403, "a pair may name a school of another platform"
    assert (await http.put("/organisaties/99XA00", json={**kept, "platform": ""}, headers=boss)).status_code == 200


async def test_what_was_rejected_is_not_asked_again(served: Served) -> None:
    http, zeno = served.http, pupil()
    other = {**zeno, "leerlingid": "B-2" + zeno["leerlingid"]}
    ids = [(await submit(http, each))["dossier"] for each in (zeno, other)]
    (pair,) = await pairs(http, *ids)
    assert await decide(http, pair, "afgewezen") == 204
    assert await decide(http, pair, "afgewezen") == 204, "the same again changes nothing"
    for each in (zeno, other):
        await submit(http, each)
    assert [one["staat"] for one in await pairs(http, *ids)] == ["afgewezen"]


async def test_another_number_at_the_same_school_is_recognised_however_the_name_is_typed(served: Served, lvs: Lvs) -> None:
    zeno = pupil()
    renamed = {
        **zeno,
        "leerlingid": "N-3" + zeno["leerlingid"],
        "roepnaam": "ZÉNO",
        "voorvoegsel": "",
        "achternaam": f"Van den {zeno['achternaam'].upper()}",
    }
    for each in (zeno, renamed, {**zeno, "leerlingid": "N-4" + zeno["leerlingid"], "geboortedatum": "2016-05-05"}):
        await lvs.answer_to(await lvs.send(hulpvraag(leerling=each)))
    find = "SELECT id::text FROM intake.dossier WHERE sleutel LIKE '%' || $1 ORDER BY id"
    ids = [row["id"] for row in await served.world.fetch(find, zeno["leerlingid"])]
    assert len(ids) == 3
    (pair,) = await pairs(served.http, *ids)
    assert {side["leerlingid"] for side in pair["dossiers"]} == {zeno["leerlingid"], renamed["leerlingid"]}
    assert await decide(served.http, pair, "bevestigd") == 204
    shown = await seen(served.http, ids[0], someone("school", "99XA00", "IB'er"))
    assert len(shown["hulpvragen"]) == 2, "both are of this school"


async def test_a_pupil_of_another_swv_is_nobody(served: Served) -> None:
    zeno = pupil()
    await submit(served.http, zeno)
    body = hulpvraag(leerling=zeno, school={"brin": "99XC", "vestiging": "00"}, swv="PO00YY")
    del body["eigenReferentie"]
    theirs = someone("swv", "PO00YY", "administratie", swv="PO00YY")
    answer = await served.http.post("/hulpvragen", json=body, headers={**theirs, "Idempotency-Key": str(uuid4())})
    assert answer.status_code == 202, answer.text
    between = "SELECT count(*) FROM intake.gelijkenis WHERE $1 IN (een, ander)"
    assert await served.world.fetchval(between, UUID(answer.json()["dossier"])) == 0


async def test_a_name_that_was_put_right_takes_the_proposal_away(served: Served) -> None:
    zeno = pupil()
    other = {**zeno, "leerlingid": "B-5" + zeno["leerlingid"]}
    ids = [(await submit(served.http, each))["dossier"] for each in (zeno, other)]
    assert len(await pairs(served.http, *ids)) == 1
    await submit(served.http, {**other, "roepnaam": "Xanthe"})
    assert await pairs(served.http, *ids) == []


async def test_a_hulpvraag_that_is_sent_again_with_another_name_is_recognised_by_that(served: Served, lvs: Lvs) -> None:
    zeno = pupil()
    first = (await submit(served.http, zeno))["dossier"]
    sent = hulpvraag(leerling={**zeno, "leerlingid": "C-7" + zeno["leerlingid"], "roepnaam": "Xanthe"})
    await lvs.answer_to(await lvs.send(sent))
    find = "SELECT id::text FROM intake.dossier WHERE sleutel = $1"
    other = await served.world.fetchval(find, sent["leerling"]["leerlingid"])
    assert await pairs(served.http, first, other) == []
    answer = await lvs.answer_to(await lvs.send({**sent, "leerling": {**sent["leerling"], "roepnaam": "Zeno"}}))
    assert "dossiernummer" in answer, answer
    assert len(await pairs(served.http, first, other)) == 1


async def test_two_at_the_same_moment_are_seen_once(served: Served) -> None:
    for _ in range(5):
        zeno = pupil()
        both = [{**zeno, "leerlingid": f"{place}-{zeno['leerlingid']}"} for place in "ab"]
        made = await asyncio.gather(submit(served.http, both[0]), submit(served.http, both[1], BEUK))
        assert len(await pairs(served.http, *(each["dossier"] for each in made))) == 1


async def test_a_name_that_many_have_does_not_make_a_pair_of_all(served: Served) -> None:
    zeno = pupil()
    ids = [(await submit(served.http, {**zeno, "leerlingid": f"M-{n}-{zeno['leerlingid']}"}))["dossier"] for n in range(8)]
    assert len(await pairs(served.http, *ids)) == 1 + 2 + 3 + 4 + 5 + 5 + 5


async def test_two_that_were_said_to_be_two_are_not_put_together_by_way_of_a_third(served: Served) -> None:
    zeno = pupil()
    ids = [(await submit(served.http, {**zeno, "leerlingid": f"{n}-{zeno['leerlingid']}"}))["dossier"] for n in "abc"]
    apart, one, two = [(await pairs(served.http, *both))[0] for both in (ids[:2], ids[1:], [ids[0], ids[2]])]
    assert await decide(served.http, apart, "afgewezen") == 204
    assert await decide(served.http, one, "bevestigd") == 204
    assert await decide(served.http, two, "bevestigd") == 409
    assert await decide(served.http, apart, "voorgesteld") == 204
    assert await decide(served.http, two, "bevestigd") == 204
    assert len((await seen(served.http, ids[0], OFFICE))["gekoppeld"]) == 2
    assert await decide(served.http, apart, "afgewezen") == 409


async def test_what_was_known_of_a_pupil_is_erased_with_its_dossier(served: Served) -> None:
    zeno = pupil()
    mine = await submit(served.http, zeno)
    other = await submit(served.http, {**zeno, "leerlingid": "B-6" + zeno["leerlingid"]})
    await submit(served.http, {**zeno, "roepnaam": "Zeno Xander"})
    path = f"/dossiers/{other['dossier']}"
    note = await served.http.post(f"{path}/kennisname", json={"versie": 1}, headers=OFFICE)
    assert note.status_code == 204
    async with served.sandbox.connect() as connection:
        await connection.execute(
            "INSERT INTO intake.vernietigd (hulpvraag, dossiernummer, vernietiging, gemeld_op) VALUES ($1, $2, $1, now())",
            UUID(other["hulpvraag"]),
            other["dossiernummer"],
        )
        await connection.fetchval("SELECT intake.vernietig($1)", UUID(other["hulpvraag"]))
    left = """
        SELECT (SELECT count(*) FROM intake.herkenning WHERE dossier = $1)
            + (SELECT count(*) FROM intake.gelijkenis WHERE $1 IN (een, ander))
            + (SELECT count(*) FROM intake.kennisname WHERE dossier = $1)
    """
    assert await served.world.fetchval(left, UUID(other["dossier"])) == 0
    assert (await served.http.get(path, headers=OFFICE)).status_code == 404
    assert (await seen(served.http, mine["dossier"], OFFICE))["gekoppeld"] == []
