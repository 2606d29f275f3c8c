"""The worker that fetches announced dossiers from a LAS, and takes them further (``doorgeven.py``).

>>> ophaler = Ophaler(database, mandaten, osr, keten, doorgever, geduld=Geduld(30, 3600), lease=90)
>>> service.worker("notificaties", ophaler.step, every=1.0)

Several replicas may run it, and it may die at any point: fetching again does no harm, and a row is settled by who holds its
claim. Both mandates are asked about before every attempt, for they may have ended since. A LAS that is away is tried for as
long as it takes.
"""

from datetime import timedelta

from opentelemetry.trace import SpanKind

from intake import metrics
from intake.adapters.keten import Keten, Stil
from intake.adapters.osr import Osr
from intake.domain import names
from intake.domain.geduld import Geduld
from intake.doorgeven import Doorgever
from intake.osoberichten import Document
from intake.soap import SoapFault
from intake.store import las as las_store
from intake.store import notificaties as store
from intake.store.notificaties import Rij
from intake.usecases.mandaten import Mandaten
from intake.usecases.notificaties import weiger
from shared import clock, context, failpoints, telemetry, worker
from shared.database import Database, Transaction
from shared.log import get_logger

failpoints.register("ophalen.after-claim", "ophalen.after-answer", "ophalen.before-commit", "ophalen.after-commit")
log = get_logger()

PARALLEL = 2
"""Dossiers in hand at a time: each may be as large as ``oso_max_dossier``."""
KEER_GEWEIGERD = 3
"""So often a LAS may say that our question is at fault before that is believed: its dossier may not be quite ready."""
_OPEN = ("op te halen", "ontvangen", "plaats gevraagd", "ingediend")


class Ophaler:
    """``lease`` is well over one exchange, in seconds."""

    def __init__(
        self,
        database: Database,
        mandaten: Mandaten,
        osr: Osr,
        keten: Keten,
        doorgever: Doorgever,
        *,
        geduld: Geduld,
        lease: float,
    ) -> None:
        self._database = database
        self._mandaten = mandaten
        self._osr = osr
        self._keten = keten
        self._doorgever = doorgever
        self._geduld = geduld
        self._lease = lease

    async def step(self) -> bool:
        """Work on what is due; return whether there was any."""
        async with self._database.transaction() as tx:
            rows = await store.claim(tx, self._lease, PARALLEL)
        if not rows:
            return False
        failpoints.hit("ophalen.after-claim")
        await worker.each(self._attempt(row) for row in rows)
        return True

    async def measure(self) -> bool:
        """Show how much waits; never has more to do."""
        async with self._database.transaction() as tx:
            found = {row["staat"]: row for row in await store.figures(tx)}
        for staat in _OPEN:
            metrics.NOTIFICATIES.labels(staat).set(found[staat]["aantal"] if staat in found else 0)
            metrics.NOTIFICATIES_AGE.labels(staat).set(found[staat]["oudste"] if staat in found else 0)
        return False

    async def _attempt(self, rij: Rij) -> None:
        with context.bound(context.Work(rij.id)), telemetry.span(f"oso {rij.staat}", rij.traceparent, SpanKind.CLIENT):
            if rij.staat == "op te halen":
                await self._fetch(rij)
            elif rij.staat == "ontvangen":
                await self._doorgever.vraag_plaats(rij)
            elif reden := await self._doorgever.dien_in(rij):
                await self._later(rij, reden)
        failpoints.hit("ophalen.after-commit")

    async def _fetch(self, rij: Rij) -> None:
        async with self._database.transaction() as tx:
            las = await las_store.of(tx, rij.connector)
        oordeel = await self._mandaten.oordeel(rij.melding.bron_brin, las.oin)
        if oordeel.soort == "geen":
            async with self._database.transaction() as tx:
                await weiger(tx, rij, f"geen-mandaat-{oordeel.wie}")
            return
        url = await self._osr.endpoint(rij.melding.bron_kenmerk, clock.today()) if oordeel.soort == "ja" else None
        if url is None:
            await self._later(rij, "geen-adres" if oordeel.soort == "ja" else "wacht-op-osr")
            return
        antwoord = await self._keten.document(las, url, rij.melding)
        failpoints.hit("ophalen.after-answer")
        match antwoord:
            case Stil():
                await self._later(rij, antwoord.reden, antwoord.detail)
            case SoapFault():
                await self._refused(rij, antwoord)
            case Document():
                async with self._database.transaction() as tx:
                    await self._take(tx, rij, antwoord)
                    failpoints.hit("ophalen.before-commit")

    async def _take(self, tx: Transaction, rij: Rij, document: Document) -> None:
        """Keep a dossier that is the one that was announced."""
        swv = document.formulier.get("samenwerkingsverband", rij.swv)
        if document.school not in {rij.melding.school, rij.school}:  # the same, but for a school with a new number
            await weiger(tx, rij, "andere-school", detail=document.school[:20])
        elif swv != rij.swv:
            await weiger(tx, rij, "ander-swv", detail=swv[:20])
        elif await store.settle(tx, rij, "ontvangen", wait=timedelta()):
            await store.keep_dossier(tx, rij, document.dossier, document.formulier)
            tx.audit("notificatie.dossier-ontvangen", subject=rij.id, actor=names.aanbieder(rij.connector))

    async def _refused(self, rij: Rij, fault: SoapFault) -> None:
        """The LAS says no: for good when it says so again and again, else as if it were away."""
        keer = rij.weigeringen + 1 if fault.is_final else rij.weigeringen
        if keer < KEER_GEWEIGERD:
            await self._later(rij, "las-weigert", fault.text, weigeringen=keer)
            return
        async with self._database.transaction() as tx:
            await weiger(tx, rij, "las-weigert", detail=fault.text)

    async def _later(self, rij: Rij, reden: str, detail: str = "", *, weigeringen: int | None = None) -> None:
        log.warning("notificatie_waits", notificatie=str(rij.id), reason=reden, attempt=rij.pogingen)
        keer = rij.weigeringen if weigeringen is None else weigeringen
        async with self._database.transaction() as tx:
            await store.settle(
                tx, rij, rij.staat, reden=reden, detail=detail[:500], wait=self._geduld.na(rij.pogingen), weigeringen=keer
            )
