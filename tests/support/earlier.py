"""Earlier versions of a command, made up: there is none in production yet.

``Second`` has another name for the date and the school in six positions; ``First``, before that, no contactpersoon of its own.
"""

from datetime import date
from typing import Annotated, Any, ClassVar

import pytest
from pydantic import StringConstraints

from intake.domain.versions import EARLIER, Earlier
from shared.contracts.connector import ContactpersoonOpgave, HulpvraagIndienen, LeerlingOpgave, Public, SchoolOpgave
from support.intake import hulpvraag

SchoolCode = Annotated[str, StringConstraints(pattern=r"^\d{2}[A-Z]{2}\d{2}$")]


class Second(Public):
    TYPE: ClassVar[str] = "nl.passend-onderwijs.hulpvraag.indienen.v0"

    swv: str
    eigen_referentie: str
    aanvraagtype: str
    aanvraagdatum: date
    school: SchoolCode
    leerling: LeerlingOpgave
    contactpersoon: ContactpersoonOpgave


class First(Public):
    TYPE: ClassVar[str] = "nl.passend-onderwijs.hulpvraag.indienen.v00"

    swv: str
    eigen_referentie: str
    aanvraagtype: str
    aanvraagdatum: date
    schoolcode: SchoolCode
    leerling: LeerlingOpgave
    email: str


def to_newest(sent: Second) -> HulpvraagIndienen:
    given = sent.model_dump(exclude={"aanvraagdatum", "school"})
    school = SchoolOpgave(brin=sent.school[:4], vestiging=sent.school[4:])
    return HulpvraagIndienen(**given, datum=sent.aanvraagdatum, school=school)


def to_second(sent: First) -> Second:
    given = sent.model_dump(exclude={"schoolcode", "email"})
    return Second(**given, school=sent.schoolcode, contactpersoon=ContactpersoonOpgave(naam="onbekend", email=sent.email))


def side_by_side(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let both be taken beside the newest."""
    names = {"datum": "aanvraagdatum"}
    monkeypatch.setitem(EARLIER, Second.TYPE, Earlier(Second, HulpvraagIndienen.TYPE, to_newest, names))
    names = {"school": "schoolcode", "contactpersoon.email": "email"}
    monkeypatch.setitem(EARLIER, First.TYPE, Earlier(First, Second.TYPE, to_second, names))


def second(**own: Any) -> dict[str, Any]:
    given = hulpvraag()
    del given["omschrijving"]
    datum = given.pop("datum")
    return {**given, "aanvraagdatum": datum, "school": "99XA00", **own}


def first(**own: Any) -> dict[str, Any]:
    given = second()
    email, school = given.pop("contactpersoon")["email"], given.pop("school")
    return {**given, "schoolcode": school, "email": email, **own}
