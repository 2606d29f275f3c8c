"""The Python client at a real broker with the real intake behind it: whatever breaks, one hulpvraag and nothing unheard."""

import asyncio
import json
import os
import signal
import sys
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from intake.main import make_service
from schakel_lvs import Connector, NoAnswer, Received, Sent, Store, Unreachable, message
from schakel_lvs.berichten import Aanvaard, Geweigerd, HulpvraagIndienen, StatusBericht
from shared.clock import new_id, now
from shared.contracts.intake import HulpvraagIngediend
from shared.contracts.workflow import StatusGewijzigd
from shared.envelope import Event
from support import warm
from support.intake import EVENTS, Lvs, Served, World, hulpvraag, intake_settings
from support.lvs_program import POINTS
from support.sandbox import Sandbox, eventually, running


class Builder:
    """Whoever couples one connector: its store, and its program."""

    def __init__(self, served: Served, lvs: Lvs, folder: Path) -> None:
        box = served.sandbox
        self.world = served.world
        self.connector = lvs.connector
        self.url = box.rabbitmq.amqp_url(lvs.user, lvs.user, box.name)
        self.path = folder / "lvs.sqlite"

    def program(self, *what: str, at: str = "never", said: str = "") -> tuple[int, list[str]]:
        """Run the program to its end, or to where it is killed; return its status and what it printed."""
        command = [sys.executable, "-m", "support.lvs_program", self.url, self.connector, str(self.path), at, *what]
        with tempfile.TemporaryFile() as typed, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            typed.write(said.encode())
            typed.seek(0)
            child = warm.popen(command, env=dict(os.environ), stdin=typed.fileno(), stdout=out.fileno(), stderr=err.fileno())
            code = child.wait(60)
            out.seek(0)
            err.seek(0)
            assert code in {0, -signal.SIGKILL}, err.read().decode()
            return code, out.read().decode().splitlines()

    async def has_status(self, version: int) -> bool:
        query = "SELECT bool_or(statusversie = $2) FROM intake.hulpvraag WHERE connector = $1"
        return bool(await self.world.fetchval(query, self.connector, version))

    async def stored(self) -> int:
        return int(await self.world.fetchval("SELECT count(*) FROM intake.hulpvraag WHERE connector = $1", self.connector))


@pytest.fixture
def builder(served: Served, lvs: Lvs, tmp_path: Path) -> Builder:
    return Builder(served, lvs, tmp_path)


def command(**own: Any) -> HulpvraagIndienen:
    return HulpvraagIndienen.model_validate(hulpvraag(**own))


async def heard(lvs: Connector, count: int) -> list[Received]:
    found: list[Received] = []
    async with asyncio.timeout(30):
        async for received in lvs.incoming():
            found.append(received)
            if len(found) == count:
                break
    return found


def statuses(told: HulpvraagIngediend, versions: range) -> list[Event[StatusGewijzigd]]:
    return [
        Event.about(
            StatusGewijzigd(
                swv=told.swv,
                hulpvraag=told.hulpvraag,
                dossiernummer=told.dossiernummer,
                aanvraagtype=told.aanvraagtype,
                wijziging=new_id(),
                versie=version,
                gewijzigd_op=now(),
                status=f"status {version}",
                vorige=None,
                door="automatisch",
                connector=told.connector,
            ),
            subject=told.hulpvraag,
            sequence=version,
        )
        for version in versions
    ]


async def told_of(world: World, connector: str) -> HulpvraagIngediend:
    async def found() -> Any:
        return await world.told(connector, HulpvraagIngediend)

    return HulpvraagIngediend.model_validate((await eventually(found))[0]["data"])


@pytest.mark.parametrize("point", POINTS)
async def test_killed_at_any_moment_and_run_again_a_program_has_one_hulpvraag(builder: Builder, point: str) -> None:
    said = json.dumps(hulpvraag())
    code, printed = await asyncio.to_thread(builder.program, "ask", at=point, said=said)
    assert (code, printed) == (-signal.SIGKILL, [])
    again = [await asyncio.to_thread(builder.program, "ask", said=said) for _ in range(2)]
    assert again[0] == again[1]
    assert (again[0][0], len(again[0][1])) == (0, 1)
    assert await builder.stored() == 1


async def test_what_was_kept_and_never_sent_goes_out_by_itself_when_the_program_runs_again(builder: Builder) -> None:
    with closing(Store(builder.path)) as store:
        sent = store.keep("a", command())
    with closing(Store(builder.path)) as store:
        async with Connector.open(builder.url, builder.connector, store) as lvs:
            (answer,) = await heard(lvs, 1)
        assert (answer.betreft, isinstance(answer.content, Aanvaard)) == (str(sent.id), True)
        assert store.unanswered() == []
    assert await builder.stored() == 1


@pytest.mark.parametrize("point", ["before-receive", "after-receive", "after-ack", "before-taken", "after-taken"])
async def test_a_reader_that_is_killed_hears_on_where_it_was_and_misses_nothing(builder: Builder, point: str) -> None:
    with closing(Store(":memory:")) as store:
        async with Connector.open(builder.url, builder.connector, store) as lvs:
            await asyncio.gather(*(lvs.ask(message(command())) for _ in range(2)))
    told = await told_of(builder.world, builder.connector)
    for event in statuses(told, range(1, 9)):  # one at a time: an older one after a newer is not told
        await builder.world.sandbox.publish(event)
        await eventually(partial(builder.has_status, event.data.versie))
    _, first = await asyncio.to_thread(builder.program, "hear", "99", at=point)
    left = 8 - len(set(first)) + (point == "before-taken")
    rest = (await asyncio.to_thread(builder.program, "hear", str(left)))[1] if left else []
    numbers = [int(line.split()[0]) for line in [*first, *rest]]
    assert sorted(set(numbers)) == list(range(3, 11))
    assert numbers == sorted(numbers)
    assert len(numbers) - len(set(numbers)) == (point == "before-taken"), "what was in hand comes again, and nothing else"


async def test_a_broken_connection_is_made_again_and_nobody_who_asks_notices(builder: Builder) -> None:
    management = builder.world.sandbox.rabbitmq.management
    user = builder.world.users[builder.connector]

    async def close_all() -> None:
        def close() -> int:
            mine = [one for one in management.request("GET", "connections") if one.get("user") == user]
            for one in mine:
                management.request("DELETE", "connections", one["name"])
            return len(mine)

        await eventually(lambda: asyncio.to_thread(close), within=20)

    with closing(Store(builder.path)) as store:
        async with Connector.open(builder.url, builder.connector, store) as lvs:
            assert isinstance(await lvs.ask(message(command())), Aanvaard)
            asked = [asyncio.create_task(lvs.ask(store.keep(str(number), command()))) for number in range(10)]
            await close_all()
            later = asyncio.create_task(lvs.ask(message(command())))
            answers = await asyncio.gather(*asked, later)
            assert all(isinstance(answer, Aanvaard) for answer in answers)
        assert store.gaps() == []
    assert await builder.stored() == 12


async def test_an_answer_that_another_process_with_the_same_store_read_is_returned_all_the_same(builder: Builder) -> None:
    with closing(Store(builder.path)) as store, closing(Store(builder.path)) as other:
        async with (
            Connector.open(builder.url, builder.connector, store) as lvs,
            Connector.open(builder.url, builder.connector, other) as beside,
        ):
            pairs = [(lvs, store), (beside, other)] * 5
            asked = (one.ask(its.keep(str(number), command())) for number, (one, its) in enumerate(pairs))
            answers = await asyncio.gather(*asked)
            found = await heard(lvs, 10)
        assert all(isinstance(answer, Aanvaard) for answer in answers)
        assert [one.volgnummer for one in found] == list(range(1, 11))
        assert store.gaps() == []


async def test_every_fault_comes_back_with_its_field_and_a_sentence(builder: Builder) -> None:
    with closing(Store(builder.path)) as store:
        async with Connector.open(builder.url, builder.connector, store) as lvs:
            answer = await lvs.ask(message(command(school={"brin": "99ZZ"}, datum="2199-01-01")))
            raw = await lvs.ask(Sent(new_id(), HulpvraagIndienen.TYPE, b"[]"))
    assert isinstance(answer, Geweigerd)
    assert {fault.field for fault in answer.fouten} == {"school", "datum"}
    assert isinstance(raw, Geweigerd)


async def test_without_an_answer_in_time_the_same_can_be_asked_again(builder: Builder) -> None:
    with closing(Store(builder.path)) as store:
        sent = store.keep("a", command())
        async with Connector.open(builder.url, builder.connector, store) as lvs:
            with pytest.raises(NoAnswer, match="stuur hetzelfde bericht opnieuw"):
                await lvs.ask(sent, timeout=0.0001)
            assert isinstance(await lvs.ask(sent), Aanvaard)
    assert await builder.stored() == 1


async def test_a_wrong_password_is_said_at_once(builder: Builder) -> None:
    wrong = builder.url.replace(f":{builder.world.users[builder.connector]}@", ":anders@")
    with closing(Store(":memory:")) as store, pytest.raises(Unreachable):
        async with Connector.open(wrong, builder.connector, store):
            pass


async def test_a_connector_that_was_away_for_long_hears_everything_in_order(
    sandbox: Sandbox, world: World, tmp_path: Path
) -> None:
    async with running(make_service(intake_settings(sandbox, window=20)), declared_for=EVENTS):
        url = sandbox.rabbitmq.amqp_url(world.users["parnassys"], world.users["parnassys"], sandbox.name)
        with closing(Store(tmp_path / "lvs.sqlite")) as store:
            async with Connector.open(url, "parnassys", store) as lvs:
                assert isinstance(await lvs.ask(message(command())), Aanvaard)
            told = await told_of(world, "parnassys")
            for start in range(1, 301, 50):
                await sandbox.publish(*statuses(told, range(start, start + 50)))
            await eventually(lambda: world.fetchval("SELECT statusversie = 300 FROM intake.hulpvraag"), within=30)
            count = await world.fetchval("SELECT count(*) FROM intake.uitgaand")
            async with Connector.open(url, "parnassys", store) as lvs:
                found = await heard(lvs, count)
            assert [one.volgnummer for one in found] == list(range(1, count + 1))
            versions = [one.content.versie for one in found if isinstance(one.content, StatusBericht)]
            assert versions == sorted(set(versions))
            assert versions[-1] == 300
            assert store.gaps() == []
