"""Where a notificatie of OSO-SWV is taken: who sends it, what it says, whether the school wants it, and then a row.

>>> versie = await loket.ontvang(las, data)          # stored and committed; or an error of shared.errors says why not

The register (OSR) is asked here, so that a school hears at once that a mandate is missing. When the register is away the
notificatie is stored all the same, and nothing is fetched before it has said yes (``ophalen.py``).
"""

import hashlib
from collections.abc import Callable, Mapping

from intake import osoberichten
from intake.domain import names
from intake.domain.notificatie import Versie, zonder_mandaat
from intake.store import las as las_store
from intake.store.las import Las
from intake.usecases.mandaten import Mandaten
from intake.usecases.notificaties import beoordeel, leg_vast
from shared import failpoints
from shared.database import Database
from shared.errors import Conflict, InvalidInput, Unauthenticated

failpoints.register("melding.before-commit", "melding.after-commit")


def key_hash(key: str) -> bytes:
    """Return what is kept of a key: it has 256 random bits, so that a fast hash is enough."""
    return hashlib.sha256(key.encode()).digest()


class Loket:
    """``doelen``: the SWV by the routeringskenmerk under which it is reached. ``wake`` is called when there is work."""

    def __init__(self, database: Database, mandaten: Mandaten, doelen: Mapping[str, str], wake: Callable[[], None]) -> None:
        self._database = database
        self._mandaten = mandaten
        self._doelen = doelen
        self._wake = wake

    async def herken(self, key: str) -> Las:
        """Tell who shows this key. Raises Unauthenticated."""
        las = await las_store.by_key(self._database, key_hash(key)) if key else None
        if las is None:
            raise Unauthenticated("Wij kennen deze sleutel niet, of de koppeling is gestopt.")
        return las

    async def ontvang(self, las: Las, data: bytes) -> Versie:
        """Take one; the version in which to answer. Raises InvalidInput and Conflict, which are put on record."""
        try:
            return await self._ontvang(las, data)
        except (InvalidInput, Conflict) as error:
            regels = [fault.rule for fault in error.faults] if isinstance(error, InvalidInput) else ["al-gebruikt"]
            async with self._database.transaction() as tx:
                tx.audit("notificatie.geweigerd", subject=las.connector, actor=names.aanbieder(las.connector), regels=regels)
            raise

    async def _ontvang(self, las: Las, data: bytes) -> Versie:
        melding = osoberichten.lees_notificatie(data)
        async with self._database.transaction() as tx:
            school = await beoordeel(tx, las, melding, self._doelen)
        if school is not None:
            oordeel = await self._mandaten.oordeel(melding.bron_brin, las.oin)
            if oordeel.soort == "geen" and oordeel.wie is not None:
                raise InvalidInput([zonder_mandaat(oordeel.wie, melding.bron_brin)])
            async with self._database.transaction() as tx:
                await leg_vast(tx, las, melding, school, data)
                failpoints.hit("melding.before-commit")
            failpoints.hit("melding.after-commit")
            self._wake()
        return melding.versie
