"""A verification code lets an environment of an LVS in for one school (manuals 002:276-304, 003:1976-2010)."""

from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import count
from typing import Any
from uuid import UUID, uuid4

import pytest

from intake.domain.verificatiecode import BRIN, CONNECTOR, hash_of, new_code
from intake.main import make_service
from intake.usecases.verificatiecode import make, stop
from shared import clock
from shared.contracts.connector import (
    Aanvaard,
    Geweigerd,
    KoppelingActiveren,
    KoppelingAntwoord,
    KoppelingStoppen,
    StatusBericht,
)
from shared.contracts.intake import HulpvraagIngediend
from shared.contracts.workflow import StatusGewijzigd
from shared.envelope import Event
from shared.tokens import Actor
from support.intake import EVENTS, Lvs, Served, World, hulpvraag, intake_settings
from support.sandbox import Sandbox, eventually, running, token_for

_numbers = count(1)
LINDE = "99XA00"


@pytest.fixture
async def esis(served: Served) -> AsyncIterator[Lvs]:
    """An LVS that no school gave a mandate; what others guessed before is forgotten."""
    async with served.sandbox.connect() as connection:
        await connection.execute("DELETE FROM intake.codepoging")
    name = f"esis-{next(_numbers)}"
    await served.world.add(name, scholen=())
    await served.world.served(name)
    lvs = await served.world.lvs(name)
    yield lvs
    await lvs.close()


async def code_for(world: World, school: str = LINDE) -> tuple[UUID, str]:
    async with world.database() as database, database.transaction() as tx:
        return await make(tx, school, "Esis", "operator:test")


async def stopped(world: World, code: UUID, school: str = LINDE) -> None:
    async with world.database() as database, database.transaction() as tx:
        await stop(tx, school, code, "operator:test")


async def activate(lvs: Lvs, code: str, omgeving: str = "Linde") -> dict[str, Any]:
    return await lvs.answer_to(await lvs.send({"code": code, "omgeving": omgeving}, kind=KoppelingActiveren.TYPE))


async def removed(lvs: Lvs, omgeving: str = "Linde", vestiging: str = "00") -> dict[str, Any]:
    command = {"school": {"brin": "99XA", "vestiging": vestiging}, "omgeving": omgeving}
    return await lvs.answer_to(await lvs.send(command, kind=KoppelingStoppen.TYPE))


async def asked(lvs: Lvs, vestiging: str = "00") -> dict[str, Any]:
    return await lvs.answer_to(await lvs.send(hulpvraag(school={"brin": "99XA", "vestiging": vestiging})))


def rules(answer: dict[str, Any]) -> list[str]:
    return [fout["rule"] for fout in answer["fouten"]] if answer["_"].type == Geweigerd.TYPE else []


async def test_a_code_gives_leave_for_its_school_alone_until_it_is_removed_and_again_when_it_is_entered(
    served: Served, esis: Lvs
) -> None:
    assert rules(await asked(esis)) == ["geen-mandaat"]
    _, code = await code_for(served.world)
    on = await activate(esis, code)
    assert on["_"].type == KoppelingAntwoord.TYPE
    assert (on["school"], on["omgeving"], on["actief"]) == (LINDE, "Linde", True)
    assert (await asked(esis))["_"].type == Aanvaard.TYPE
    assert rules(await asked(esis, "01")) == ["geen-mandaat"]
    for _ in range(2):  # the same again changes nothing
        assert (await removed(esis))["actief"] is False
    assert rules(await asked(esis)) == ["geen-mandaat"]
    assert (await activate(esis, code))["actief"] is True
    assert (await asked(esis))["_"].type == Aanvaard.TYPE
    actions = await served.world.fetch("SELECT action FROM intake.audit_log WHERE actor = $1", f"connector:{esis.connector}")
    assert {"koppeling.geactiveerd", "koppeling.gestopt"} <= {row["action"] for row in actions}


async def test_a_stopped_code_ends_what_it_gave_at_once_and_never_opens_again_and_another_code_stays(
    served: Served, esis: Lvs
) -> None:
    first, code = await code_for(served.world)
    _, second = await code_for(served.world, "99XA01")
    for given, omgeving in ((code, "Linde"), (second, "Bos")):
        assert (await activate(esis, given, omgeving))["actief"] is True
    sent = await asked(esis)
    await stopped(served.world, first)
    assert rules(await asked(esis)) == ["geen-mandaat"]
    assert rules(await activate(esis, code)) == ["code-onbekend"]
    assert (await asked(esis, "01"))["_"].type == Aanvaard.TYPE
    stays = "SELECT count(*) FROM intake.hulpvraag WHERE dossiernummer = $1"
    assert await served.world.fetchval(stays, sent["dossiernummer"]) == 1


async def test_a_code_is_for_one_environment_of_one_system(served: Served, esis: Lvs, lvs: Lvs) -> None:
    _, code = await code_for(served.world)
    assert (await activate(esis, code))["actief"] is True
    assert rules(await activate(esis, code, "Bos")) == ["code-in-gebruik"]
    assert rules(await activate(lvs, code)) == ["code-in-gebruik"]
    assert rules(await removed(esis, "Bos")) == ["koppeling-onbekend"]
    _, other = await code_for(served.world)
    assert (await activate(esis, other, "Bos"))["actief"] is True
    assert (await removed(esis))["actief"] is False
    assert (await asked(esis))["_"].type == Aanvaard.TYPE  # the other environment still has its own


async def test_another_code_in_an_environment_takes_the_place_of_the_one_before(served: Served, esis: Lvs) -> None:
    _, old = await code_for(served.world)
    new_id, new = await code_for(served.world)
    for code in (old, new):
        assert (await activate(esis, code))["actief"] is True
    await stopped(served.world, new_id)
    assert rules(await asked(esis)) == ["geen-mandaat"]


async def test_a_code_for_a_school_of_an_swv_that_the_system_may_not_send_to_is_refused(served: Served, esis: Lvs) -> None:
    _, code = await code_for(served.world, "99XC00")
    assert rules(await activate(esis, code)) == ["swv-niet-toegestaan"]


async def test_no_code_is_kept_wherever_it_was_sent(served: Served, esis: Lvs) -> None:
    id_, code = await code_for(served.world)
    wrong = new_code(LINDE)
    for body in ({"code": code, "omgeving": "Linde"}, {"code": wrong, "omgeving": "x"}, {"code": code, "omgevin": "Linde"}):
        answer = await esis.answer_to(await esis.send(body, kind=KoppelingActiveren.TYPE))
        assert code.encode() not in answer["_"].body
    later = await esis.send({"code": code, "omgeving": "Linde"}, kind="nl.passend-onderwijs.koppeling.activeren.v9")
    assert rules(await esis.answer_to(later)) == ["onbekend-type"]
    kept = await served.world.fetchval(
        "SELECT count(*) FROM intake.ontvangst WHERE connector = $1 AND body IS NOT NULL", esis.connector
    )
    assert kept == 0
    assert await served.world.fetchval("SELECT hash FROM intake.verificatiecode WHERE id = $1", id_) == hash_of(code)
    for table in ("audit_log", "uitgaand", "verificatiecode", "koppeling", "codepoging"):
        rows = await served.world.fetch(f"SELECT row_to_json({table})::text AS row FROM intake.{table}")
        assert not [row for row in rows if code in row["row"] or code.encode().hex() in row["row"]], table


async def test_wrong_codes_are_slowed_down_per_brin_and_then_a_right_one_must_wait_too(
    served: Served, esis: Lvs, lvs: Lvs
) -> None:
    _, code = await code_for(served.world)
    for _ in range(BRIN.free):
        assert rules(await activate(esis, new_code(LINDE))) == ["code-onbekend"]
    refused = await activate(esis, code)
    assert rules(refused) == ["te-vaak-geprobeerd"]
    assert "Probeer het na" in refused["fouten"][0]["message"]
    assert rules(await activate(lvs, new_code("99XA01"))) == ["te-vaak-geprobeerd"]  # another system, the same BRIN
    _, beuk = await code_for(served.world, "99XB00")
    assert (await activate(esis, beuk))["actief"] is True  # another BRIN
    later = clock.now() + timedelta(minutes=1)
    with clock.use(lambda: later):
        assert (await activate(esis, code))["actief"] is True


async def test_a_system_that_tries_many_schools_is_slowed_down_whole(served: Served, esis: Lvs) -> None:
    for number in range(CONNECTOR.free):
        assert rules(await activate(esis, new_code(f"{number:02}ZZ00"))) == ["code-onbekend"]
    _, code = await code_for(served.world)
    assert rules(await activate(esis, code)) == ["te-vaak-geprobeerd"]


async def test_what_was_guessed_is_remembered_by_the_next_process(sandbox: Sandbox, world: World) -> None:
    _, code = await code_for(world)
    for number in range(2):
        async with running(make_service(intake_settings(sandbox)), declared_for=EVENTS):
            lvs = await world.lvs()
            for _ in range(BRIN.free if number == 0 else 0):
                assert rules(await activate(lvs, new_code(LINDE))) == ["code-onbekend"]
            assert rules(await activate(lvs, code)) == ["te-vaak-geprobeerd"]
            await lvs.close()


async def test_what_comes_right_behind_a_code_is_judged_with_it(served: Served, esis: Lvs) -> None:
    _, code = await code_for(served.world)
    await served.world.add(esis.connector, scholen=(), actief=False)

    async def is_left() -> bool:
        return not await served.service.publisher.has_consumers([f"lvs.{esis.connector}.inbox"])

    await eventually(is_left)  # so that all of it is in hand at once
    school = {"school": {"brin": "99XA", "vestiging": "00"}, "omgeving": "Linde"}
    await esis.send(hulpvraag())
    await esis.send({"code": code, "omgeving": "Linde"}, kind=KoppelingActiveren.TYPE)
    await esis.send(hulpvraag())
    await esis.send(school, kind=KoppelingStoppen.TYPE)
    await esis.send(hulpvraag())
    await served.world.add(esis.connector, scholen=())
    kinds = [answer["_"].type for answer in await esis.many(5)]
    assert kinds == [Geweigerd.TYPE, KoppelingAntwoord.TYPE, Aanvaard.TYPE, KoppelingAntwoord.TYPE, Geweigerd.TYPE]


def status(told: HulpvraagIngediend, versie: int) -> Event[StatusGewijzigd]:
    data = StatusGewijzigd(
        swv=told.swv,
        hulpvraag=told.hulpvraag,
        dossiernummer=told.dossiernummer,
        aanvraagtype=told.aanvraagtype,
        wijziging=uuid4(),
        versie=versie,
        status=f"status {versie}",
        vorige=None,
        door="automatisch",
        connector=told.connector,
        gewijzigd_op=clock.now(),
    )
    return Event.about(data, subject=told.hulpvraag, sequence=versie)


async def test_while_the_exchange_is_stopped_nothing_is_told_and_then_all_of_it_in_order(served: Served, esis: Lvs) -> None:
    _, code = await code_for(served.world)
    await activate(esis, code)
    number = (await asked(esis))["dossiernummer"]
    (event,) = [
        one for one in await served.world.told(esis.connector, HulpvraagIngediend) if one["data"]["dossiernummer"] == number
    ]
    told = HulpvraagIngediend.model_validate(event["data"])
    await removed(esis)
    handled = "SELECT true FROM intake.inbox WHERE message_id = $1"
    for news in [status(told, versie) for versie in (1, 2, 3)]:  # an older one after a newer is not told
        await served.sandbox.publish(news)
        await eventually(lambda id_=news.id: served.world.fetchval(handled, id_))
    assert rules(await asked(esis)) == ["geen-mandaat"]  # an answer comes, and nothing before it
    held = "SELECT count(*) FROM intake.uitgaand WHERE connector = $1 AND volgnummer IS NULL"
    assert await served.world.fetchval(held, esis.connector) == 3
    assert (await activate(esis, code))["actief"] is True
    heard = await esis.many(3)
    assert [(one["_"].type, one["versie"]) for one in heard] == [(StatusBericht.TYPE, versie) for versie in (1, 2, 3)]


def someone(soort: str, organisatie: str, rollen: tuple[str, ...], swv: str = "PO2507") -> dict[str, str]:
    who = Actor(sub=uuid4(), naam="Wie Dan Ook", organisatie=organisatie, soort=soort, swv=swv, rollen=rollen)
    return token_for(who, "intake")


async def test_a_school_its_board_and_who_manages_the_swv_make_see_and_stop_codes(served: Served, esis: Lvs) -> None:
    at = "/scholen/99XA00/verificatiecodes"
    people = [("school", LINDE, ("IB'er",)), ("bestuur", "70001", ()), ("swv", "PO2507", ("applicatiebeheerder",))]
    for soort, organisatie, rollen in people:
        headers = someone(soort, organisatie, rollen)
        made = await served.http.post(at, json={"naam": "Esis"}, headers=headers)
        assert made.status_code == 201, made.text
        assert (await activate(esis, made.json()["code"]))["actief"] is True
        shown = await served.http.get(at, headers=headers)
        mine = next(one for one in shown.json()["codes"] if one["id"] == made.json()["id"])
        assert (mine["systeem"], mine["omgeving"], mine["gestoptOp"]) == (esis.connector, "Linde", None)
        assert made.json()["code"] not in shown.text
        assert (await served.http.delete(f"{at}/{made.json()['id']}", headers=headers)).status_code == 204
        assert (await served.http.delete(f"{at}/{made.json()['id']}", headers=headers)).status_code == 404
        assert rules(await asked(esis)) == ["geen-mandaat"]
    faults = (await served.http.post(at, json={"naam": " "}, headers=someone(*people[0]))).json()["fouten"]
    assert [(fault["field"], fault["rule"]) for fault in faults] == [("naam", "te-kort")]


@pytest.mark.parametrize(
    ("who", "status"),
    [
        (("school", "99XA01", ("IB'er",)), 404),
        (("bestuur", "70002", ()), 404),
        (("swv", "PO2507", ("administratie",)), 403),
        (("swv", "PO00YY", ("applicatiebeheerder",), "PO00YY"), 404),
        (("school", LINDE, ("stagiair",)), 403),
    ],
)
async def test_codes_of_another_school_are_not_there(served: Served, who: tuple[Any, ...], status: int) -> None:
    id_, _ = await code_for(served.world)
    at, headers = f"/scholen/{LINDE}/verificatiecodes", someone(*who)
    assert (await served.http.get(at, headers=headers)).status_code == status
    assert (await served.http.post(at, json={"naam": "Esis"}, headers=headers)).status_code == status
    assert (await served.http.delete(f"{at}/{id_}", headers=headers)).status_code == status


async def test_a_school_with_very_many_codes_stops_one_first(served: Served) -> None:
    headers = someone("school", "99XB00", ("IB'er",))
    at = "/scholen/99XB00/verificatiecodes"
    answers = [(await served.http.post(at, json={"naam": "Esis"}, headers=headers)).status_code for _ in range(21)]
    assert answers[-1] == 409
    assert 201 in answers
