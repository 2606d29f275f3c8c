"""From a dossier that was fetched to a hulpvraag, step by step: read, ask an uploadslot, bring the dossier there, hand in.

::

    ontvangen ─► plaats gevraagd ─► (documents gives a place) ─► ingediend ─► (intake's rules) ─► verwerkt | geweigerd

>>> doorgever = Doorgever(database, documents, settings)
>>> await doorgever.vraag_plaats(rij)          # in state ontvangen
>>> reden = await doorgever.dien_in(rij)       # in state plaats gevraagd, once there is a place; why it waits, or None

Each step ends in one commit under the claim of ``ophalen.Ophaler``, and may be done again until then: a dossier is read again,
or put again in the same place, of which nobody knows yet. What is handed in is a row of ``ontvangst`` as if the connector had
sent it, so that all of intake's rules count; ``usecases.osoindienen.rond_af`` tells the LAS what they say.
"""

import asyncio
import hashlib
import io
import json
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Any

from intake import oso
from intake.adapters.documents import Documents, DocumentsAway, Plaats
from intake.domain import names
from intake.domain.osoopdracht import formulier_faults, opdracht
from intake.oso.dossier import OsoDossier
from intake.settings import Settings
from intake.store import notificaties as store
from intake.store import received
from intake.store.notificaties import Rij
from intake.store.received import Arrival
from intake.usecases.notificaties import weiger
from intake.usecases.osoindienen import MERK
from shared import clock, failpoints, telemetry
from shared.contracts.connector import HulpvraagIndienen
from shared.contracts.intake import Bestand, UploadslotsGevraagd
from shared.database import Database, Transaction
from shared.envelope import Event
from shared.errors import Fault, InvalidInput

failpoints.register(
    "doorgeven.after-read",
    "doorgeven.before-ask",
    "doorgeven.after-ask",
    "doorgeven.after-upload",
    "doorgeven.before-submit",
    "doorgeven.after-submit",
)
_ENOUGH = timedelta(minutes=5)
"""So long a place must last when the dossier goes there: it is offered to documents shortly after."""


class Doorgever:
    """The steps between ``ontvangen`` and ``ingediend``."""

    def __init__(self, database: Database, documents: Documents, settings: Settings) -> None:
        self._database = database
        self._documents = documents
        self._settings = settings

    async def vraag_plaats(self, rij: Rij) -> None:
        """Read the dossier and ask documents where it may go; or refuse it with every fault."""
        async with self._database.transaction() as tx:
            inhoud, formulier = await store.dossier(tx, rij)
        if missing := tuple(formulier_faults(formulier)):
            await self._weiger(rij, "formulier-ontbreekt", missing)
            return
        try:
            dossier = await asyncio.to_thread(self._lees, inhoud)
        except InvalidInput as error:
            await self._weiger(rij, "dossier-geweigerd", error.faults)
            return
        failpoints.hit("doorgeven.after-read")
        reference = names.derived(rij.connector, rij.melding.koppelsleutel, "eigen-referentie")
        command = opdracht(dossier, formulier, swv=rij.swv, school=rij.melding.school, eigen_referentie=str(reference))
        # Each attempt asks under its own id: a place that came too late for an earlier one is not taken for this one's.
        aanvraag = clock.new_id()
        bestand = Bestand(
            naam="oso-dossier.xml", soort="oso-dossier", grootte=len(inhoud), sha256=hashlib.sha256(inhoud).hexdigest()
        )
        asking = UploadslotsGevraagd(
            swv=rij.swv, aanvraag=aanvraag, aanbieder=names.aanbieder(rij.connector), bestanden=(bestand,)
        )
        async with self._database.transaction() as tx:
            if not await store.settle(tx, rij, "plaats gevraagd"):
                return
            await store.prepare(tx, rij, aanvraag, command)
            tx.publish(Event.about(asking, subject=aanvraag, sequence=1))
            failpoints.hit("doorgeven.before-ask")
        failpoints.hit("doorgeven.after-ask")

    async def dien_in(self, rij: Rij) -> str | None:
        """Put the dossier in its place and store the command; return why that must wait, if it must."""
        async with self._database.transaction() as tx:
            inhoud, command, given = await store.prepared(tx, rij)
        if given.verloopt_op < clock.now() + _ENOUGH:
            async with self._database.transaction() as tx:  # documents or S3 was away for long: a place is asked anew
                await store.settle(tx, rij, "ontvangen", wait=timedelta())
            return None
        try:
            await self._breng(Plaats(given.uploadslot, given.url, given.velden, "", ""), inhoud)
        except DocumentsAway:
            return "documents-niet-bereikbaar"
        failpoints.hit("doorgeven.after-upload")
        body = json.dumps({**command, "osoDossier": str(given.uploadslot)}, ensure_ascii=False).encode()
        async with self._database.transaction() as tx:
            if not await store.settle(tx, rij, "ingediend"):
                return None
            await received.store(tx, rij.connector, [await self._arrival(tx, rij, body)])
            failpoints.hit("doorgeven.before-submit")
        failpoints.hit("doorgeven.after-submit")
        return None

    def _lees(self, inhoud: bytes) -> OsoDossier:
        """Read it; its files are read again when it is part of a hulpvraag. Raises InvalidInput with every fault."""
        rules: dict[str, Any] = {"xsd": self._settings.oso_xsd, "ernst": self._settings.oso_ernst}
        with tempfile.TemporaryDirectory(prefix="schakel-oso-") as folder:
            read = oso.lees(io.BytesIO(inhoud), Path(folder), **rules)
        if read.fouten:
            raise InvalidInput([Fault(field=one.veld, rule=one.code, message=one.bericht) for one in read.fouten])
        return read.dossier

    async def _weiger(self, rij: Rij, reden: str, faults: tuple[Fault, ...]) -> None:
        async with self._database.transaction() as tx:
            await weiger(tx, rij, reden, faults)

    async def _breng(self, plaats: Plaats, inhoud: bytes) -> None:
        with tempfile.TemporaryDirectory(prefix="schakel-oso-") as folder:
            path = Path(folder, "dossier")
            await asyncio.to_thread(path.write_bytes, inhoud)
            await self._documents.send(plaats, path)

    async def _arrival(self, tx: Transaction, rij: Rij, body: bytes) -> Arrival:
        """What the connector would have sent: the RabbitMQ user in it is the one that the broker would vouch for."""
        identity = names.derived(rij.connector, rij.id, "hulpvraag.indienen")
        properties = {
            "message_id": str(identity),
            "type": HulpvraagIndienen.TYPE,
            "user_id": await store.gebruiker(tx, rij.connector),
            "content_type": "application/json",
            MERK: str(rij.id),
        }
        digest = hashlib.sha256(body).digest()
        return Arrival(identity, properties, len(body), digest, body, telemetry.current(), clock.now())
