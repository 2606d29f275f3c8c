"""A status as workflow tells it, for tests of who hears of it."""

from typing import Any
from uuid import uuid4

from shared import clock
from shared.contracts.intake import HulpvraagIngediend
from shared.contracts.workflow import StatusGewijzigd
from shared.envelope import Event


def status(told: HulpvraagIngediend, versie: int, **own: Any) -> Event[StatusGewijzigd]:
    data = StatusGewijzigd(
        swv=told.swv,
        hulpvraag=told.hulpvraag,
        dossiernummer=told.dossiernummer,
        aanvraagtype=told.aanvraagtype,
        wijziging=uuid4(),
        versie=versie,
        gewijzigd_op=clock.now(),
        **{"status": f"status {versie}", "vorige": None, "door": "automatisch", "connector": told.connector, **own},
    )
    return Event.about(data, subject=told.hulpvraag, sequence=versie)
