"""Connectors come and go while intake runs, each with exactly what it may do."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from prometheus_client import REGISTRY

from intake.connectors import ConnectorOpgave, add_connector
from intake.domain import names
from shared import clock
from shared.contracts.connector import Aanvaard, BijlagenToevoegen
from support.intake import Lvs, Served, hulpvraag
from support.sandbox import eventually


async def test_a_connector_that_is_added_is_served_without_a_restart(served: Served, lvs: Lvs) -> None:
    assert (await lvs.answer_to(await lvs.send(hulpvraag())))["_"].type == Aanvaard.TYPE


async def test_what_a_stopped_connector_sends_waits_until_it_is_started_again(served: Served, lvs: Lvs) -> None:
    await lvs.answer_to(await lvs.send(hulpvraag()))
    await served.world.add(lvs.connector, actief=False)

    async def is_left() -> bool:
        return not await served.service.publisher.has_consumers([names.inbox(lvs.connector)])

    await eventually(is_left)
    message_id = await lvs.send(hulpvraag())
    await served.world.add(lvs.connector)
    assert (await lvs.answer_to(message_id))["_"].type == Aanvaard.TYPE


async def test_a_withdrawn_mandate_counts_from_the_next_message(served: Served, lvs: Lvs) -> None:
    assert (await lvs.answer_to(await lvs.send(hulpvraag())))["_"].type == Aanvaard.TYPE
    await served.world.add(lvs.connector, scholen=("99XA01",))
    refused = await lvs.answer_to(await lvs.send(hulpvraag()))
    assert [fout["rule"] for fout in refused["fouten"]] == ["geen-mandaat"]


async def test_a_connector_may_be_described_again_and_is_then_exactly_that(served: Served) -> None:
    async with served.world.database() as database:
        for scholen in (("99XA00", "99XB00"), ("99XB00",)):
            opgave = ConnectorOpgave(id="esis", naam="Esis", gebruiker="lvs-esis", swv=("PO2507",), scholen=scholen)
            async with database.transaction() as tx:
                await add_connector(tx, opgave, actor="operator:test")
    rows = await served.world.fetch("SELECT school FROM intake.mandaat WHERE connector = 'esis'")
    assert [row["school"] for row in rows] == ["99XB00"]
    assert await served.world.fetchval("SELECT count(*) FROM intake.lijn WHERE connector = 'esis'") == 1


async def test_a_mandate_counts_from_its_first_day_through_its_last_and_what_was_sent_stays(served: Served, lvs: Lvs) -> None:
    today = clock.today()

    async def given(**days: int) -> list[str]:
        """What is refused with a mandate that begins and ends so many days from now."""
        period = {name: str(today + timedelta(days=off)) for name, off in days.items()}
        await served.world.add(lvs.connector, scholen=(), mandaten=[{"school": "99XA00", **period}])
        return rules(await lvs.answer_to(await lvs.send(hulpvraag())))

    assert await given(van=0, tot=0) == []
    assert await given(tot=-1) == ["geen-mandaat"]
    assert await given(van=1) == ["geen-mandaat"]
    assert await given(van=-1, tot=1) == []
    count = "SELECT count(*) FROM intake.hulpvraag WHERE connector = $1"
    assert await served.world.fetchval(count, lvs.connector) == 2


async def test_bijlagen_for_what_was_sent_need_a_mandate_that_still_counts(served: Served, lvs: Lvs) -> None:
    number = (await lvs.answer_to(await lvs.send(hulpvraag())))["dossiernummer"]
    ended = [{"school": "99XA00", "tot": str(clock.today() - timedelta(days=1))}]
    await served.world.add(lvs.connector, scholen=(), mandaten=ended)
    more = {"dossiernummer": number, "uploadslots": [str(uuid4())]}
    assert rules(await lvs.answer_to(await lvs.send(more, kind=BijlagenToevoegen.TYPE))) == ["geen-mandaat"]


async def test_a_main_location_speaks_for_its_branches_where_its_mandate_says_so(served: Served, lvs: Lvs) -> None:
    for branches in (False, True):
        mandaat = {"school": "99XA00", "voorNevenvestigingen": branches}
        await served.world.add(lvs.connector, scholen=(), mandaten=[mandaat])
        for brin, vestiging, allowed in (("99XA", "00", True), ("99XA", "01", branches), ("99XB", "00", False)):
            answer = await lvs.answer_to(await lvs.send(hulpvraag(school={"brin": brin, "vestiging": vestiging})))
            assert rules(answer) == ([] if allowed else ["geen-mandaat"]), (brin, vestiging, branches)


async def test_a_connector_has_its_own_largest_message(served: Served, lvs: Lvs) -> None:
    await served.world.add(lvs.connector, max_bericht=1024)

    async def taken_up() -> bool:
        answer = await lvs.answer_to(await lvs.send(hulpvraag(omschrijving="x" * 1500)))
        return rules(answer) == ["te-groot"]

    await eventually(taken_up)
    assert rules(await lvs.answer_to(await lvs.send(hulpvraag()))) == []


async def test_over_its_rate_a_connector_waits_and_loses_nothing_and_another_does_not_wait(served: Served, lvs: Lvs) -> None:
    await served.world.add("traag", per_minuut=60)
    await served.world.served("traag")
    slow = await served.world.lvs("traag")
    sent = [await slow.send(hulpvraag()) for _ in range(63)]  # a minute's worth, and some seconds of waiting
    assert [answer["betreft"] for answer in await slow.many(63)] == sent
    await lvs.answer_to(await lvs.send(hulpvraag()))

    async def told() -> bool:
        return held("traag") > 0

    await eventually(told)
    assert held(lvs.connector) == 0


def held(connector: str) -> float:
    """The seconds that an operator sees."""
    return REGISTRY.get_sample_value("schakel_intake_held_back_seconds_total", {"connector": connector}) or 0


def rules(answer: dict[str, Any]) -> list[str]:
    return [fout["rule"] for fout in answer.get("fouten", ())]
