"""Fields that schools fill in, each with one rule wherever it comes in: telephone, mail address, postcode.

>>> class Contact(Public):
...     email: Emailadres
...     telefoon: TelefoonOfLeeg = ""

A value is kept as it was written. What is wrong is told as ``rule: sentence`` (``shared.faults``): ``telefoonnummer``,
``e-mailadres``, ``postcode``.
"""

import re
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints

_BETWEEN = "[ ().-]*"
TELEFOON = rf"^(?:\(?0|(?:\+|00)31{_BETWEEN}0?)(?:{_BETWEEN}[0-9]){{9}}$|^0[89]00(?:[ .-]*[0-9]){{4}}(?:(?:[ .-]*[0-9]){{3}})?$"
"""A Dutch number: ten digits from 0, nine after +31 or 0031, or 0800 and 0900 with four or seven more (Nummerplan, ACM)."""
POSTCODE = r"^[1-9][0-9]{3} ?(?!SA|SD|SS)[A-Z]{2}$"
"""Four digits and two capitals; SA, SD and SS are never given out (NEN 5825)."""
EMAIL = r"^[A-Za-z0-9!#$%*+=?^_`{|}~.-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$"


def is_mobiel(telefoon: str) -> bool:
    """Tell whether a number is a mobile one (06): of a person, most of the time, and not of a school (manual 002:330).

    >>> is_mobiel("+31 (0)6 00 00 00 00")
    True
    """
    return re.sub(r"^(?:0031|31)?0?", "", re.sub(r"\D", "", telefoon)).startswith("6") and _is(TELEFOON, telefoon)


def _is(pattern: str, value: str) -> bool:
    return re.fullmatch(pattern, value) is not None


def _telefoon(value: str) -> str:
    if not _is(TELEFOON, value):
        raise ValueError(
            "telefoonnummer: Dit is geen Nederlands telefoonnummer. Schrijf het als 024 123 45 67 of +31 24 123 45 67."
        )
    return value


def _telefoon_of_leeg(value: str) -> str:
    return _telefoon(value) if value else value


def _email(value: str) -> str:
    if not _is(EMAIL, value):
        raise ValueError("e-mailadres: Dit is geen e-mailadres.")
    return value


def _postcode(value: str) -> str:
    if not _is(POSTCODE, value):
        raise ValueError("postcode: Dit is geen postcode. Schrijf vier cijfers en twee hoofdletters, zoals 1234 AB.")
    return value


_Number = Annotated[str, StringConstraints(strip_whitespace=True, max_length=20)]
Telefoon = Annotated[_Number, AfterValidator(_telefoon)]
TelefoonOfLeeg = Annotated[_Number, AfterValidator(_telefoon_of_leeg)]
Emailadres = Annotated[
    str,
    StringConstraints(strip_whitespace=True, max_length=256),
    AfterValidator(_email),
]
Postcode = Annotated[
    str, StringConstraints(strip_whitespace=True), AfterValidator(_postcode), Field(json_schema_extra={"pattern": POSTCODE})
]
