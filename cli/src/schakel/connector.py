"""A reference connector: how an LVS talks to Schakel, in the fewest lines that lose nothing.

>>> async with Connector.open("amqp://lvs-demo:…@host/", "demo") as lvs:
...     slots = await lvs.ask(message(UploadslotsAanvragen(...)))
...     await upload(slots.uploadslots[0], path)
...     answer = await lvs.ask(message(HulpvraagIndienen(...)))
>>> answer.dossiernummer
100001

Store what you send, id included, before you send it; send it again until the answer is there. The same message any number of
times gives the same answer.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

import aio_pika
import httpx
from aio_pika.abc import AbstractChannel, AbstractIncomingMessage, AbstractQueue
from opentelemetry.trace import SpanKind
from pydantic import BaseModel
from yarl import URL

from shared import clock, telemetry
from shared.contracts import connector as contract
from shared.errors import SchakelError, TemporaryError

Answer = contract.Aanvaard | contract.Geweigerd | contract.Uploadslots | contract.Statussen | contract.KoppelingAntwoord
News = contract.StatusBericht | contract.BijlagenBericht | contract.BriefBericht | contract.DossierBericht
KINDS: dict[str, type[Answer | News]] = {
    kind.TYPE: kind
    for kind in (
        contract.Aanvaard,
        contract.Geweigerd,
        contract.Uploadslots,
        contract.Statussen,
        contract.KoppelingAntwoord,
        contract.StatusBericht,
        contract.BijlagenBericht,
        contract.BriefBericht,
        contract.DossierBericht,
    )
}
"""Everything a connector may hear, by ``type``."""


class UploadFailed(SchakelError):
    """The place for a file did not take it: expired, too large, or not what was announced."""

    slug = "upload-mislukt"
    status = 422


@dataclass(frozen=True, slots=True)
class Sent:
    """A command as it goes out: keep it, and send exactly this again."""

    id: UUID
    type: str
    body: bytes


def message(command: contract.Public, *, id_: UUID | None = None) -> Sent:
    """Write a command down, with an id of its own."""
    kind = next(name for name, known in contract.COMMANDS.items() if isinstance(command, known))
    return Sent(id_ or clock.new_id(), kind, command.model_dump_json(by_alias=True, exclude_defaults=True).encode())


class Connector:
    """One connector's channel: ``ask`` for commands with an answer, ``news`` for what comes later."""

    def __init__(self, channel: AbstractChannel, queue: AbstractQueue, connector: str, user: str) -> None:
        self._channel = channel
        self._queue = queue
        self._connector = connector
        self._user = user
        self._waiting: dict[str, asyncio.Future[Answer]] = {}
        self._news: asyncio.Queue[News] = asyncio.Queue()

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, connector: str) -> AsyncIterator["Connector"]:
        """Connect as this connector's user and start reading."""
        connection = await aio_pika.connect(url, client_properties={"connection_name": f"lvs-{connector}"})
        async with connection:
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            await channel.set_qos(prefetch_count=200)
            queue = await channel.get_queue(f"lvs.{connector}.uit", ensure=False)
            self = cls(channel, queue, connector, URL(url).user or "")
            tag = await queue.consume(self._take)
            try:
                yield self
            finally:
                await queue.cancel(tag)

    async def send(self, sent: Sent, *, traceparent: str | None = None) -> None:
        """Hand a command to the broker; once this returns it will not be lost. ``traceparent``: W3C, to follow it."""
        with telemetry.span(f"lvs {sent.type}", traceparent, SpanKind.PRODUCER) as here:
            exchange = await self._channel.get_exchange(f"lvs.{self._connector}.in", ensure=False)
            outgoing = aio_pika.Message(
                sent.body,
                message_id=str(sent.id),
                type=sent.type,
                user_id=self._user,
                content_type="application/json",
                delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
                headers={"traceparent": here} if here else {},
            )
            await exchange.publish(outgoing, routing_key="", mandatory=True, timeout=10)

    async def ask(
        self,
        sent: Sent,
        *,
        timeout: float = 30,  # noqa: ASYNC109 - part of the contract
        traceparent: str | None = None,
    ) -> Answer:
        """Send a command and wait for its answer. Raises TemporaryError when none comes in time: send it again."""
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting[str(sent.id)] = answer
        try:
            await self.send(sent, traceparent=traceparent)
            async with asyncio.timeout(timeout):
                return await answer
        except TimeoutError:
            raise TemporaryError(f"geen antwoord binnen {timeout:g} seconden; stuur hetzelfde bericht opnieuw") from None
        finally:
            del self._waiting[str(sent.id)]

    async def news(self) -> News:
        """Wait for the next message that is no answer: a status, bijlagen that were judged, a letter."""
        return await self._news.get()

    async def _take(self, incoming: AbstractIncomingMessage) -> None:
        kind = KINDS.get(incoming.type or "")
        if kind is not None:
            read: BaseModel = kind.model_validate_json(incoming.body)
            waiting = self._waiting.get(incoming.correlation_id or "")
            if isinstance(read, News):
                self._news.put_nowait(read)
            elif waiting is not None and not waiting.done() and isinstance(read, Answer):
                waiting.set_result(read)
        await incoming.ack()


def announce(path: Path) -> contract.BestandOpgave:
    """Describe a file for ``UploadslotsAanvragen``."""
    content = path.read_bytes()
    return contract.BestandOpgave(naam=path.name, grootte=len(content), sha256=hashlib.sha256(content).hexdigest())


async def upload(slot: contract.UploadslotAntwoord, path: Path) -> None:
    """Put a file in its place. Raises UploadFailed with what the store said."""
    content = await asyncio.to_thread(path.read_bytes)
    async with httpx.AsyncClient(timeout=60, trust_env=False) as http:
        answer = await http.post(slot.url, data=slot.velden, files={"file": (path.name, content)})
    if answer.is_error:
        raise UploadFailed(f"{path.name}: de opslag antwoordde {answer.status_code}")
