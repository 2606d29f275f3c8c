"""The smallest service with everything that can break: two handlers, an outbox between them, a read model at the end.

Opdracht ─► zaak (version + 1), historie (one row) ─► Stand ─► stand (the newest version), gevolg (one row per version)

Runs as a process of its own: ``python -m chaos.probe serve``. ``PROBE_WITHOUT`` takes one protection away (see
sabotage.py), so that each test can be seen red. ``PROBE_DELIVERY_LIMIT`` sets what is 200 in the product, for tests of a crash
loop; it is not a setting there, since a queue that exists cannot get another limit.
"""

import asyncio
import os
import signal
from pathlib import Path
from typing import ClassVar

from chaos import sabotage
from shared import topology
from shared.envelope import Data, Event
from shared.main import run
from shared.service import Service, Tx
from shared.settings import BaseServiceSettings

_NEXT = """
INSERT INTO zaak (subject, versie) VALUES ($1, 1) ON CONFLICT (subject) DO UPDATE SET versie = zaak.versie + 1 RETURNING versie
"""
_NEWEST = """
INSERT INTO stand (subject, versie) VALUES ($1, $2)
ON CONFLICT (subject) DO UPDATE SET versie = excluded.versie WHERE stand.versie < excluded.versie
"""


class Opdracht(Data):
    """Something to do; ``gif`` makes the handler fail always, ``hapert`` only at first, ``dood`` ends its process.

    ``traag`` takes its time, so that a fleet is certainly still busy with a load of them.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.probe.opdracht.v1"

    gif: bool = False
    hapert: bool = False
    dood: bool = False
    traag: bool = False


class Stand(Data):
    """The full state after an Opdracht."""

    TYPE: ClassVar[str] = "nl.passend-onderwijs.probe.stand.v1"

    versie: int


def make() -> Service:
    service = Service("probe", BaseServiceSettings(), title="Probe")
    failed: set[str] = set()

    @service.on(Opdracht, "opdracht", together=True)
    async def opdracht(event: Event[Opdracht], tx: Tx) -> None:
        if event.data.traag:
            await asyncio.sleep(0.03)
        if event.data.dood:
            os.kill(os.getpid(), signal.SIGKILL)
        if event.data.gif:
            raise RuntimeError
        if event.data.hapert and str(event.id) not in failed:
            failed.add(str(event.id))
            await asyncio.sleep(0.5)  # by now the relay has marked its row
            raise RuntimeError
        versie = await tx.fetchval(_NEXT, event.subject)
        await tx.execute("INSERT INTO historie VALUES ($1, $2, $3)", event.subject, versie, event.id)
        tx.publish(Event.about(Stand(versie=versie), subject=event.subject, sequence=versie))

    @service.on(Stand, "stand", together=True)
    async def stand(event: Event[Stand], tx: Tx) -> None:
        await tx.execute(sabotage.newest(_NEWEST), event.subject, event.data.versie)
        await tx.execute("INSERT INTO gevolg VALUES ($1, $2)", event.subject, event.data.versie)

    return service


if __name__ == "__main__":
    sabotage.apply(os.environ.get("PROBE_WITHOUT", ""))
    topology.DELIVERY_LIMIT = int(os.environ.get("PROBE_DELIVERY_LIMIT", topology.DELIVERY_LIMIT))
    run(make, migrations=Path(__file__).parent / "migrations")
