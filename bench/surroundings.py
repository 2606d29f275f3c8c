"""What the figures were measured on: versions and the settings that cost speed, asked of the servers themselves."""

import asyncio
import importlib.metadata
import os
import sys

import asyncpg

from schakel_local.stack import Stack

LIBRARIES = ("faststream", "aio-pika", "asyncpg", "fastapi", "pydantic", "uvloop", "uvicorn", "typst")
SETTINGS = ("server_version", "fsync", "synchronous_commit", "full_page_writes", "shared_buffers")


def describe(stack: Stack) -> list[str]:
    """Name the machine, the servers and the libraries."""
    rabbit = stack.rabbitmq.management.request("GET", "overview")
    settings = asyncio.run(_settings(stack))
    load = os.getloadavg()[0]
    return [
        f"Python {sys.version.split()[0]} ({sys.executable}), {os.cpu_count()} cores, load {load:.1f}",
        ", ".join(f"{name} {importlib.metadata.version(name)}" for name in LIBRARIES),
        f"RabbitMQ {rabbit['rabbitmq_version']} on Erlang {rabbit['erlang_version']}; quorum queues, one node",
        "PostgreSQL " + ", ".join(f"{name} {value}" for name, value in settings.items()),
    ]


async def _settings(stack: Stack) -> dict[str, str]:
    connection = await asyncpg.connect(stack.postgres.superuser_dsn())
    try:
        return {name: await connection.fetchval(f"SHOW {name}") for name in SETTINGS}
    finally:
        await connection.close()
