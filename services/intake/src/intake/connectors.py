"""Connectors: which system may send, to which SWVs, and on behalf of which schools.

>>> await add_connector(tx, ConnectorOpgave(id="parnassys", naam="ParnasSys", gebruiker="lvs-parnassys",
...     swv=("PO2507",), scholen=("99XA00",)), actor="operator:jansen")

The connector's RabbitMQ user is made by ``schakel connectors add``, through the management API and with ``permissions``.
"""

from datetime import date
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from intake.domain.mandaat import Mandaat, main_location
from intake.domain.names import SLUG, permissions
from intake.store import organisations
from shared import clock
from shared.contracts.common import SchoolCode, SwvCode, Text
from shared.contracts.connector import Public
from shared.database import Transaction

__all__ = ["ConnectorOpgave", "MandaatOpgave", "add_connector", "add_mandate", "permissions"]


class MandaatOpgave(Public):
    """A mandate of a school, from and until a day; both days count. A main location may give it for its whole BRIN."""

    school: SchoolCode
    van: date | None = None
    tot: date | None = None
    voor_nevenvestigingen: bool = False

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.van and self.tot and self.tot < self.van:
            msg = "periode: De laatste dag ligt voor de eerste dag."
            raise ValueError(msg)
        if self.voor_nevenvestigingen and self.school != main_location(self.school):
            msg = "hoofdvestiging: Alleen de hoofdvestiging (00) geeft een mandaat voor haar nevenvestigingen."
            raise ValueError(msg)
        return self

    def mandaat(self) -> Mandaat:
        """Return it as the rules know it."""
        return Mandaat(self.school, self.van, self.tot, self.voor_nevenvestigingen)


class ConnectorOpgave(Public):
    """A connector as an operator describes it; ``gebruiker`` is its RabbitMQ user.

    ``scholen`` gave it a mandate without an end, ``mandaten`` those with days or for branches. ``max_bericht`` (bytes) and
    ``per_minuut`` (messages) are its own limits, in the place of the settings'. ``actief``: null leaves it as it is.
    """

    id: Annotated[str, StringConstraints(pattern=SLUG)]
    naam: Text
    gebruiker: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    swv: Annotated[tuple[SwvCode, ...], Field(min_length=1)]
    scholen: tuple[SchoolCode, ...] = ()
    mandaten: tuple[MandaatOpgave, ...] = ()
    max_bericht: Annotated[int, Field(ge=1024, le=1_048_576)] | None = None
    per_minuut: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    actief: bool | None = None


async def add_connector(tx: Transaction, connector: ConnectorOpgave, *, actor: str) -> None:
    """Add a connector or change it to exactly this. Services notice within ``connector_poll`` seconds.

    One that is not ``actief`` keeps its queues and what waits in them. Of two mandates of one school the last counts.
    """
    limits = (connector.max_bericht, connector.per_minuut)
    row = (connector.id, connector.naam, connector.gebruiker, connector.actief, clock.now(), *limits)
    mandaten = {school: Mandaat(school) for school in connector.scholen}
    mandaten |= {opgave.school: opgave.mandaat() for opgave in connector.mandaten}
    await organisations.put_connector(tx, row, connector.swv, list(mandaten.values()))
    tx.audit("connector.vastgelegd", subject=connector.id, actor=actor, actief=connector.actief, scholen=len(mandaten))


async def add_mandate(tx: Transaction, connector: str, opgave: MandaatOpgave, *, actor: str) -> None:
    """Note one mandate, or change the one this school gave before; it counts from the next message."""
    await organisations.put_mandates(tx, connector, [opgave.mandaat()])
    days = {name: str(day) for name, day in (("van", opgave.van), ("tot", opgave.tot)) if day}
    branches = opgave.voor_nevenvestigingen
    tx.audit("mandaat.vastgelegd", subject=opgave.school, actor=actor, connector=connector, nevenvestigingen=branches, **days)
