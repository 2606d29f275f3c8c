"""An organisation as people keep it: its kind, its number, where it belongs, and the days on which it exists.

>>> list(shape_faults(Organisatie(soort="school", code="99XA0", naam="De Verzonnen Linde", bestuur="70001", swv="PO2507")))
[Fault(field='code', rule='vorm', message='Een school heeft BRIN en vestiging: twee cijfers, …')]

Numbers follow DUO: a school is BRIN (two digits, two letters) and vestiging (two digits; 00 is the hoofdvestiging), a board
the five digits of its bevoegd gezag, an SWV its administratienummer. A preschool (voorschoolse voorziening) has no BRIN: the
SWV gives it a number of the same form, and its houder stands as its board. A platform, a part of the SWV's region (000:253),
has a name of the SWV's own behind the number of the SWV.
"""

import re
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal

from pydantic import StringConstraints

from shared.contracts.connector import Public, Short
from shared.errors import Fault

Soort = Literal["swv", "bestuur", "platform", "school", "voorschool"]
SOORTEN: tuple[Soort, ...] = ("swv", "bestuur", "platform", "school", "voorschool")
"""In the order in which one may name another."""
Key = tuple[str, str]
"""Kind and number; a school and a preschool are one kind here, so that no number is of both."""

_BRIN = (
    r"\d{2}[A-Z]{2}\d{2}",
    "{wie} heeft BRIN en vestiging: twee cijfers, twee hoofdletters en twee cijfers, zoals 99XA00.",
)
_FORMS: dict[Soort, tuple[str, str]] = {
    "swv": (r"(PO|VO)[0-9A-Z]{4}", "Een samenwerkingsverband heeft PO of VO en vier posities, zoals PO2507."),
    "bestuur": (r"\d{5}", "Een bestuur heeft het nummer van het bevoegd gezag: vijf cijfers."),
    "platform": (
        r"(PO|VO)[0-9A-Z]{4}-[0-9A-Z]{1,10}",
        "Een platform heeft het nummer van het samenwerkingsverband, een streepje en hoogstens tien hoofdletters of cijfers.",
    ),
    "school": (_BRIN[0], _BRIN[1].format(wie="Een school")),
    "voorschool": (_BRIN[0], _BRIN[1].format(wie="Een voorschoolse voorziening")),
}
_BELONGS: dict[Soort, frozenset[str]] = {
    "swv": frozenset(),
    "bestuur": frozenset(),
    "platform": frozenset({"swv"}),
    "school": frozenset({"bestuur", "swv"}),
    "voorschool": frozenset({"bestuur", "swv"}),
}
_MAY_NAME: dict[Soort, frozenset[str]] = {
    **_BELONGS,
    "school": frozenset({"bestuur", "swv", "platform"}),
    "voorschool": frozenset({"bestuur", "swv", "platform"}),
}
Code = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)]


class Organisatie(Public):
    """One organisation. ``bestuur``, ``swv`` and ``platform`` are numbers of others, empty for none; both days are included."""

    soort: Soort
    code: Code
    naam: Short
    bestuur: Code = ""
    swv: Code = ""
    platform: Code = ""
    van: date | None = None
    tot: date | None = None

    @property
    def key(self) -> Key:
        """What it is known by."""
        return key_of(self.soort, self.code)

    @property
    def named(self) -> dict[str, Key]:
        """What it belongs to, by field."""
        return {field: (field, value) for field in ("bestuur", "swv", "platform") if (value := getattr(self, field))}


def key_of(soort: str, code: str) -> Key:
    """What an organisation is known by."""
    return ("school" if soort == "voorschool" else soort), code


def shape_faults(one: Organisatie) -> Iterator[Fault]:
    """Judge an organisation by itself: its number, what its kind must and may name, its days."""
    form, message = _FORMS[one.soort]
    if not re.fullmatch(form, one.code):
        yield Fault(field="code", rule="vorm", message=message)
    for field in ("bestuur", "swv", "platform"):
        value = getattr(one, field)
        if field in _BELONGS[one.soort] and not value:
            yield Fault(field=field, rule="verplicht", message=f"Vul hier in bij welk {_called(field)} dit hoort.")
        if value and field not in _MAY_NAME[one.soort]:
            yield Fault(field=field, rule="past-niet", message=f"Laat dit veld leeg bij {_with_article(one.soort)}.")
    if one.soort == "platform" and one.swv and not one.code.startswith(f"{one.swv}-"):
        yield Fault(field="code", rule="vorm", message=f"De code van dit platform begint met {one.swv}-.")
    if one.van and one.tot and one.tot < one.van:
        yield Fault(field="tot", rule="volgorde", message="De laatste dag ligt voor de eerste.")


def own_faults(one: Organisatie, swv: str) -> Iterator[Fault]:
    """Judge what those who manage the organisations of one SWV may not touch."""
    if one.soort == "swv":
        message = "Samenwerkingsverbanden legt de beheerder van Schakel vast."
        yield Fault(field="soort", rule="niet-toegestaan", message=message)
    elif one.soort != "bestuur" and one.swv != swv:
        message = f"U werkt voor samenwerkingsverband {swv}."
        yield Fault(field="swv", rule="swv-niet-toegestaan", message=message)


def move_faults(before: Organisatie, one: Organisatie) -> Iterator[Fault]:
    """Judge a change of something with dossiers: moving it takes its hulpvragen along, and is another act."""
    for field, what in (("bestuur", "Een ander bestuur"), ("swv", "Een ander samenwerkingsverband")):
        if getattr(before, field) != getattr(one, field):
            message = f"{what} kan hier niet: er zijn al dossiers. Gebruik daarvoor een verhuizing, dan gaan de hulpvragen mee."
            yield Fault(field=field, rule="verhuizing", message=message)


def unknown(field: str, code: str) -> Fault:
    """Say that what is named is not there."""
    return Fault(field=field, rule="onbekend", message=f"Het {_called(field)} {code} kennen wij niet.")


def outlived(one: Organisatie, school: str) -> Fault:
    """Say that something cannot end before what belongs to it."""
    message = f"Na de laatste dag hoort school {school} er nog bij. Beëindig of verhuis eerst de scholen."
    if one.key == ("school", school):
        message = "Deze school houdt later op dan waar zij bij hoort. Vul een eerdere laatste dag in."
    return Fault(field="tot", rule="nog-in-gebruik", message=message)


def _called(field: str) -> str:
    return {"swv": "samenwerkingsverband"}.get(field, field)


def _with_article(soort: Soort) -> str:
    names = {"swv": "samenwerkingsverband", "voorschool": "voorschoolse voorziening"}
    return f"een {names.get(soort, soort)}"
