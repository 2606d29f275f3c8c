"""From bytes to elements, whatever was sent: one pass by expat, in memory that does not grow with the files inside.

>>> wortel, versie = ontleed(bestand, Path("bijlagen"), Grenzen())

No DTD (so no entities, internal or external), nothing fetched, bounds on everything (ASVS 5.0 1.5.1). The text of a
``bestandsinhoud`` is decoded while it comes and goes to disk. Why expat: docs/decisions/2026-11-27-oso-by-expat.md.
"""

from pathlib import Path
from typing import BinaryIO, NoReturn
from xml.parsers.expat import ExpatError, ParserCreate, XMLParserType

from intake.oso.base64stroom import Base64Stroom
from intake.oso.knoop import Knoop, Spoel
from intake.oso.resultaat import Grenzen, OsoOnleesbaar
from intake.oso.versies import NUMMERS, Versie, versie_van

_STUK = 64 * 1024
_CODERINGEN = frozenset({"utf-8", "utf8", "utf-16", "us-ascii", "iso-8859-1", "iso-8859-15", "windows-1252"})
_INHOUD = "bestandsinhoud"


def ontleed(bestand: BinaryIO, map_voor_bijlagen: Path, grenzen: Grenzen) -> tuple[Knoop, Versie]:
    """Read to the end. Raises OsoOnleesbaar; what it wrote until then stays in the folder, which is the caller's to empty."""
    ontleder = _Ontleder(map_voor_bijlagen, grenzen)
    try:
        return ontleder.lees(bestand)
    finally:
        ontleder.sluit()


class _Ontleder:
    def __init__(self, map_voor_bijlagen: Path, grenzen: Grenzen) -> None:
        self.map = map_voor_bijlagen
        self.grenzen = grenzen
        self.wortel: Knoop | None = None
        self.versie: Versie | None = None
        self._hier: Knoop | None = None
        self._stukken: list[str] = []
        self._lengte = 0
        self._teksten = 0
        self._diepte = 0
        self._aantal = 0
        self._bijlagen = 0
        self._stroom: Base64Stroom | None = None
        self._expat = self._maak()

    def _maak(self) -> XMLParserType:
        expat = ParserCreate(namespace_separator=" ")
        expat.buffer_text = True
        expat.buffer_size = _STUK
        expat.XmlDeclHandler = self._verklaring
        expat.StartDoctypeDeclHandler = self._dtd
        expat.EntityDeclHandler = self._dtd
        expat.ExternalEntityRefHandler = self._dtd
        expat.StartElementHandler = self._begin
        expat.EndElementHandler = self._einde
        expat.CharacterDataHandler = self._tekst
        return expat

    def lees(self, bestand: BinaryIO) -> tuple[Knoop, Versie]:
        gelezen = 0
        try:
            while stuk := bestand.read(_STUK):
                gelezen += len(stuk)
                if gelezen > self.grenzen.bestand:
                    _weiger("te-groot", f"Dit dossier is groter dan {self.grenzen.bestand // 1024 // 1024} MB.")
                self._expat.Parse(stuk)
                if gelezen - self._expat.CurrentByteIndex > self.grenzen.teken + _STUK:
                    _weiger("te-lang-teken", "In dit dossier staat een onderdeel waarvan het begin onredelijk lang is.")
            self._expat.Parse(b"", True)  # noqa: FBT003 - expat takes no keyword
        except (ExpatError, UnicodeError, LookupError) as error:
            _weiger(
                "geen-xml", f"Dit bestand is geen geldige XML: het gaat mis op regel {self._expat.CurrentLineNumber}.", error
            )
        if self.wortel is None or self.versie is None:
            _weiger("geen-xml", "Dit bestand is geen geldige XML.")
        if len(list(self.wortel.alle("huidigeschool"))) > 1 or len(list(self.wortel.alle("huidigeschool/leerling"))) > 1:
            _weiger(
                "meer-leerlingen", "In dit dossier staat meer dan één leerling of school. Stuur voor elke leerling een dossier."
            )
        return self.wortel, self.versie

    def sluit(self) -> None:
        """Close what is still open after a fault, and let go of the parser, whose handlers hold this object."""
        if self._stroom:
            self._stroom.sluit()
        del self._expat

    def _verklaring(self, versie: str, codering: str | None, _los: int) -> None:
        if codering is not None and codering.lower() not in _CODERINGEN:
            _weiger("codering", "De tekst van dit dossier is niet in UTF-8 opgeslagen.")
        if versie != "1.0":
            _weiger("geen-xml", "Dit bestand is geen XML 1.0.")

    def _dtd(self, *_args: object) -> NoReturn:
        _weiger("dtd", "In dit dossier staat een DTD of een entiteit (DOCTYPE). Die nemen wij niet aan.")

    def _begin(self, volle_naam: str, attributen: dict[str, str]) -> None:
        grenzen = self.grenzen
        ruimte, _, naam = volle_naam.rpartition(" ")
        if self.versie is None:
            self.versie = _herken(ruimte, naam)
        self._diepte += 1
        self._aantal += 1
        if self._diepte > grenzen.diepte:
            _weiger("te-diep", f"De onderdelen van dit dossier zijn dieper genest dan {grenzen.diepte}.")
        if self._aantal > grenzen.onderdelen:
            _weiger("te-veel-onderdelen", f"Dit dossier heeft meer dan {grenzen.onderdelen} onderdelen.")
        if len(attributen) > grenzen.attributen or any(len(waarde) > grenzen.attribuut for waarde in attributen.values()):
            _weiger("attributen", "In dit dossier heeft een onderdeel te veel of te lange attributen.")
        eigen = naam if ruimte == self.versie.naamruimte and naam in self.versie.namen else ""
        self._bewaar()
        knoop = Knoop(eigen, self._hier, f"{{{ruimte}}}{naam}" if ruimte else naam)
        if self._hier is None:
            self.wortel = knoop
        else:
            self._hier.kinderen.append(knoop)
        self._hier = knoop
        if eigen == _INHOUD:
            self._open(knoop)

    def _open(self, knoop: Knoop) -> None:
        """Make room on disk for a file."""
        if self._bijlagen >= self.grenzen.bijlagen:
            _weiger("te-veel-bijlagen", f"Dit dossier heeft meer dan {self.grenzen.bijlagen} bijlagen.")
        if self._stroom:
            _weiger("geen-dossier", "In dit dossier staat een bestand binnen een bestand.")
        knoop.spoel = Spoel(self.map / f"{self._bijlagen:03d}.zip")
        self._bijlagen += 1
        self._stroom = Base64Stroom(knoop.spoel, self.grenzen.zip)

    def _tekst(self, tekst: str) -> None:
        if self._stroom:
            self._stroom.schrijf(tekst)
            return
        self._lengte += len(tekst)
        self._teksten += len(tekst)
        if self._lengte > self.grenzen.tekst or self._teksten > self.grenzen.teksten:
            _te_veel_tekst()
        self._stukken.append(tekst)

    def _einde(self, _naam: str) -> None:
        hier = self._hier
        if hier is None:  # pragma: no cover - expat gives no end without a begin
            return
        self._bewaar()
        if hier.spoel and self._stroom:
            self._stroom.sluit()
            self._stroom = None
        self._hier = hier.ouder
        self._diepte -= 1

    def _bewaar(self) -> None:
        """Put the text that came with the element it stands in. That of a BSN is not kept for a moment."""
        if not self._stukken:
            return
        tekst = "".join(self._stukken)
        hier = self._hier
        if hier and self.versie and not tekst.isspace() and hier.naam not in self.versie.zonder_tekst:
            if len(hier.tekst) + len(tekst) > self.grenzen.tekst:
                _te_veel_tekst()
            hier.tekst += tekst
        self._stukken.clear()
        self._lengte = 0


def _herken(ruimte: str, naam: str) -> Versie:
    """Tell the version by the root and its namespace."""
    versie = versie_van(ruimte)
    if versie is None:
        jaar = ruimte.removeprefix("http://www.edustandaard.nl/oso_gegevensset/").removesuffix("/dossier")
        if jaar.isdigit() and len(jaar) == 4:
            _weiger("versie-onbekend", f"OSO-dossiers van versie {jaar} lezen wij niet. Wel: {', '.join(NUMMERS)}.")
        _weiger("geen-dossier", "Dit is geen OSO-dossier.")
    if naam != "dossier":
        _weiger("geen-dossier", "Dit is geen OSO-dossier van één leerling: het begint niet met het onderdeel dossier.")
    return versie


def _te_veel_tekst() -> NoReturn:
    _weiger("te-veel-tekst", "In dit dossier staat meer tekst dan wij aannemen. Stuur lange teksten als bijlage.")


def _weiger(rule: str, message: str, oorzaak: Exception | None = None) -> NoReturn:
    raise OsoOnleesbaar(rule, message) from oorzaak
