"""A connector under load, as a process of its own: ``python -m bench.load URL CONNECTOR SECONDS RATE IN_FLIGHT PREFIX``.

Submits A&K requests without bijlage: at RATE a second, or as fast as answers come when RATE is 0, with at most IN_FLIGHT
unanswered. Prints JSON: how many were sent and answered, and for each the seconds from publish to aanvaard.
"""

import asyncio
import json
import sys
import time
from uuid import uuid4

import aio_pika
import uvloop
from yarl import URL

from shared import clock

SCHOLEN = ("99XA", "99XB", "99XC")


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
                "achternaam": f"Voorbeeld {number}",
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
        self.sent: dict[str, float] = {}
        self.answered: dict[str, float] = {}
        self.numbers: dict[str, int] = {}
        self.refused = 0

    async def run(self, url: str, connector: str, seconds: float) -> None:
        """Submit for this long, then wait for the last answers."""
        connection = await aio_pika.connect(url)
        async with connection:
            channel = await connection.channel(publisher_confirms=True, on_return_raises=True)
            await channel.set_qos(prefetch_count=500)
            queue = await channel.get_queue(f"lvs.{connector}.uit", ensure=False)
            exchange = await channel.get_exchange(f"lvs.{connector}.in", ensure=False)
            await queue.consume(self._take, no_ack=True)
            user = URL(url).user
            begin = time.monotonic()
            number = 0
            publishing: set[asyncio.Task[object]] = set()
            while time.monotonic() - begin < seconds:
                if self.rate:
                    await asyncio.sleep(max(0, begin + number / self.rate - time.monotonic()))
                await self.room.acquire()
                message_id = str(clock.new_id())
                message = aio_pika.Message(
                    body(self.prefix, number),
                    message_id=message_id,
                    type="nl.passend-onderwijs.hulpvraag.indienen.v1",
                    user_id=user,
                    content_type="application/json",
                    delivery_mode=2,
                )
                self.sent[message_id] = time.time()
                task = asyncio.ensure_future(exchange.publish(message, "", mandatory=True))
                publishing.add(task)
                task.add_done_callback(publishing.discard)
                number += 1
            await asyncio.gather(*publishing)
            deadline = time.monotonic() + 30
            while len(self.answered) < len(self.sent) and time.monotonic() < deadline:  # noqa: ASYNC110 - polled, so as not to cost
                await asyncio.sleep(0.05)

    async def _take(self, message: aio_pika.abc.AbstractIncomingMessage) -> None:
        if message.type and message.type.startswith("nl.passend-onderwijs.antwoord.") and message.correlation_id in self.sent:
            if message.correlation_id not in self.answered:
                self.room.release()
            self.answered[message.correlation_id] = time.time()
            if "aanvaard" in message.type:
                self.numbers[message.correlation_id] = json.loads(message.body)["dossiernummer"]
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
