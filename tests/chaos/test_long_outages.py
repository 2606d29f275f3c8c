"""A database that stays away longer than RabbitMQ lets a consumer keep a message (``consumer_timeout``, 30 minutes by default).

The broker then closes the consumers' channel and takes the messages back. The channel must open again by itself, and no message
may end as a dead letter. On servers of its own: the database is really killed, the broker's limit is really short.
"""

import asyncio
import time
from pathlib import Path

import pytest

from support.chaos import Fleet, Report, probe, send_directly
from support.sandbox import eventually, sandbox_on, servers_of_its_own

LOAD = 120
CLOSED = "has timed out waiting for delivery acknowledgement"


async def database_away(folder: Path, *, away: float, limit: float, look: float) -> tuple[Report, int]:
    """Take the database away under load; count afterwards, and how often the broker took messages back.

    ``limit`` is the broker's consumer_timeout and ``look`` how often it looks, in seconds.
    """
    async with servers_of_its_own(folder) as (postgres, broker):
        for name, value in (("consumer_timeout", limit), ("channel_tick_interval", look)):
            await asyncio.to_thread(broker.control, "eval", f"application:set_env(rabbit, {name}, {round(value * 1000)}).")
        async with sandbox_on(postgres, broker) as box, probe(box) as fleet:
            fleet.start(replicas=2)
            await fleet.ready()
            await fleet.submit(LOAD // 2)
            await send_directly(fleet, LOAD // 2)
            await asyncio.to_thread(postgres.kill)
            began = time.monotonic()
            await send_directly(fleet, LOAD // 2)
            await asyncio.sleep(began + away - time.monotonic())
            closed = broker.log.read_text(errors="replace").count(CLOSED)
            await asyncio.to_thread(postgres.start)
            report = await fleet.settled(within=30)
            await eventually(lambda: works_again(fleet), within=30)
            return report, closed


async def works_again(fleet: Fleet) -> bool:
    """Tell whether every replica is ready, its consumers included."""
    try:
        await fleet.ready(within=1)
    except AssertionError:
        return False
    return True


@pytest.mark.in_turn(of=3)
async def test_a_database_away_past_the_brokers_patience_costs_no_message(server_folder: Path) -> None:
    report, closed = await database_away(server_folder, away=12, limit=3, look=1)
    print("database away 12 s, consumer_timeout 3 s:", report, f"channels closed {closed} times")
    assert closed >= 4
    assert report.clean, report


@pytest.mark.long
@pytest.mark.timeout(1500)
async def test_a_database_away_for_fifteen_minutes_costs_no_message(server_folder: Path) -> None:
    report, closed = await database_away(server_folder, away=900, limit=60, look=10)
    print("database away 900 s, consumer_timeout 60 s:", report, f"channels closed {closed} times")
    assert closed >= 20
    assert report.clean, report
