"""SWVs, boards and schools, from a document that an operator keeps (JSON or YAML).

>>> document = parse(Path("organisaties.yaml").read_text())
>>> await load(tx, document, actor="operator:jansen")

::

    swv:      [{code: PO2507, naam: SWV De Proef}]
    besturen: [{code: "12345", naam: Stichting De Verzonnen Kring}]
    scholen:  [{code: 99XA00, naam: De Verzonnen Linde, bestuur: "12345", swv: PO2507}]
    connectors: [{id: parnassys, naam: ParnasSys, gebruiker: lvs-parnassys, swv: [PO2507], scholen: [99XA00]}]
"""

from collections.abc import Mapping
from typing import Annotated, Any

import yaml
from pydantic import StringConstraints, ValidationError

from intake.connectors import ConnectorOpgave, add_connector
from intake.store import organisations
from shared.contracts.common import SchoolCode, SwvCode, Text
from shared.contracts.connector import Public
from shared.database import Transaction
from shared.errors import Fault, InvalidInput
from shared.faults import faults_of

Code = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20)]


class SwvOpgave(Public):
    """A samenwerkingsverband."""

    code: SwvCode
    naam: Text


class BestuurOpgave(Public):
    """A board (bevoegd gezag), by its number at DUO."""

    code: Code
    naam: Text


class SchoolVermelding(Public):
    """A school location with its board and its SWV."""

    code: SchoolCode
    naam: Text
    bestuur: Code
    swv: SwvCode


class Organisaties(Public):
    """The whole document. What it does not name stays as it is; nothing is ever removed by leaving it out."""

    swv: tuple[SwvOpgave, ...] = ()
    besturen: tuple[BestuurOpgave, ...] = ()
    scholen: tuple[SchoolVermelding, ...] = ()
    connectors: tuple[ConnectorOpgave, ...] = ()


def parse(text: str) -> Organisaties:
    """Read YAML or JSON. Raises InvalidInput with every fault."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise InvalidInput([Fault(field="(bericht)", rule="yaml", message="Dit is geen geldige YAML of JSON.")]) from error
    return check(document)


def check(document: Any) -> Organisaties:  # noqa: ANN401 - whatever was read
    """Check a decoded document. Raises InvalidInput with every fault."""
    try:
        return Organisaties.model_validate(document)
    except ValidationError as error:
        raise InvalidInput(faults_of(list(error.errors()))) from error


async def load(tx: Transaction, document: Organisaties | Mapping[str, Any], *, actor: str = "operator") -> Organisaties:
    """Add or change what the document names; may be repeated. Raises InvalidInput before anything is written."""
    wanted = document if isinstance(document, Organisaties) else check(document)
    await organisations.upsert(
        tx,
        [(swv.code, swv.naam) for swv in wanted.swv],
        [(bestuur.code, bestuur.naam) for bestuur in wanted.besturen],
        [(school.code, school.naam, school.bestuur, school.swv) for school in wanted.scholen],
    )
    tx.audit(
        "organisaties.geladen",
        subject="organisaties",
        actor=actor,
        swv=len(wanted.swv),
        besturen=len(wanted.besturen),
        scholen=len(wanted.scholen),
    )
    for connector in wanted.connectors:
        await add_connector(tx, connector, actor=actor)
    return wanted
