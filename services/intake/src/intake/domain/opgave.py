"""The form in which a person submits: the connector's command without what only machines have."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from pydantic import StringConstraints

from shared.contracts.common import Niveau, SwvCode
from shared.contracts.connector import ContactpersoonOpgave, LeerlingOpgave, Public, SchoolOpgave, Short
from shared.errors import Fault


class HulpvraagOpgave(Public):
    """A hulpvraag about a leerling, a groep or the school itself. ``datum`` is today when left out.

    ``swv`` may be given and must then be the SWV the person works in.
    """

    swv: SwvCode | None = None
    aanvraagtype: Short
    datum: date | None = None
    omschrijving: Annotated[str, StringConstraints(strip_whitespace=True, max_length=4000)] = ""
    school: SchoolOpgave
    niveau: Niveau = "leerling"
    leerling: LeerlingOpgave | None = None
    groep: Short | None = None
    contactpersoon: ContactpersoonOpgave


def level_faults(opgave: HulpvraagOpgave) -> Iterator[Fault]:
    """Judge whether what it is about was given, and nothing else."""
    for field, value, wanted in (
        ("leerling", opgave.leerling, opgave.niveau == "leerling"),
        ("groep", opgave.groep, opgave.niveau == "groep"),
    ):
        if wanted and value is None:
            yield Fault(field=field, rule="verplicht", message=f"Dit veld is verplicht bij niveau {opgave.niveau}.")
        if not wanted and value is not None:
            yield Fault(field=field, rule="past-niet", message=f"Dit veld hoort niet bij niveau {opgave.niveau}.")
