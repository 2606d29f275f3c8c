"""The register's judgement of one delivery: the rules of the content, and what only the register knows."""

from collections.abc import Iterable, Iterator
from datetime import date

from bron_export.bericht import Melding
from bron_export.domain.gegevens import Categorie, Gegevens
from bron_export.domain.regels import controleer
from bron_export.domain.signalen import signaal
from bron_export.simulator.kennis import Kennis
from shared.contracts.common import Signaal

_CATEGORIES: dict[str, Categorie] = {"L": "L", "M": "M", "H": "H"}


def gegevens_van(melding: Melding) -> Gegevens | None:
    """Read the content of a delivery; None when it names no kind, or two."""
    tlv, arrangement = melding.toelaatbaarheidsverklaring, melding.onderwijsarrangement
    swv, school = melding.samenwerkingsverband, melding.namens.brin + melding.namens.vestiging
    if tlv is not None and arrangement is None:
        return Gegevens(
            soort="TLV",
            swv=swv,
            school=school,
            leerlingid=melding.leerlingid,
            nummer=tlv.beschikkingsnummer,
            categorie=_CATEGORIES.get(tlv.bekostigingscategorie or ""),
            begin=tlv.ingangsdatum,
            eind=tlv.einddatum,
        )
    if arrangement is not None and tlv is None:
        return Gegevens(
            soort="onderwijsarrangement",
            swv=swv,
            school=school,
            leerlingid=melding.leerlingid,
            begin=arrangement.ingangsdatum,
            eind=arrangement.einddatum,
            omschrijving=arrangement.omschrijving,
            begeleider=arrangement.begeleider,
        )
    return None


def beoordeel(melding: Melding, registered: Iterable[Melding], kennis: Kennis, *, vandaag: date) -> tuple[Signaal, ...]:
    """Return every signal; with an A among them nothing is registered. ``registered`` is what holds of other decisions."""
    gegevens = gegevens_van(melding)
    if gegevens is None:
        return (signaal(359),)
    tlv = melding.toelaatbaarheidsverklaring
    listed = tlv is None or tlv.bekostigingscategorie is None or tlv.bekostigingscategorie in _CATEGORIES
    findings = [each for each in controleer(gegevens, vandaag=vandaag) if listed or each.veld != "categorie"]
    codes = [] if listed else [741]
    codes += [each.signaal.code for each in findings]
    codes += _known(gegevens, kennis)
    codes += _others(gegevens, registered)
    return tuple(signaal(code) for code in dict.fromkeys(codes))


def _known(gegevens: Gegevens, kennis: Kennis) -> Iterator[int]:
    begin = gegevens.begin
    if begin is None:
        return
    brin, swv = kennis.brins.get(gegevens.brin), kennis.samenwerkingsverbanden.get(gegevens.swv)
    if brin is not None and not brin.holds(begin):
        yield 301
    if gegevens.school in kennis.onbekende_vestigingen:
        yield 397
    if gegevens.school in kennis.verkeerde_schoolsoort:
        yield 356
    if gegevens.swv in kennis.onbekende_samenwerkingsverbanden:
        yield 741
    if swv is not None and not swv.holds(begin):
        yield 419
    if gegevens.swv in kennis.andere_schoolsoort:
        yield 420
    pupil = f"{gegevens.brin}/{gegevens.leerlingid}"
    born, enrolled = kennis.geboortedatums.get(pupil), kennis.inschrijvingen.get(pupil)
    if born is not None and begin <= born:
        yield 305
    if gegevens.soort == "TLV" and enrolled is not None and begin > enrolled:
        yield 415


def _others(gegevens: Gegevens, registered: Iterable[Melding]) -> Iterator[int]:
    if gegevens.soort != "TLV":
        return
    for melding in registered:
        other = gegevens_van(melding)
        if other is None or other.soort != "TLV":
            continue
        same_pupil = (other.brin, other.leerlingid) == (gegevens.brin, gegevens.leerlingid)
        if same_pupil and other.begin == gegevens.begin:
            yield 425
        if not same_pupil and other.nummer == gegevens.nummer:
            yield 422
