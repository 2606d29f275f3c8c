"""Who there is: one SWV, two boards, four schools, staff and pupils. All of it is made up."""

from dataclasses import dataclass
from datetime import date
from typing import Literal

SWV = "PO2507"
CONNECTOR = "demo"


@dataclass(frozen=True, slots=True)
class Person:
    """Someone with an account."""

    organisatie: str
    gebruikersnaam: str
    naam: str
    soort: Literal["swv", "bestuur", "school"]
    rollen: tuple[str, ...]

    @property
    def email(self) -> str:
        """Where this person gets mail."""
        return f"{self.gebruikersnaam}@{self.organisatie.lower()}.example"


@dataclass(frozen=True, slots=True)
class Pupil:
    """A pupil of a school."""

    school: str
    leerlingid: str
    roepnaam: str
    voorvoegsel: str
    achternaam: str
    geboren: date


BESTUREN = (("90001", "Stichting De Verzonnen Bomen"), ("90002", "Stichting Fantasie en Leren"))

SCHOLEN = (
    ("99XA00", "De Verzonnen Linde", "90001"),
    ("99XB00", "De Bedachte Beuk", "90001"),
    ("99XC00", "De Fantasiefabriek", "90002"),
    ("99XC01", "De Fantasiefabriek, locatie Zuid", "90002"),
)

PEOPLE = (
    Person(SWV, "a.drost", "Anna Drost", "swv", ("administratie",)),
    Person(SWV, "s.pol", "Sanne Pol", "swv", ("SCP",)),
    Person(SWV, "c.arends", "Carlo Arends", "swv", ("AC",)),
    Person(SWV, "t.klein", "Tess Klein", "swv", ("CT",)),
    Person(SWV, "b.heer", "Bas Heer", "swv", ("applicatiebeheerder",)),
    Person(SWV, "k.oord", "Karim Oord", "swv", ("coördinator",)),
    Person("99XA00", "i.linde", "Iris Linde", "school", ("IB'er",)),
    Person("99XB00", "b.beuk", "Bram Beuk", "school", ("IB'er",)),
    Person("99XC00", "f.fabriek", "Fenna Fabriek", "school", ("IB'er",)),
    Person("99XC01", "z.zuid", "Zeki Zuid", "school", ("IB'er",)),
    Person("90001", "d.boom", "Dirk Boom", "bestuur", ()),
    Person("90002", "l.fantas", "Lieke Fantas", "bestuur", ()),
)

NOOR = Pupil("99XA00", "demo-1001", "Noor", "", "Voorbeeld", date(2017, 4, 12))
SAM = Pupil("99XB00", "demo-2002", "Sam", "van der", "Verzonnen", date(2015, 11, 3))
BO = Pupil("99XC00", "demo-3003", "Bo", "", "Fictief", date(2016, 8, 21))

POSTBUSSEN = {
    "administratie": "administratie@po2507.example",
    "SCP": "scp@po2507.example",
    "AC": "ac@po2507.example",
    "CT": "ct@po2507.example",
    "coördinator": "coordinator@po2507.example",
}


def person(gebruikersnaam: str) -> Person:
    """Find someone by user name."""
    return next(one for one in PEOPLE if one.gebruikersnaam == gebruikersnaam)


def organisaties(connector_user: str) -> dict[str, object]:
    """The document that intake loads."""
    return {
        "swv": [{"code": SWV, "naam": "SWV Stromenland PO2507 (demo)"}],
        "besturen": [{"code": code, "naam": naam} for code, naam in BESTUREN],
        "scholen": [{"code": code, "naam": naam, "bestuur": bestuur, "swv": SWV} for code, naam, bestuur in SCHOLEN],
        "connectors": [
            {
                "id": CONNECTOR,
                "naam": "Demo-LVS",
                "gebruiker": connector_user,
                "swv": [SWV],
                "scholen": [code for code, _, _ in SCHOLEN],
            }
        ],
    }
