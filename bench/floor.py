"""The floor: what one step costs with nothing of ours around it.

A bare FastStream handler, prefetch 50, one process: one transaction with an inbox row, one update and one outbox row; then the
ack. Runs as a process of its own: ``python -m bench.floor AMQP_URL DATABASE_URL COUNT`` prints steps a second.
"""

import asyncio
import sys
import time
import uuid

import aio_pika
import asyncpg
import uvloop
from faststream import AckPolicy
from faststream.rabbit import Channel, QueueType, RabbitBroker, RabbitQueue

TABLES = """
CREATE SCHEMA IF NOT EXISTS floor;
CREATE TABLE IF NOT EXISTS floor.inbox
    (consumer text, message_id uuid, received_at timestamptz, PRIMARY KEY (consumer, message_id));
CREATE TABLE IF NOT EXISTS floor.state (id integer PRIMARY KEY, version integer NOT NULL);
CREATE TABLE IF NOT EXISTS floor.outbox (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, body bytea, sent_at timestamptz);
INSERT INTO floor.state SELECT n, 0 FROM generate_series(0, 999) AS n ON CONFLICT DO NOTHING;
"""
BODY = b"{" + b'"a": "' + b"x" * 600 + b'"}'


async def measure(amqp: str, database: str, count: int) -> float:
    """Fill a queue, then let the handler work; return steps a second."""
    pool = await asyncpg.create_pool(database, min_size=10, max_size=10)
    await pool.execute(TABLES)
    await _fill(amqp, count)
    broker = RabbitBroker(amqp, default_channel=Channel(prefetch_count=50), logger=None)
    done = asyncio.Event()
    times: list[float] = []

    @broker.subscriber(RabbitQueue("floor", QueueType.QUORUM), ack_policy=AckPolicy.REJECT_ON_ERROR, no_reply=True)
    async def step(body: dict[str, str]) -> None:  # noqa: ARG001 - decoding it is part of the step
        async with pool.acquire() as connection, connection.transaction():
            await connection.fetchval(
                "INSERT INTO floor.inbox VALUES ('floor', $1, now()) ON CONFLICT DO NOTHING RETURNING true", uuid.uuid4()
            )
            await connection.execute("UPDATE floor.state SET version = version + 1 WHERE id = $1", len(times) % 1000)
            await connection.execute("INSERT INTO floor.outbox (body) VALUES ($1)", BODY)
        times.append(time.monotonic())
        if len(times) == count:
            done.set()

    await broker.start()
    await done.wait()
    await broker.stop()
    await pool.close()
    warm = times[count // 10 :]
    return (len(warm) - 1) / (warm[-1] - warm[0])


async def _fill(amqp: str, count: int) -> None:
    connection = await aio_pika.connect(amqp)
    async with connection:
        channel = await connection.channel()
        await channel.declare_queue("floor", durable=True, arguments={"x-queue-type": "quorum"})
        for begin in range(0, count, 200):
            messages = (
                channel.default_exchange.publish(
                    aio_pika.Message(BODY, content_type="application/json", delivery_mode=2, message_id=str(n)), "floor"
                )
                for n in range(begin, min(begin + 200, count))
            )
            await asyncio.gather(*messages)


if __name__ == "__main__":
    print(uvloop.run(measure(sys.argv[1], sys.argv[2], int(sys.argv[3]))))
