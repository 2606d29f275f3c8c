"""Organisations and connectors for tests of intake, and a pupil administration system that speaks the public contract."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Self
from uuid import uuid4

import aio_pika
import httpx
from aio_pika.abc import AbstractChannel, AbstractConnection, AbstractIncomingMessage, AbstractQueue

from intake.connectors import ConnectorOpgave, add_connector, permissions
from intake.domain import names
from intake.organisations import load
from intake.settings import Settings
from shared import clock
from shared.contracts.connector import HulpvraagIndienen
from shared.contracts.intake import (
    BijlagenAangeboden,
    BriefOpgevraagd,
    HulpvraagGewijzigd,
    HulpvraagIngediend,
    HulpvraagIngetrokken,
    OrganisatieGewijzigd,
    OsoDossierAangeboden,
    OsoDossierVerwerkt,
    UploadslotsGevraagd,
)
from shared.database import Database
from shared.envelope import Data
from shared.service import Service
from support.rollen import tell_roles
from support.sandbox import Sandbox, eventually

EVENTS = tuple(
    kind.TYPE
    for kind in (
        HulpvraagIngediend,
        HulpvraagGewijzigd,
        HulpvraagIngetrokken,
        BijlagenAangeboden,
        UploadslotsGevraagd,
        BriefOpgevraagd,
        OrganisatieGewijzigd,
        OsoDossierAangeboden,
        OsoDossierVerwerkt,
    )
)
ORGANISATIONS: dict[str, Any] = {
    "swv": [{"code": "PO2507", "naam": "SWV De Proef"}, {"code": "PO00YY", "naam": "SWV Elders"}],
    "besturen": [{"code": "70001", "naam": "Stichting De Verzonnen Kring"}, {"code": "70002", "naam": "Stichting Anders"}],
    "scholen": [
        {"code": "99XA00", "naam": "De Verzonnen Linde", "bestuur": "70001", "swv": "PO2507"},
        {"code": "99XA01", "naam": "De Verzonnen Linde, locatie Bos", "bestuur": "70001", "swv": "PO2507"},
        {"code": "99XB00", "naam": "De Bedachte Beuk", "bestuur": "70002", "swv": "PO2507"},
        {"code": "99XC00", "naam": "De Gefingeerde Es", "bestuur": "70002", "swv": "PO00YY"},
    ],
}
HELMOND: dict[str, Any] = {
    "swv": [{"code": "PO3008", "naam": "SWV De Kringen"}],
    "besturen": [{"code": "70008", "naam": "Stichting De Bedachte Peel"}],
    "scholen": [
        {"code": "99XH00", "naam": "De Bedachte Peel", "bestuur": "70008", "swv": "PO3008"},
        {"code": "99XH01", "naam": "De Verzonnen Aa", "bestuur": "70008", "swv": "PO3008"},
    ],
}
"""A SWV with scholenkringen, for those who load it as well."""
SCHOLEN = ("99XA00", "99XA01")


def intake_settings(sandbox: Sandbox, **own: Any) -> Settings:
    return sandbox.settings(Settings, "intake", **{"connector_poll": 0.2, **own})


def hulpvraag(**own: Any) -> dict[str, Any]:
    """A hulpvraag as an LVS sends it, with a reference of its own."""
    return {
        "swv": "PO2507",
        "eigenReferentie": str(uuid4()),
        "aanvraagtype": "A&K",
        "datum": clock.today().isoformat(),
        "omschrijving": "Wij vragen advies.\nGraag snel.",
        "school": {"brin": "99XA", "vestiging": "00"},
        "leerling": leerling(),
        "contactpersoon": {"naam": "Ina Bedacht", "email": "ina@linde.example", "telefoon": "0240000000", "functie": "IB'er"},
        **own,
    }


def leerling(**own: Any) -> dict[str, Any]:
    return {
        "leerlingid": f"L-{uuid4()}",
        "roepnaam": "Noor",
        "voorvoegsel": "van",
        "achternaam": "Voorbeeld",
        "geboortedatum": "2016-05-04",
        **own,
    }


class FakeChannel:
    """A channel that only takes acks of many; the same scenario runs on a real one in tests/contract/intake."""

    def __init__(self) -> None:
        self.acked = 0

    async def basic_ack(self, delivery_tag: int, *, multiple: bool) -> None:
        assert multiple
        assert delivery_tag > self.acked
        self.acked = delivery_tag


class Absent(str):
    """An empty text that counts as one, so that the library does not make up an id for a message without."""

    __slots__ = ()

    def __bool__(self) -> bool:
        return True


class Lvs:
    """A pupil administration system: one connection as its own RabbitMQ user."""

    def __init__(self, connector: str, user: str, connection: AbstractConnection, channel: AbstractChannel) -> None:
        self.connector = connector
        self.user = user
        self._connection = connection
        self._channel = channel
        self._queue: AbstractQueue | None = None
        self._tag: str = ""
        self.read: deque[AbstractIncomingMessage] = deque()
        self._arrived = asyncio.Event()

    @classmethod
    async def connect(cls, connector: str, user: str, url: str) -> Self:
        connection = await aio_pika.connect(url)
        return cls(connector, user, connection, await connection.channel(publisher_confirms=True, on_return_raises=True))

    async def send(
        self,
        body: Mapping[str, Any] | bytes,
        *,
        kind: str | None = HulpvraagIndienen.TYPE,
        message_id: str | None = "",
        exchange: str | None = None,
        **properties: Any,
    ) -> str | None:
        """Publish one message, confirmed; return its id. ``message_id`` None leaves it out."""
        given = str(uuid4()) if message_id == "" else message_id
        message = aio_pika.Message(
            body if isinstance(body, bytes) else json.dumps(body).encode(),
            message_id=given,
            type=kind,
            delivery_mode=aio_pika.DeliveryMode.PERSISTENT,
            **{"content_type": "application/json", "user_id": self.user, **properties},
        )
        if given is None:
            message.message_id = Absent()
        target = await self._channel.get_exchange(exchange or names.exchange(self.connector), ensure=False)
        await target.publish(message, "", mandatory=given is not None)
        return given

    async def listen(self, prefetch: int = 100, queue: str | None = None) -> None:
        """Begin to read the outbound queue."""
        await self._channel.set_qos(prefetch_count=prefetch)
        self._queue = await self._channel.get_queue(queue or names.uit(self.connector), ensure=False)
        self._tag = await self._queue.consume(self._take)

    async def _take(self, message: AbstractIncomingMessage) -> None:
        await message.ack()
        self.read.append(message)
        self._arrived.set()

    async def queued(self) -> int:
        """How many messages wait in the outbound queue."""
        queue = await self._channel.declare_queue(names.uit(self.connector), passive=True)
        return queue.declaration_result.message_count or 0

    async def next(self, within: float = 10.0) -> dict[str, Any]:
        """Return the next message as JSON, with its properties under ``_``."""
        if self._queue is None:
            await self.listen()
        async with asyncio.timeout(within):
            while not self.read:
                self._arrived.clear()
                await self._arrived.wait()
        message = self.read.popleft()
        return {**json.loads(message.body), "_": message}

    async def many(self, count: int, within: float = 20.0) -> list[dict[str, Any]]:
        return [await self.next(within) for _ in range(count)]

    async def answer_to(self, message_id: str | None, within: float = 10.0) -> dict[str, Any]:
        """Return the next message, which must be about this one."""
        answer = await self.next(within)
        assert (answer["_"].correlation_id or "") == (message_id or "")
        return answer

    async def close(self) -> None:
        await self._connection.close()


class World:
    """Organisations and connectors of one sandbox; each connector with its own RabbitMQ user."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        self.users: dict[str, str] = {}
        self.open: list[Lvs] = []

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        database = Database(self.sandbox.database_url("intake"), size=2)
        await database.connect()
        try:
            yield database
        finally:
            await database.close()

    async def add(
        self,
        connector: str,
        scholen: tuple[str, ...] = SCHOLEN,
        *,
        swv: tuple[str, ...] = ("PO2507",),
        actief: bool = True,
        **own: Any,
    ) -> None:
        """Add a connector as an operator does: a row, and a user in RabbitMQ that may do no more than it must."""
        user = f"{self.sandbox.name}-{connector}"
        given = {"id": connector, "naam": connector, "gebruiker": user, "swv": swv, "scholen": scholen, "actief": actief}
        opgave = ConnectorOpgave.model_validate({**given, **own})
        async with self.database() as database, database.transaction() as tx:
            await add_connector(tx, opgave, actor="operator:test")
        await self.grant(user, **permissions(connector))
        self.users[connector] = user

    async def grant(self, user: str, *, configure: str, write: str, read: str) -> None:
        management = self.sandbox.rabbitmq.management
        await asyncio.to_thread(
            management.add_user, user, user, configure=configure, write=write, read=read, vhost=self.sandbox.name
        )

    async def served(self, connector: str) -> None:
        """Wait until intake has taken up a connector that was added while it runs."""
        path = ("bindings", self.sandbox.name, "e", names.exchange(connector), "q", names.inbox(connector))

        async def bound() -> bool:
            try:
                return bool(await asyncio.to_thread(self.sandbox.rabbitmq.management.request, "GET", *path))
            except httpx.HTTPStatusError:
                return False

        await eventually(bound, within=20)

    async def fetch(self, query: str, *arguments: Any) -> list[Any]:
        async with self.sandbox.connect() as connection:
            return await connection.fetch(query, *arguments)

    async def fetchval(self, query: str, *arguments: Any) -> Any:
        async with self.sandbox.connect() as connection:
            return await connection.fetchval(query, *arguments)

    async def told(self, connector: str, kind: type[Data]) -> list[dict[str, Any]]:
        """The events of this type about what this connector sent, oldest first."""
        events = await self.sandbox.published("intake", kind.TYPE)
        who = {connector, names.aanbieder(connector)}
        return [event for event in events if {event["data"].get("connector"), event["data"].get("aanbieder")} & who]

    async def lvs(self, connector: str = "parnassys") -> Lvs:
        user = self.users[connector]
        url = self.sandbox.rabbitmq.amqp_url(user, user, self.sandbox.name)
        lvs = await Lvs.connect(connector, user, url)
        self.open.append(lvs)
        return lvs

    async def close(self) -> None:
        for lvs in self.open:
            await lvs.close()
        for user in self.users.values():
            await asyncio.to_thread(self.sandbox.rabbitmq.management.delete_user, user)


@dataclass(frozen=True)
class Served:
    """An intake that runs for all tests of a module."""

    sandbox: Sandbox
    world: World
    service: Service
    http: httpx.AsyncClient


@asynccontextmanager
async def world_of(sandbox: Sandbox) -> AsyncIterator[World]:
    """Two SWVs, two boards, four schools and one connector, ``parnassys``, that speaks for the first board's schools."""
    world = World(sandbox)
    async with world.database() as database, database.transaction() as tx:
        await load(tx, ORGANISATIONS, actor="operator:test")
    await tell_roles(sandbox, "intake", "PO2507", "PO00YY")
    await world.add("parnassys")
    try:
        yield world
    finally:
        await world.close()
