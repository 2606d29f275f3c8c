"""A builder's program, to be killed: ``python -m support.lvs_program URL CONNECTOR STORE POINT COMMAND [COUNT]``.

``ask`` sends the hulpvraag on stdin under one key and prints its dossiernummer; ``hear`` prints the number of each message that
comes, until it heard COUNT. At POINT the process ends with SIGKILL.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from typing import Any

from aio_pika.message import IncomingMessage

from schakel_lvs import Connector, Store
from schakel_lvs.berichten import Aanvaard, HulpvraagIndienen
from schakel_lvs.link import Link

POINTS = ("before-keep", "after-keep", "after-publish", "before-receive", "after-receive", "after-ack", "after-answer")


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(point: str) -> None:
    """End the process right before or after this step, the first time."""
    publish, receive, ack, taken = Link.publish, Store.receive, IncomingMessage.ack, Store.taken

    async def published(self: Link, *arguments: Any) -> None:
        await publish(self, *arguments)
        die()

    def received(self: Store, arrived: Any) -> Any:
        if point == "before-receive":
            die()
        found = receive(self, arrived)
        die()
        return found

    async def acked(self: IncomingMessage, *arguments: Any, **named: Any) -> None:
        await ack(self, *arguments, **named)
        await asyncio.sleep(0.2)  # the ack is on its way when this returns
        die()

    def took(self: Store, number: int) -> None:
        if point == "before-taken":
            die()
        taken(self, number)
        die()

    changes: dict[str, tuple[type, str, Callable[..., Awaitable[None] | Any]]] = {
        "after-publish": (Link, "publish", published),
        "before-receive": (Store, "receive", received),
        "after-receive": (Store, "receive", received),
        "after-ack": (IncomingMessage, "ack", acked),
        "before-taken": (Store, "taken", took),
        "after-taken": (Store, "taken", took),
    }
    if point in changes:
        setattr(*changes[point])


async def ask(url: str, connector: str, store: Store, point: str) -> None:
    command = HulpvraagIndienen.model_validate_json(sys.stdin.read())
    async with Connector.open(url, connector, store) as lvs:
        if point == "before-keep":
            die()
        sent = store.keep("de hulpvraag", command)
        if point == "after-keep":
            die()
        answer = await lvs.ask(sent)
        if point == "after-answer":
            die()
    assert isinstance(answer, Aanvaard)
    print(answer.dossiernummer)


async def hear(url: str, connector: str, store: Store, count: int) -> None:
    async with Connector.open(url, connector, store) as lvs:
        async for received in lvs.incoming():
            print(received.volgnummer, received.missed, flush=True)
            count -= 1
            if not count:
                return


async def main(url: str, connector: str, path: str, point: str, what: str, count: str = "0") -> None:
    arm(point)
    store = Store(path)
    await (ask(url, connector, store, point) if what == "ask" else hear(url, connector, store, int(count)))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
