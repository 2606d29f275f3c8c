"""Which versions of the standard are read. Another version is another module of data, and a line here."""

from collections.abc import Mapping
from dataclasses import dataclass

from intake.oso import versie_2019
from intake.oso.afbeelding import Afbeelding
from intake.oso.dossier import Onderdeel, OsoDossier


@dataclass(frozen=True)
class Versie:
    """One version: what it calls itself, and where in it the parts of a dossier stand.

    ``weggelaten``: elements of the standard that Schakel does not hold. ``onderdelen``: what a bijlage belongs to, by the
    element around it. ``uitlevering``: the elements of each category. ``zonder_tekst``: elements whose text is not even read.
    """

    nummer: str
    naamruimte: str
    validatieversie: str
    afbeelding: Afbeelding
    weggelaten: frozenset[str]
    onderdelen: Mapping[str, Onderdeel]
    uitlevering: Mapping[str, tuple[str, ...]]
    zonder_tekst: frozenset[str] = frozenset({"bsn", "onderwijsnummer"})

    def __post_init__(self) -> None:
        namen = {stap for paden in self.uitlevering.values() for pad in paden for stap in pad.split("/")}
        namen |= {*self.uitlevering, *self.onderdelen, *self.weggelaten, *self.afbeelding.namen}
        namen |= {"categorie_uitlevering", "document", "bestandsnaam", "omschrijving", "bestandsinhoud"}
        object.__setattr__(self, "namen", frozenset(namen))

    namen: frozenset[str] = frozenset()
    """Every element that this version has a use for. Another stays without name: its name could say anything."""


VERSIES = {
    versie_2019.NAAMRUIMTE: Versie(
        nummer="2019.1",
        naamruimte=versie_2019.NAAMRUIMTE,
        validatieversie="2019.1.1",
        afbeelding=Afbeelding(OsoDossier, versie_2019.PADEN),
        weggelaten=versie_2019.WEGGELATEN,
        onderdelen=versie_2019.ONDERDELEN,
        uitlevering=versie_2019.UITLEVERING,
    )
}
NUMMERS = tuple(versie.nummer for versie in VERSIES.values())


def versie_van(naamruimte: str) -> Versie | None:
    """Return the version whose namespace this is."""
    return VERSIES.get(naamruimte)
