"""The worker that tells a LAS what became of a dossier: aanvaard or geweigerd, and each status of its hulpvraag.

>>> terugmelder = Terugmelder(database, keten, geduld=Geduld(30, 3600), lease=90)
>>> service.worker("terugkoppelingen", terugmelder.step, every=1.0)

First the Traffic Center is asked where it goes, as often as needed: nothing has left for the LAS then. The message itself is
sent once (Kennisnet, OSO:2017/Versturen Terugkoppeling: one attempt per terugkoppeling). That it is under way is a committed
row before its first byte leaves, so that a process that dies leaves a doubt behind (``onzeker``), and never a second message.
"""

from intake.adapters.keten import Keten, Stil
from intake.domain.geduld import Geduld
from intake.soap import SoapFault
from intake.store import las as las_store
from intake.store import terugkoppelingen as store
from intake.store.terugkoppelingen import Terugkoppeling
from shared import failpoints, worker
from shared.database import Database
from shared.log import get_logger

failpoints.register("terugmelden.after-claim", "terugmelden.after-begin", "terugmelden.after-answer")
log = get_logger()

PARALLEL = 5


class Terugmelder:
    """``lease`` is well over two exchanges, in seconds."""

    def __init__(self, database: Database, keten: Keten, *, geduld: Geduld, lease: float) -> None:
        self._database = database
        self._keten = keten
        self._geduld = geduld
        self._lease = lease

    async def step(self) -> bool:
        """Tell what is due; return whether there was any."""
        async with self._database.transaction() as tx:
            due = await store.claim(tx, self._lease, PARALLEL)
        if not due:
            return False
        failpoints.hit("terugmelden.after-claim")
        await worker.each(self._attempt(one) for one in due)
        return True

    async def _attempt(self, one: Terugkoppeling) -> None:
        if one.staat == "onderweg":  # whoever sent it died, or was frozen: it may have arrived, and is not sent again
            await self._settle(one, "onzeker", "afgebroken")
            return
        async with self._database.transaction() as tx:
            las = await las_store.of(tx, one.connector)
        adres = await self._keten.adres(las, one.melding)
        match adres:
            case Stil():
                await self._later(one, adres.reden, adres.detail)
            case SoapFault() if adres.is_final:
                await self._settle(one, "mislukt", "traffic-center-weigert", adres.text)
            case SoapFault():
                await self._later(one, "traffic-center-weigert", adres.text)
            case str():
                await self._send(one, adres)

    async def _send(self, one: Terugkoppeling, url: str) -> None:
        async with self._database.transaction() as tx:
            if not await store.begin(tx, one):
                return
        failpoints.hit("terugmelden.after-begin")
        antwoord = await self._keten.koppel_terug(url, one.melding, one.inhoud)
        failpoints.hit("terugmelden.after-answer")
        match antwoord:
            case None:
                await self._settle(one, "verzonden")
            case SoapFault():
                await self._settle(one, "mislukt", "las-weigert", antwoord.text)
            case Stil():
                await self._settle(
                    one, "mislukt" if antwoord.aangekomen is False else "onzeker", antwoord.reden, antwoord.detail
                )

    async def _settle(self, one: Terugkoppeling, staat: str, reden: str | None = None, detail: str = "") -> None:
        if reden is not None:
            log.warning("terugkoppeling_failed", terugkoppeling=str(one.id), state=staat, reason=reden)
        async with self._database.transaction() as tx:
            await store.settle(tx, one, staat, reden=reden, detail=detail[:500] or None)

    async def _later(self, one: Terugkoppeling, reden: str, detail: str) -> None:
        log.warning("terugkoppeling_waits", terugkoppeling=str(one.id), reason=reden, attempt=one.pogingen)
        async with self._database.transaction() as tx:
            await store.settle(tx, one, one.staat, reden=reden, detail=detail[:500], wait=self._geduld.na(one.pogingen))
