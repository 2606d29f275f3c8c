"""Connectors: which system may send, to which SWVs, and on behalf of which schools.

>>> await add_connector(tx, ConnectorOpgave(id="parnassys", naam="ParnasSys", gebruiker="lvs-parnassys",
...     swv=("PO2507",), scholen=("99XA00",)), actor="operator:jansen")

The connector's RabbitMQ user is made by ``schakel connector add``, through the management API and with ``permissions``.
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from intake.domain.names import SLUG, permissions
from intake.store import organisations
from shared import clock
from shared.contracts.common import SchoolCode, SwvCode, Text
from shared.contracts.connector import Public
from shared.database import Transaction

__all__ = ["ConnectorOpgave", "add_connector", "permissions"]


class ConnectorOpgave(Public):
    """A connector as an operator describes it. ``scholen`` gave it a mandate, ``gebruiker`` is its RabbitMQ user."""

    id: Annotated[str, StringConstraints(pattern=SLUG)]
    naam: Text
    gebruiker: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    swv: Annotated[tuple[SwvCode, ...], Field(min_length=1)]
    scholen: tuple[SchoolCode, ...] = ()
    actief: bool = True


async def add_connector(tx: Transaction, connector: ConnectorOpgave, *, actor: str) -> None:
    """Add a connector or change it to exactly this. Services notice within ``connector_poll`` seconds.

    One that is not ``actief`` keeps its queues and what waits in them.
    """
    row = (connector.id, connector.naam, connector.gebruiker, connector.actief, clock.now())
    await organisations.put_connector(tx, row, connector.swv, connector.scholen)
    tx.audit("connector.vastgelegd", subject=connector.id, actor=actor, actief=connector.actief, scholen=len(connector.scholen))
