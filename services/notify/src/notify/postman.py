"""The worker that takes mails to the server: claim, hand over, write down.

One turn is one transaction: it writes what became of the mails that came back since the last turn, and claims new ones in their
place. Turns follow each other at least ``TURN`` apart, so that under load one commit serves many mails. In between, every
claimed mail is a task that waits for a connection. A process that dies leaves claims that run out; what they held is marked
``onbekend`` and sent again with the same Message-ID. Only mails that were with the server at that moment can arrive twice.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from uuid import UUID

from notify import claims, delivery, report
from notify.adapters.smtp import Envelope
from notify.claims import Mail, Settled
from notify.delivery import Claim
from notify.domain import delays
from notify.metrics import DUE, DUE_AGE
from notify.pool import Pool
from shared import clock, failpoints
from shared.database import Database, Transaction, is_outage
from shared.log import get_logger

failpoints.register("notify.after-claim", "notify.before-settle", "notify.after-settle")
log = get_logger()

TURN = 0.02
"""Seconds from one turn to the next. Longer: fewer commits, and more mails whose fate a crash leaves unknown."""
IN_HAND = 96
"""Mails claimed at one moment at most: enough to keep every connection busy while a turn is written."""
GOODBYE = 5.0
"""Seconds a mail that is with the server may still take when the process ends."""
DIED = "Het programma stopte tijdens het versturen."


class Postman:
    """``step`` and ``measure`` are steps of workers, ``wake`` is for after a commit, ``close`` for after the last step."""

    def __init__(
        self, database: Database, pool: Pool, compose: Callable[[Mail], Envelope], *, lease: float, poll: float
    ) -> None:
        self._database = database
        self._pool = pool
        self._compose = compose
        self._lease = lease
        self._poll = poll
        self._in_hand: dict[asyncio.Task[Settled], Claim] = {}
        self._last_about: dict[UUID | None, asyncio.Task[Settled]] = {}
        self._back: list[Settled] = []
        self._news = asyncio.Event()
        self._turn_at = 0.0
        self._tend_at = 0.0
        self._look: asyncio.Task[None] | None = None
        self._closing = False

    def wake(self) -> None:
        """There may be new mails."""
        self._news.set()

    async def step(self) -> bool:
        """Do one turn, then wait until there is reason for the next. False: nothing in hand, nothing due."""
        await asyncio.sleep(self._turn_at + TURN - time.monotonic())
        self._turn_at = time.monotonic()
        self._news.clear()
        gate = self._pool.gate
        if self._look is None and gate.is_probe_due and not gate.is_open:
            self._look = asyncio.create_task(self._look_again())
        await self._turn()
        if (self._in_hand or self._look) and not self._back:
            with suppress(TimeoutError):
                async with asyncio.timeout(self._poll):
                    await self._news.wait()
        return bool(self._in_hand or self._back or self._look)

    async def measure(self) -> bool:
        """Show how many mails are due, and since when."""
        mails, age = await claims.waiting(self._database.pool, clock.now())
        DUE.set(mails)
        DUE_AGE.set(age)
        return False

    async def close(self) -> None:
        """Let what is with the server come to an end, give back the rest, close the connections."""
        self._closing = True
        for claim in self._in_hand.values():
            claim.until = 0.0
        if self._look is not None:
            self._look.cancel()
        if self._in_hand:
            _, late = await asyncio.wait(self._in_hand, timeout=GOODBYE)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        try:
            await self._turn()
        except Exception as error:
            if not is_outage(error):
                raise
        await self._pool.close()

    async def _turn(self) -> None:
        room = IN_HAND - len(self._in_hand) if self._pool.gate.is_open and not self._closing else 0
        is_tending = time.monotonic() >= self._tend_at
        if not (room or self._back or is_tending):
            return
        asked = time.monotonic()
        back, held = self._back[:], list(self._in_hand.values())
        async with self._database.transaction() as tx:
            written = await self._settle(tx, back)
            kept = await self._tend(tx, held) if is_tending else None
            claimed = await claims.claim(tx, clock.now(), room, clock.new_id(), self._lease) if room else ()
        del self._back[: len(back)]
        report.settled(back, written)
        if kept is not None:
            self._tend_at = asked + self._lease / 3
            for claim in held:
                claim.until = asked + self._lease if claim.mail.id in kept else 0.0
        for mail in claimed:
            if mail.naar == "bezig":
                self._start(Claim(mail, asked + self._lease))
            else:
                report.put_aside(mail)

    async def _settle(self, tx: Transaction, back: Sequence[Settled]) -> set[UUID]:
        if not back:
            return set()
        failpoints.hit("notify.before-settle")
        tx.after_commit(lambda: failpoints.hit("notify.after-settle"))
        return await claims.settle(tx, back)

    async def _tend(self, tx: Transaction, held: Sequence[Claim]) -> set[UUID]:
        """Stretch our claims, and mark as unknown what a process that died had in hand; give what is still ours."""
        kept = await claims.extend(tx, [claim.mail for claim in held], self._lease)
        lost = await claims.recover(tx, clock.now(), len(delays.DELAYS), DIED)
        tx.after_commit(lambda: report.recovered(lost))
        return kept

    async def _look_again(self) -> None:
        """Look whether the server is back, beside the turns: a server that hangs must not cost us our claims."""
        try:
            await self._pool.probe()
        except Exception:
            log.exception("probe_failed")
        finally:
            self._look = None
            self._news.set()

    def _start(self, claim: Claim) -> None:
        failpoints.hit("notify.after-claim")
        mail = claim.mail
        try:
            # Here and not at the last moment: a turn's mails one after another take a third of the time of one by one.
            envelope = self._compose(mail)
        except Exception as error:
            log.exception("mail_failed", mail=str(mail.id))
            self._back.append(delivery.failed(mail, error))
            return
        task = asyncio.create_task(self._deliver(claim, envelope, self._last_about.get(mail.subject)))
        self._in_hand[task] = claim
        self._last_about[mail.subject] = task
        task.add_done_callback(self._returned)

    async def _deliver(self, claim: Claim, envelope: Envelope, before: asyncio.Task[Settled] | None) -> Settled:
        if before is not None:
            await asyncio.wait((before,))
        return await delivery.deliver(self._pool, claim, envelope)

    def _returned(self, task: asyncio.Task[Settled]) -> None:
        claim = self._in_hand.pop(task)
        if self._last_about.get(claim.mail.subject) is task:
            del self._last_about[claim.mail.subject]
        if not task.cancelled():
            self._back.append(task.result())
            self._news.set()
