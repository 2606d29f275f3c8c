"""What of an OSO dossier goes with a hulpvraag: of this pupil, what the school ticked, and nothing at all when it has a fault.

>>> oordeel = judge(gelezen, Verwacht(...), frozenset({"Leerling", "Bijlages"}))
>>> oordeel.uitkomst, oordeel.bewaren
('gelezen', True)

Pure. What OSO itself asks of a dossier is found by ``intake.oso``; here it is held against the hulpvraag that it came with.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import PurePath
from typing import Any, Literal

from intake.oso.dossier import OsoDossier
from intake.oso.resultaat import Bevinding, Gelezen, OsoBijlage

NEVER_KEPT = frozenset({"LL12", "BSN", "LL06", "LL08", "LL09", "OV03", "OV04"})
"""The rules against a BSN, and against an address or number that is secret: with one of these it is rejected, and goes."""
ANDERE_LEERLING, ANDERE_SCHOOL, NIET_AANGEVINKT = "andere-leerling", "andere-school", "niet-aangevinkt"
MOST = 100
"""Findings that are kept and told of one dossier."""
_BLOKKEN: dict[str, str] = {
    "verzorgers": "Ouders/Verzorgers",
    "verzorgersaansprakelijk": "Ouders/Verzorgers",
    "aansprakelijkeinstelling": "Ouders/Verzorgers",
    "vve": "VVE",
    "schoolloopbaan": "Schoolloopbaan",
    "overstapadvies": "Overstapadvies",
    "onderwijsondersteuning": "Onderwijsondersteuning",
    "verzuim": "Verzuim",
    "eindtoets": "Eindtoets",
    "toetsresultaten": "Toetsresultaten",
    "cijferlijsten": "Toetsresultaten",
    "handelingsplannen": "Handelingsplannen",
}
"""Field of the dossier → gegevensblok as a school ticks it (domain: OSO 2019.1 ``cat_…``)."""
_ONDERDELEN: dict[str, str] = {
    "handelingsplan": "Handelingsplannen",
    "verzuim": "Verzuim",
    "eindtoets": "Eindtoets",
    "toets": "Toetsresultaten",
    "overigdocument": "Bijlages",
}
"""Where a bijlage stands → gegevensblok; elsewhere it is of onderwijsondersteuning."""


@dataclass(frozen=True, slots=True)
class Verwacht:
    """The pupil of the hulpvraag. ``scholen`` are the six-position codes of its school, then and now."""

    leerlingid: str
    achternaam: str
    geboortedatum: date
    scholen: frozenset[str]


@dataclass(frozen=True, slots=True)
class Oordeel:
    """What becomes of a dossier. ``gegevens`` is None when nothing is taken over; without ``bewaren`` the XML goes, too."""

    uitkomst: Literal["gelezen", "afgewezen"]
    bewaren: bool
    bevindingen: tuple[Bevinding, ...]
    gegevens: dict[str, Any] | None = None
    bijlagen: tuple[OsoBijlage, ...] = ()


def judge(gelezen: Gelezen, verwacht: Verwacht, aangevinkt: Collection[str]) -> Oordeel:
    """Judge a dossier that could be read. ``aangevinkt`` are the gegevensblokken that were ticked; none: all that is in it."""
    strange = tuple(_strange(gelezen.dossier, verwacht))
    findings = (*strange, *gelezen.bevindingen)
    forbidden = any(found.code in NEVER_KEPT for found in findings)
    if forbidden or any(found.ernst == "fout" for found in findings):
        return Oordeel("afgewezen", not (strange or forbidden), at_most(findings))
    wanted = frozenset(aangevinkt)
    left_out = tuple(_left_out(gelezen, wanted)) if wanted else ()
    fields = {name for name in OsoDossier.model_fields if _is_wanted(_BLOKKEN.get(name), wanted)}
    gegevens = gelezen.dossier.model_dump(mode="json", include=fields, exclude_none=True)
    files = [file for file in gelezen.bijlagen if file.pad and _is_taken(file, wanted)]
    empty = tuple(refused_file(file, "leeg-bestand", "Deze bijlage is leeg.") for file in files if not file.grootte)
    found = at_most((*findings, *left_out, *empty))
    return Oordeel("gelezen", bewaren=True, bevindingen=found, gegevens=gegevens, bijlagen=tuple(f for f in files if f.grootte))


def unreadable(code: str, bericht: str) -> Oordeel:
    """Reject what cannot be read, or did not even come so far; it is not kept, for nobody can tell what is in it."""
    return Oordeel(
        "afgewezen", bewaren=False, bevindingen=(Bevinding(code=code, ernst="fout", veld="(dossier)", bericht=bericht),)
    )


def refused_file(file: OsoBijlage, code: str, bericht: str) -> Bevinding:
    """Say that a bijlage was not taken, by name."""
    return Bevinding(code=code, ernst="waarschuwing", veld=file.veld, bericht=bericht, bijlage=file.naam)


def name_of(file: OsoBijlage) -> tuple[str, str]:
    """Return under which name and with which description a file goes on.

    Where the name in the dossier says another kind of file than the one inside the ZIP, the real file keeps its own name; the
    other stands in the description. The reader has a finding of it.
    """
    shown = (file.omschrijving or "").strip()
    real = file.naam_in_zip or file.naam
    if PurePath(real).suffix.lower() == PurePath(file.naam).suffix.lower():
        return _fits(file.naam), shown[:200]
    return _fits(real), f"In het OSO-dossier: {file.naam}. {shown}".strip()[:200]


def at_most(findings: tuple[Bevinding, ...]) -> tuple[Bevinding, ...]:
    """Keep what one message can carry, faults first."""
    ordered = sorted(findings, key=lambda found: found.ernst != "fout")
    if len(ordered) <= MOST:
        return tuple(ordered)
    message = f"En nog {len(ordered) - MOST} bevindingen."
    return (*ordered[:MOST], Bevinding(code="meer", ernst="waarschuwing", veld="(dossier)", bericht=message))


def _fits(naam: str) -> str:
    return naam.strip()[:200] or "naamloos"


def _strange(dossier: OsoDossier, verwacht: Verwacht) -> Iterator[Bevinding]:
    """What shows that this is the dossier of another pupil, or from another school."""
    leerling, school = dossier.leerling, dossier.school
    where = "huidigeschool.leerling"
    if leerling is None:
        return  # without a pupil the reader has faults of its own
    if leerling.leerlingid is not None and leerling.leerlingid.strip() != verwacht.leerlingid:
        yield _fault(ANDERE_LEERLING, f"{where}.leerlingid", "Het leerlingnummer is een ander dan in de hulpvraag.")
    if leerling.leerlingid is None and (leerling.achternaam or "").casefold() != verwacht.achternaam.casefold():
        yield _fault(ANDERE_LEERLING, f"{where}.achternaam", "De achternaam is een andere dan in de hulpvraag.")
    if leerling.geboortedatum is not None and leerling.geboortedatum != verwacht.geboortedatum:
        yield _fault(ANDERE_LEERLING, f"{where}.geboortedatum", "De geboortedatum is een andere dan in de hulpvraag.")
    brin = school.brincode if school else None
    if brin is not None and brin not in {code[:4] for code in verwacht.scholen}:
        yield _fault(ANDERE_SCHOOL, "huidigeschool.brincode", "De BRIN is die van een andere school dan in de hulpvraag.")


def _fault(code: str, veld: str, bericht: str) -> Bevinding:
    message = f"{bericht} Wij nemen niets uit dit dossier over en bewaren het niet. Stuur het dossier van deze leerling."
    return Bevinding(code=code, ernst="fout", veld=veld, bericht=message)


def _left_out(gelezen: Gelezen, wanted: frozenset[str]) -> Iterator[Bevinding]:
    present = {name for name in _BLOKKEN if getattr(gelezen.dossier, name)}
    for blok in sorted({_BLOKKEN[name] for name in present} - wanted):
        yield _not_ticked(blok, f"Het blok ‘{blok}’ was niet aangevinkt. Het staat wel in het dossier en is niet overgenomen.")
    for file in gelezen.bijlagen:
        if file.pad and not _is_taken(file, wanted):
            message = "Deze bijlage hoort bij een blok dat niet was aangevinkt, en is niet overgenomen."
            yield refused_file(file, NIET_AANGEVINKT, message)


def _not_ticked(veld: str, bericht: str) -> Bevinding:
    return Bevinding(code=NIET_AANGEVINKT, ernst="waarschuwing", veld=veld, bericht=bericht)


def _is_wanted(blok: str | None, wanted: frozenset[str]) -> bool:
    return not wanted or blok is None or blok in wanted


def _is_taken(file: OsoBijlage, wanted: frozenset[str]) -> bool:
    """With ‘Bijlages’ every bijlage goes along: that alone is what manuals have a school tick (000:200)."""
    return _is_wanted("Bijlages", wanted) or _is_wanted(_ONDERDELEN.get(file.onderdeel, "Onderwijsondersteuning"), wanted)
