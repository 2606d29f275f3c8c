"""A connector under load, as a process of its own: ``python -m bench.load URL CONNECTOR SECONDS RATE IN_FLIGHT PREFIX``.

Submits A&K requests without bijlage: at RATE a second, or as fast as answers come when RATE is 0, with at most IN_FLIGHT
unanswered. What has no answer when the broker goes away is sent again when it is back. Prints JSON: how many were sent and
answered, and for each when it was sent, when it was answered, and its dossiernummer.
"""

import asyncio
import json
import sys
import time
from typing import Any
from uuid import uuid4

import aio_pika
import uvloop
from aiormq.exceptions import AMQPError
from yarl import URL

from shared import clock

PATIENCE = 30
"""Seconds to wait for the last answers."""
SCHOLEN = ("99XA", "99XB", "99XC")
LETTERS = str.maketrans("0123456789", "abcdefghij")
"""Names are told apart by their letters: with numbers all pupils would be alike, and proposed as one."""


def body(prefix: str, number: int) -> bytes:
    """One A&K request; every pupil is another one."""
    return json.dumps(
        {
            "swv": "PO2507",
            "eigenReferentie": f"{prefix}-{number}",
            "aanvraagtype": "A&K",
            "datum": clock.today().isoformat(),
            "omschrijving": "Een verzonnen hulpvraag om te meten.",
            "school": {"brin": SCHOLEN[number % 3], "vestiging": "00"},
            "leerling": {
                "leerlingid": f"{prefix}-{number}",
                "roepnaam": "Meet",
                "achternaam": f"Voorbeeld {f'{prefix}{number}'.translate(LETTERS)}",
                "geboortedatum": "2016-05-04",
            },
            "contactpersoon": {"naam": "Iris Linde", "email": f"ib{number % 50}@bench.example", "functie": "IB"},
        }
    ).encode()


class Load:
    """One run."""

    def __init__(self, rate: float, in_flight: int, prefix: str) -> None:
        self.rate = rate
        self.prefix = prefix
        self.room = asyncio.Semaphore(in_flight)
        self.publishing: set[asyncio.Future[Any]] = set()
        self.places: dict[str, int] = {}
        self.sent: dict[str, float] = {}
        self.answered: dict[str, float] = {}
        self.numbers: dict[str, int] = {}
        self.refused = 0

    async def run(self, url: str, connector: str, seconds: float) -> None:
        """Submit for this long, then wait for the last answers; over as many connections as it takes."""
        self.begin = time.monotonic()
        self.until = self.begin + seconds
        while time.monotonic() < self.until + PATIENCE:
            try:
                await self._session(url, connector)
            except (AMQPError, OSError, RuntimeError, asyncio.CancelledError):  # aiormq cancels who waits when the broker dies
                await asyncio.sleep(0.05)
            else:
                return

    async def _session(self, url: str, connector: str) -> None:
        connection = await aio_pika.connect(url)
        async with connection:
            self.channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            await self.channel.set_qos(prefetch_count=500)
            queue = await self.channel.get_queue(f"lvs.{connector}.uit", ensure=False)
            self.exchange = await self.channel.get_exchange(f"lvs.{connector}.in", ensure=False)
            self.user = URL(url).user or ""
            await queue.consume(self._take, no_ack=True)
            for message_id in self.sent.keys() - self.answered.keys():
                self._publish(message_id)
            while time.monotonic() < self.until:
                if self.rate:
                    await asyncio.sleep(max(0, self.begin + len(self.sent) / self.rate - time.monotonic()))
                if await self._room():
                    message_id = str(clock.new_id())
                    self.places[message_id] = len(self.sent)
                    self.sent[message_id] = time.time()
                    self._publish(message_id)
            await asyncio.gather(*self.publishing, return_exceptions=True)
            while len(self.answered) < len(self.sent) and time.monotonic() < self.until + PATIENCE:
                self._check()
                await asyncio.sleep(0.05)

    async def _room(self) -> bool:
        """Wait until one more may be unanswered; False when it takes long, to look at the time and the connection."""
        self._check()
        if not self.room.locked():
            return await self.room.acquire()
        try:
            async with asyncio.timeout(0.5):
                return await self.room.acquire()
        except TimeoutError:
            return False

    def _check(self) -> None:
        if self.channel.is_closed:
            raise ConnectionError

    def _publish(self, message_id: str) -> None:
        message = aio_pika.Message(
            body(self.prefix, self.places[message_id]),
            message_id=message_id,
            type="nl.passend-onderwijs.hulpvraag.indienen.v1",
            user_id=self.user,
            content_type="application/json",
            delivery_mode=2,
        )
        task = asyncio.ensure_future(self.exchange.publish(message, "", mandatory=True))
        self.publishing.add(task)
        task.add_done_callback(self._published)

    def _published(self, task: "asyncio.Future[Any]") -> None:
        """Forget it; one that failed is sent again over the next connection, for it has no answer."""
        self.publishing.discard(task)
        if not task.cancelled():
            task.exception()

    async def _take(self, message: aio_pika.abc.AbstractIncomingMessage) -> None:
        about = message.correlation_id
        answers = message.type and message.type.startswith("nl.passend-onderwijs.antwoord.")
        if not answers or about not in self.sent or about in self.answered:  # the first answer counts
            return
        self.room.release()
        self.answered[about] = time.time()
        if "aanvaard" in str(message.type):
            self.numbers[about] = json.loads(message.body)["dossiernummer"]
        else:
            self.refused += 1


async def main() -> None:
    """Run and print."""
    url, connector, seconds, rate, in_flight, prefix = sys.argv[1:7]
    load = Load(float(rate), int(in_flight), prefix or uuid4().hex[:8])
    await load.run(url, connector, float(seconds))
    took = [[load.sent[one], load.answered[one], load.numbers.get(one)] for one in load.answered]
    json.dump({"sent": len(load.sent), "refused": load.refused, "answered": took}, sys.stdout)


if __name__ == "__main__":
    uvloop.run(main())
