"""What a list of hulpvragen is narrowed by."""

from datetime import date
from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints

from gateway.models.base import Command

Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=200)]


class Zoekvraag(Command):
    """A question for a page of the list; what is left out narrows nothing. A parameter we do not know is no question."""

    model_config = ConfigDict(extra="ignore")

    zoek: Words = Field("", description="naam, dossiernummer, titel, status, school, coördinator of label")
    status: Words | None = None
    aanvraagtype: Words | None = None
    afgerond: bool | None = Field(None, description="alleen met, of zonder, een eindstatus")
    ongesorteerd: bool | None = Field(None, description="met een onbekende titel, nog te sorteren")
    label: Words | None = None
    coordinator: Words | None = Field(None, description="naam, precies zoals bij de hulpvraag")
    school: str | None = Field(None, pattern=r"^\d{2}[A-Z]{2}\d{2}$", description="BRIN en vestiging")
    ingediend_vanaf: date | None = None
    ingediend_tot: date | None = Field(None, description="tot en met deze dag")
    deadline_tot: date | None = Field(None, description="een termijn loopt af tot en met deze dag")
    pagina: str | None = Field(None, pattern=r"^v\d{1,18}$", description="`volgende` van de vorige pagina")
    aantal: int = Field(25, ge=1, le=100)
