"""The worker that takes registrations to the register and asks what became of them.

>>> sender = Sender(database, register, tijden=settings.wachttijden, lease=30, parallel=5)
>>> service.worker("registraties", sender.step, every=1.0)

Several replicas may run it. One attempt is: claim (a lease), begin (a committed row), the exchange, settle. The process may end
with -9 at any point; the named failpoints are there to prove it.
"""

import random
from dataclasses import replace
from typing import Protocol

from opentelemetry.trace import SpanKind

from bron_export.domain.reeks import Handeling, Uitkomst
from bron_export.domain.registratie import Registratie
from bron_export.domain.wachttijd import Wachttijden
from bron_export.metrics import ATTEMPTS, OLDEST, OPEN
from bron_export.store import registraties as store
from bron_export.usecases.verzending import Claim, begin_attempt, claim_due, settle_attempt
from shared import context, failpoints, telemetry, worker
from shared.database import Database

failpoints.register(
    "register.after-claim",
    "register.before-send",
    "register.after-answer",
    "register.before-commit",
    "register.after-commit",
)
_OPEN_STATES = ("te verzenden", "verzonden", "onbekend", "afgekeurd")


class Register(Protocol):
    """Where registrations go."""

    async def carry_out(self, handeling: Handeling, registratie: Registratie) -> Uitkomst:
        """Do this and say what came of it; raises nothing that the network or the register can cause."""
        ...


class Sender:
    """Carries out what is due, ``parallel`` at a time. ``lease`` in seconds is well over one exchange."""

    def __init__(self, database: Database, register: Register, *, tijden: Wachttijden, lease: float, parallel: int) -> None:
        self._database = database
        self._register = register
        self._tijden = tijden
        self._lease = lease
        self._parallel = parallel

    async def step(self) -> bool:
        """Take what is due to the register; return whether there was any."""
        async with self._database.transaction() as tx:
            claims = await claim_due(tx, lease=self._lease, limit=self._parallel)
        if not claims:
            return False
        failpoints.hit("register.after-claim")
        await worker.each(self._attempt(claim) for claim in claims)
        return True

    async def _attempt(self, claim: Claim) -> None:
        # Jitter, so that what failed together does not come back together.
        tijden = replace(self._tijden, spreiding=random.uniform(0.8, 1.2))
        with context.bound(context.Work(claim.correlation_id)):
            async with self._database.transaction() as tx:
                opdracht = await begin_attempt(tx, claim, tijden)
            if opdracht is None:
                return
            failpoints.hit("register.before-send")
            with telemetry.span(f"register {opdracht.handeling}", claim.traceparent, SpanKind.CLIENT):
                uitkomst = await self._register.carry_out(opdracht.handeling, opdracht.registratie)
                failpoints.hit("register.after-answer")
                async with self._database.transaction() as tx:
                    await settle_attempt(tx, opdracht, uitkomst, tijden)
                    failpoints.hit("register.before-commit")
            ATTEMPTS.labels(opdracht.handeling, uitkomst.gebeurtenis).inc()
        failpoints.hit("register.after-commit")

    async def measure(self) -> bool:
        """Show how much is not settled; never has more to do."""
        async with self._database.transaction() as tx:
            found = {row["staat"]: row for row in await store.figures(tx)}
        for staat in _OPEN_STATES:
            OPEN.labels(staat).set(found[staat]["aantal"] if staat in found else 0)
            OLDEST.labels(staat).set(found[staat]["oudste"] if staat in found else 0)
        return False
