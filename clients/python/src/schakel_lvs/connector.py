"""A connector at work: sends, asks, reads, and connects again whenever the connection breaks.

>>> async with Connector.open("amqps://lvs-demo:…@host/", "demo", Store("schakel.sqlite")) as lvs:
...     answer = await lvs.ask(store.keep("HV-2026-0412", HulpvraagIndienen(...)))
>>> answer.dossiernummer
100001

Each message is written to the store before the broker hears that it arrived, and is forgotten there when the caller has it.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from uuid import UUID

from aio_pika.abc import AbstractIncomingMessage

from schakel_lvs.berichten import (
    Antwoord,
    BijlageGeweigerd,
    BriefLink,
    BriefOphalen,
    Fault,
    Geweigerd,
    Uploadslots,
    UploadslotsAanvragen,
)
from schakel_lvs.errors import Expired, LvsError, NoAnswer, Refused, Unreachable
from schakel_lvs.files import Progress, Soort, announce, download, silent, upload
from schakel_lvs.link import Link, broken
from schakel_lvs.messages import Received, Sent, message
from schakel_lvs.store import Store

VOLGNUMMER = "volgnummer"
"""The AMQP header with the place of a message in the connector's row."""
_LOOK = 1.0
"""Seconds after which we look for what another process with the same store took."""
_PAUSES = (0.1, 0.5, 1.0, 2.0, 5.0)
"""Seconds before each next try to connect; the last one for all that follow."""


class Connector:
    """One connector. ``ask`` for what has an answer, ``incoming`` for everything that comes."""

    def __init__(self, url: str, connector: str, store: Store) -> None:
        self._url = url
        self._connector = connector
        self._store = store
        self._link: Link | None = None
        self._asked: dict[UUID, list[tuple[Sent, asyncio.Future[Received]]]] = {}
        self._arrived = asyncio.Event()
        self._reading: asyncio.Task[None] | None = None

    @classmethod
    @asynccontextmanager
    async def open(cls, url: str, connector: str, store: Store) -> AsyncIterator["Connector"]:
        """Connect as this connector's user, send what has no answer yet, and read. Only the first time raises Unreachable."""
        self = cls(url, connector, store)
        self._link = await Link.open(url, connector)
        self._reading = asyncio.create_task(self._stay(self._link))
        try:
            yield self
        finally:
            self._reading.cancel()
            with suppress(asyncio.CancelledError):
                await self._reading

    async def send(self, sent: Sent, *, traceparent: str | None = None) -> None:
        """Hand a command to the broker; once this returns it will not be lost there. Raises Unreachable: send it again.

        ``traceparent``: W3C, to follow what becomes of it.
        """
        if self._link is None:
            raise Unreachable("de broker is niet bereikbaar; er wordt opnieuw verbinding gezocht")
        await self._link.publish(sent, traceparent)

    async def ask(
        self,
        sent: Sent,
        *,
        timeout: float = 30,  # noqa: ASYNC109 - part of the contract
        traceparent: str | None = None,
    ) -> Antwoord:
        """Send a command and return its answer; one that was kept and answered before is not sent again.

        Raises NoAnswer when none comes in time, whatever happened to the connection meanwhile: ask the same again.
        """
        known = await asyncio.to_thread(self._store.answer, sent.id)
        if known is not None:
            return _answer(known)
        answer: asyncio.Future[Received] = asyncio.get_running_loop().create_future()
        waiting = self._asked.setdefault(sent.id, [])
        waiting.append((sent, answer))
        try:
            async with asyncio.timeout(timeout):
                with suppress(Unreachable):
                    await self.send(sent, traceparent=traceparent)
                return _answer(await self._answered(sent.id, answer))
        except TimeoutError:
            raise NoAnswer(f"geen antwoord binnen {timeout:g} seconden; stuur hetzelfde bericht opnieuw") from None
        finally:
            waiting.remove((sent, answer))
            if not waiting:
                del self._asked[sent.id]

    async def incoming(self) -> AsyncGenerator[Received, None]:
        """Return everything that comes, answers and news, in order; what came before and nobody took is first.

        A message was taken when the loop comes back for the next one: a crash before that gives it again, so that it may be
        handled twice and is never lost.
        """
        while True:
            self._arrived.clear()
            received = await asyncio.to_thread(self._store.next)
            if received is None:
                self._check()
                with suppress(TimeoutError):
                    async with asyncio.timeout(_LOOK):
                        await self._arrived.wait()
                continue
            yield received
            await asyncio.to_thread(self._store.taken, received.volgnummer)

    async def place(
        self, swv: str, files: Sequence[Path], *, soort: Soort = "bijlage", progress: Progress = silent
    ) -> tuple[UUID, ...]:
        """Ask places for files and put them there; return their uploadslots. Raises Refused, UploadFailed, ValidationError."""
        described = tuple([await asyncio.to_thread(announce, path, soort=soort) for path in files])
        answer = await self.ask(message(UploadslotsAanvragen(swv=swv, bestanden=described)))
        if not isinstance(answer, Uploadslots):
            raise _refused(answer)
        if answer.geweigerd:
            raise Refused([_fault(one) for one in answer.geweigerd])
        for slot, path in zip(answer.uploadslots, files, strict=True):
            await upload(slot, path, progress=progress)
        return tuple(slot.uploadslot for slot in answer.uploadslots)

    async def letter(self, dossiernummer: int, sha256: str, path: Path, *, progress: Progress = silent) -> BriefLink:
        """Fetch the letter that a ``BriefBericht`` told of; asks again when a link is over. Raises Refused, DownloadFailed."""
        for _ in range(3):
            answer = await self.ask(message(BriefOphalen(dossiernummer=dossiernummer, sha256=sha256)))
            if not isinstance(answer, BriefLink):
                raise _refused(answer)
            with suppress(Expired):
                await download(answer, path, progress=progress)
                return answer
        raise Expired("de link naar de brief was drie keer verlopen voordat hij aankwam; vraag de brief opnieuw op")

    async def _answered(self, sent: UUID, answer: asyncio.Future[Received]) -> Received:
        """Wait for an answer that is read here, or by another process with the same store."""
        while True:
            await asyncio.wait({answer}, timeout=_LOOK)
            if answer.done():
                return answer.result()
            if (known := await asyncio.to_thread(self._store.answer, sent)) is not None:
                return known
            self._check()

    def _check(self) -> None:
        """Reading ends with the block only: raise what ended it earlier."""
        if self._reading is not None and self._reading.done():
            self._reading.result()

    async def _stay(self, link: Link) -> None:
        pauses = 0
        while True:
            try:
                self._link = link
                await self._send_again(link)
                async for batch in link.deliveries():
                    pauses = 0
                    await self._take(batch)
            except Unreachable:
                pass
            finally:
                self._link = None
                await link.close()
            link, pauses = await self._connect_again(pauses)

    async def _connect_again(self, pauses: int) -> tuple[Link, int]:
        while True:
            await asyncio.sleep(_PAUSES[min(pauses, len(_PAUSES) - 1)])
            pauses += 1
            with suppress(Unreachable):
                return await Link.open(self._url, self._connector), pauses

    async def _send_again(self, link: Link) -> None:
        """Everything that has no answer: what was kept, and what somebody here waits for."""
        kept = await asyncio.to_thread(self._store.unanswered)
        waiting = [asked[0][0] for asked in self._asked.values()]
        for sent in {sent.id: sent for sent in (*kept, *waiting)}.values():
            await link.publish(sent)

    async def _take(self, batch: Sequence[AbstractIncomingMessage]) -> None:
        numbered = [(delivery, _received(delivery)) for delivery in batch]
        read = [received for _, received in numbered if received is not None]
        await asyncio.to_thread(self._store.receive, read)
        with broken():
            for delivery, received in numbered:
                if received is None:
                    await delivery.reject(requeue=False)  # a dead letter of intake: an operator sees it
                else:
                    await delivery.ack()
        for received in read:
            asked = _identity(received.betreft)
            for _, answer in self._asked.get(asked, ()) if asked else ():
                if not answer.done():
                    answer.set_result(received)
        self._arrived.set()


def _identity(betreft: str | None) -> UUID | None:
    try:
        return UUID(betreft or "")
    except ValueError:
        return None


def _received(delivery: AbstractIncomingMessage) -> Received | None:
    """Return None for what has no number: nothing of ours."""
    number = delivery.headers.get(VOLGNUMMER)
    if not isinstance(number, int) or number < 1:
        return None
    return Received(number, delivery.message_id or "", delivery.type or "", delivery.correlation_id or None, delivery.body)


def _answer(received: Received) -> Antwoord:
    content = received.content
    if not isinstance(content, Antwoord):
        raise LvsError(f"een antwoord van de soort {received.type}, dat deze versie van schakel-lvs niet begrijpt")
    return content


def _fault(file: BijlageGeweigerd) -> Fault:
    return Fault(field=file.naam, rule=file.regel, message=f"{file.naam}: {file.bericht}")


def _refused(answer: Antwoord) -> Refused:
    return Refused(answer.fouten if isinstance(answer, Geweigerd) else ())
