"""Connectors come and go while intake runs, each with exactly what it may do."""

from intake.connectors import ConnectorOpgave, add_connector
from intake.domain import names
from shared.contracts.connector import Aanvaard
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
