"""Bad days: the register is silent, slow, down, wrong; the mandate is missing; two replicas; the answer is days away."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from bron_export.adapters.register import HttpRegister
from bron_export.domain.wachttijd import Wachttijden
from bron_export.main import make_service
from bron_export.usecases.verzending import begin_attempt, claim_due, settle_attempt
from schakel_local.ports import free_ports
from shared import clock
from shared.contracts.intake import OrganisatieGewijzigd
from shared.database import Database
from shared.envelope import Event
from support.bron_export import SCHOOLJAAR, SWV, Bron, bron_settings, note_mandate
from support.register import RunningSimulator, simulator
from support.sandbox import Sandbox, eventually, running

TIJDEN = Wachttijden(opnieuw=0.1, navraag=0.1, langst=0.5)


@pytest.mark.in_turn(of=3)
@pytest.mark.parametrize(
    ("soort", "own", "sent"),
    [
        ("zwijgt", {}, ["POST 1", "GET"]),  # taken, and no answer within our patience
        ("verbreekt", {}, ["POST 1", "GET"]),  # taken, and the answer is lost
        ("stuk", {}, ["POST 1", "GET"]),
        ("onzin", {}, ["POST 1", "GET"]),
        ("verwisselt", {}, ["POST 1", "GET"]),
        ("doof", {}, ["POST 1", "GET", "POST 1"]),  # never taken
        ("traag", {"seconden": 30}, ["POST 1", "GET"]),
        ("traag", {"seconden": 0.3}, ["POST 1"]),
        ("dubbel", {}, ["POST 1"]),
        ("storing", {}, ["POST 1", "POST 1"]),
        ("geen-toegang", {}, ["POST 1", "POST 1"]),
    ],
)
async def test_whatever_the_register_does_it_ends_with_exactly_one(
    bron: Bron, soort: str, own: dict[str, Any], sent: list[str]
) -> None:
    await bron.register.behave(soort, **own)
    besluit = await bron.decide()
    await bron.reaches(besluit, "geaccepteerd")
    assert await bron.sent(besluit) == sent
    assert len(await bron.at_register(besluit)) == 1
    assert ("onbekend" in await bron.told(besluit)) == ("GET" in sent)


async def test_as_long_as_nobody_knows_it_says_so_and_sends_nothing(bron: Bron) -> None:
    await bron.register.behave("verbreekt")
    await bron.register.behave("storing", methoden=["GET"], keren=None)
    besluit = await bron.decide()
    unknown = await bron.reaches(besluit, "onbekend", reden="storing-register")
    assert "Het register" in unknown["reden"]["tekst"]
    await _asked_again(bron, besluit, 3)
    assert (await bron.sent(besluit)).count("POST 1") == 1
    await bron.register.behave_well()
    await bron.reaches(besluit, "geaccepteerd")
    assert (await bron.sent(besluit)).count("POST 1") == 1


async def test_a_correction_of_which_the_answer_is_lost_is_asked_about_too(bron: Bron) -> None:
    besluit = await bron.decide(eind=date(SCHOOLJAAR + 2, 7, 30))
    await bron.reaches(besluit, "afgekeurd")
    await bron.register.behave("verbreekt", methoden=["PUT"])
    await bron.patch(besluit, {"eind": f"{SCHOOLJAAR + 2}-07-31"})
    await bron.reaches(besluit, "geaccepteerd")
    assert await bron.sent(besluit) == ["POST 1", "PUT 2", "GET"]
    assert await bron.told(besluit) == ["te verzenden", "afgekeurd", "te verzenden", "onbekend", "geaccepteerd"]


async def test_a_correction_that_never_arrived_is_sent_again(bron: Bron) -> None:
    besluit = await bron.decide(eind=date(SCHOOLJAAR + 2, 7, 30))
    await bron.reaches(besluit, "afgekeurd")
    await bron.register.behave("doof", methoden=["PUT"])
    await bron.patch(besluit, {"eind": f"{SCHOOLJAAR + 2}-07-31"})
    await bron.reaches(besluit, "geaccepteerd")
    assert await bron.sent(besluit) == ["POST 1", "PUT 2", "GET", "PUT 2"]


@pytest.mark.parametrize(("signalen", "staat"), [([], "geaccepteerd"), ([741], "afgekeurd")])
async def test_a_verdict_of_days_later_arrives(bron: Bron, signalen: list[int], staat: str) -> None:
    await bron.register.behave("later", navragen=3, signalen=signalen)
    besluit = await bron.decide()
    await bron.reaches(besluit, staat)
    assert await bron.told(besluit) == ["te verzenden", "verzonden", staat]
    assert await bron.sent(besluit) == ["POST 1", "GET", "GET", "GET"]


async def test_a_fault_at_the_register_itself_needs_nobody(bron: Bron) -> None:
    await bron.register.behave("keurt-af", signalen=[358], keren=2)
    besluit = await bron.decide()
    await bron.reaches(besluit, "geaccepteerd")
    assert await bron.sent(besluit) == ["POST 1", "PUT 2", "PUT 3"]


async def test_one_that_hangs_does_not_hold_up_the_others(bron: Bron) -> None:
    await bron.register.behave("doof", keren=2)
    hanging = [await bron.decide() for _ in range(2)]
    others = [await bron.decide() for _ in range(6)]
    for besluit in [*others, *hanging]:
        await bron.reaches(besluit, "geaccepteerd")


async def test_after_a_day_without_the_register_everything_drains(sandbox: Sandbox, one_register: RunningSimulator) -> None:
    [port] = free_ports(1)
    slow = {"register_retry": 5.0, "register_poll": 30.0, "register_longest": 3600.0, "poll": 0.1}
    async with simulator(port=port) as register:
        await register.stop()
        async with own_service(sandbox, register, **slow) as bron:
            await bron.mandate()
            decisions = [await bron.decide() for _ in range(8)]
            for besluit in decisions:
                waiting = await bron.reaches(besluit, "te verzenden", reden="geen-verbinding")
                assert waiting["reden"]["tekst"].startswith("Het register is niet bereikbaar")
            async with a_day_later():
                await register.start()
                for besluit in decisions:
                    await bron.reaches(besluit, "geaccepteerd")
                    assert await bron.sent(besluit) == ["POST 1"]
                assert (await bron.http.get("/health/ready")).status_code == 200
            async with sandbox.connect() as connection:
                assert await connection.fetchval("SELECT count(*) FROM bron_export.dead_letter") == 0


async def test_two_replicas_send_each_registration_once(sandbox: Sandbox, register: RunningSimulator) -> None:
    async with own_service(sandbox, register) as bron, own_service(sandbox, register):
        await bron.mandate()
        decisions = [await bron.decide() for _ in range(30)]
        for besluit in decisions:
            await bron.reaches(besluit, "geaccepteerd")
            assert await bron.sent(besluit) == ["POST 1"]
            assert await bron.told(besluit) == ["te verzenden", "geaccepteerd"]


async def test_a_worker_that_froze_cannot_undo_what_another_did_since(sandbox: Sandbox, register: RunningSimulator) -> None:
    """The first one sends and freezes; the second finds its doubt, asks, and is told; then the first one thaws."""
    async with own_service(sandbox, register, poll=60.0) as bron, two_databases(sandbox) as (first, second):
        besluit = await bron.decide()
        await bron.reaches(besluit, "te verzenden", reden="geen-mandaat")
        await note_mandate(sandbox, bron)
        adapter = HttpRegister(register.url, timeout=10)
        async with adapter.opened():
            await register.behave("keurt-af", signalen=[990])
            async with first.transaction() as tx:
                [claim] = await claim_due(tx, lease=-1, limit=5)  # over before it began: a frozen process
                frozen = await begin_attempt(tx, claim, TIJDEN)
            assert frozen is not None
            late = await adapter.carry_out(frozen.handeling, frozen.registratie)
            async with second.transaction() as tx:
                [claim] = await claim_due(tx, lease=30, limit=5)
                asking = await begin_attempt(tx, claim, TIJDEN)
            assert asking is not None
            assert asking.handeling == "vragen"
            async with first.transaction() as tx:
                await settle_attempt(tx, frozen, replace(late, gebeurtenis="geaccepteerd"), TIJDEN)
            assert (await bron.registrations(besluit))[0]["staat"] == "onbekend"
            async with second.transaction() as tx:
                await settle_attempt(tx, asking, await adapter.carry_out("vragen", asking.registratie), TIJDEN)
        await bron.reaches(besluit, "afgekeurd")
        assert await bron.told(besluit) == ["te verzenden", "onbekend", "afgekeurd"]
        ended = [each["uitkomst"] for each in (await bron.detail(besluit))["pogingen"] if each["stap"] == "afgelopen"]
        assert ended == ["afgekeurd", "geaccepteerd"]  # what came too late to count is on record all the same


async def test_without_a_mandate_nothing_leaves_until_there_is_one(without_mandate: Bron) -> None:
    bron = without_mandate
    besluit = await bron.decide()
    waiting = await bron.reaches(besluit, "te verzenden", reden="geen-mandaat")
    assert waiting["reden"]["tekst"].startswith("Er is geen geldig mandaat van de school.")
    assert await bron.sent(besluit) == []
    given = (await bron.mandate(soort="bestuur")).json()
    await bron.reaches(besluit, "geaccepteerd")
    (there,) = await bron.at_register(besluit)
    assert there["melding"]["namens"] == {"brin": bron.school[:4], "vestiging": bron.school[4:], "mandaat": given["id"]}


@pytest.mark.parametrize("van_tot", [(-30, -1), (1, None)])
async def test_an_expired_or_coming_mandate_is_none(without_mandate: Bron, van_tot: tuple[int, int | None]) -> None:
    bron, today = without_mandate, clock.today()
    van, tot = van_tot
    await bron.mandate(van=today + timedelta(days=van), tot=None if tot is None else today + timedelta(days=tot))
    besluit = await bron.decide()
    await bron.reaches(besluit, "te verzenden", reden="geen-mandaat")
    assert await bron.sent(besluit) == []
    await bron.mandate(van=today, tot=today)
    await bron.reaches(besluit, "geaccepteerd")


async def test_a_coming_mandate_has_its_effect_on_its_first_day_by_itself(sandbox: Sandbox, register: RunningSimulator) -> None:
    async with own_service(sandbox, register, register_longest=3600.0) as bron:
        await bron.mandate(van=clock.today() + timedelta(days=1))
        besluit = await bron.decide()
        await bron.reaches(besluit, "te verzenden", reden="geen-mandaat")
        async with a_day_later():
            await bron.reaches(besluit, "geaccepteerd")


async def test_a_board_that_takes_its_mandate_back_stops_what_was_not_sent(bron: Bron) -> None:
    await bron.reaches(await bron.decide(), "geaccepteerd")
    await bron.mandate(tot=clock.today() - timedelta(days=1), soort="bestuur")
    besluit = await bron.decide()
    await bron.reaches(besluit, "te verzenden", reden="geen-mandaat")
    assert await bron.sent(besluit) == []


async def test_what_went_out_under_a_mandate_is_asked_about_after_it_ended(bron: Bron) -> None:
    await bron.register.behave("later", navragen=4)
    besluit = await bron.decide()
    await bron.reaches(besluit, "verzonden")
    await bron.mandate(tot=clock.today() - timedelta(days=1))
    await bron.reaches(besluit, "geaccepteerd")


async def test_a_mandate_given_by_another_board_does_not_count(without_mandate: Bron) -> None:
    bron = without_mandate
    stranger = bron.headers("bestuur", organisatie="B-ANDER")
    given = await bron.http.put(f"/mandaten/{bron.school}", json={"van": "2020-01-01"}, headers=stranger)
    assert given.status_code == 200  # the school is not known here yet
    besluit = await bron.decide()
    await bron.reaches(besluit, "te verzenden", reden="geen-mandaat")
    assert (await bron.http.get(f"/mandaten/{bron.school}", headers=stranger)).status_code == 404
    await bron.mandate(soort="bestuur")
    await bron.reaches(besluit, "geaccepteerd")


async def test_after_a_school_went_to_another_board_that_one_gives_its_mandates_and_the_old_one_no_more(bron: Bron) -> None:
    besluit = await bron.decide()
    await bron.reaches(besluit, "geaccepteerd")
    path, old, new = f"/mandaten/{bron.school}", bron.headers("bestuur"), bron.headers("bestuur", organisatie="B-NIEUW")
    van, naar = ({"code": bron.school, "naam": "De Verzonnen Linde", "bestuur": each} for each in (bron.bestuur, "B-NIEUW"))
    given = {"swv": SWV, "verhuizing": clock.new_id(), "van": van, "naar": naar, "accounts": False, "op": clock.now()}

    async def status(headers: dict[str, str]) -> int:
        return (await bron.http.get(path, headers=headers)).status_code

    async def told(versie: int, after: tuple[int, int]) -> None:
        data = OrganisatieGewijzigd.model_validate({**given, "versie": versie})
        await bron.box.publish(Event.about(data, subject=data.verhuizing, sequence=versie))

        async def so() -> bool:
            return (await status(old), await status(new)) == after

        await eventually(so)

    assert (await status(old), await status(new)) == (200, 404)
    await told(1, (404, 200))
    refused = await bron.http.put(path, json={"van": "2020-01-01"}, headers=old)
    assert refused.status_code == 404
    await told(2, (200, 404))


@asynccontextmanager
async def own_service(sandbox: Sandbox, register: RunningSimulator, **own: Any) -> AsyncIterator[Bron]:
    """A service in a database of its own."""
    async with running(make_service(bron_settings(sandbox, register, **own))) as http:
        yield Bron(sandbox, register, http, 900)


@asynccontextmanager
async def two_databases(sandbox: Sandbox) -> AsyncIterator[tuple[Database, Database]]:
    """The pools of two more processes."""
    pools = Database(sandbox.database_url("bron-export"), size=2), Database(sandbox.database_url("bron-export"), size=2)
    await asyncio.gather(*(each.connect() for each in pools))
    yield pools
    await asyncio.gather(*(each.close() for each in pools))


@asynccontextmanager
async def a_day_later() -> AsyncIterator[None]:
    """Move the clock of this process, and with it the service's and the simulator's."""

    def moved() -> datetime:
        return datetime.now(clock.UTC) + timedelta(days=1)

    with clock.use(moved):
        yield


async def _asked_again(bron: Bron, besluit: Any, times: int) -> None:
    async def asked() -> bool:
        return (await bron.sent(besluit)).count("GET") >= times

    await eventually(asked)
