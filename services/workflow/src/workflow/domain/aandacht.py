"""What deserves a look before a hulpvraag is taken up: warnings for people, never a refusal (manuals 000:836, 003:344).

>>> aandachtspunten(type_, ["IQ-onderzoek 2021.pdf"], today=date(2026, 11, 26))
["Nog niet gevonden bij de bijlagen: Groeidocument-OPP deel 1.", "IQ-onderzoek 2021.pdf lijkt ouder dan 2 jaar."]
"""

import re
from collections.abc import Collection, Iterator
from datetime import date

from shared.text import says_nothing
from workflow.domain import zoek
from workflow.domain.ruleset import Aanvraagtype

_YEAR = re.compile(r"(?<!\d)(?:[0-3]?\d[-_. ]?[01]?\d[-_. ]?)?(20\d\d)(?:[-_. ]?[01]\d[-_. ]?[0-3]\d)?(?!\d)")
_TELLING = 4
"""A word of so many letters says what a bijlage is, and so does an abbreviation: OPP, also in OPPondertekening (003:344)."""


def aandachtspunten(type_: Aanvraagtype, bijlagen: Collection[str], *, today: date) -> list[str]:
    """The warnings for these bijlagen, by name."""
    unclear = (f"De naam {naam} zegt niet wat er in het bestand staat." for naam in bijlagen if says_nothing(naam))
    return [*_missing(type_, bijlagen), *_many(type_, bijlagen), *_old(type_, bijlagen, today), *unclear]


def _missing(type_: Aanvraagtype, bijlagen: Collection[str]) -> Iterator[str]:
    present = {word for naam in bijlagen for word in zoek.words(naam)}
    for asked in type_.bijlagen:
        telling = tuple(_telling(asked.naam))
        # What has a soort goes by what its sender says, at the entrance, and not by its name: the OP counts as such (000:828).
        if asked.verplicht and asked.soort is None and not any(word.startswith(telling) for word in present):
            yield f"Nog niet gevonden bij de bijlagen: {asked.naam}{f' ({asked.wanneer})' if asked.wanneer else ''}."


def _telling(naam: str) -> Iterator[str]:
    for part in re.split(r"[^\w]+", naam):
        if len(part) >= _TELLING or part.isupper():
            yield from zoek.words(part)


def _many(type_: Aanvraagtype, bijlagen: Collection[str]) -> Iterator[str]:
    if type_.bijlagen_hooguit is not None and len(bijlagen) > type_.bijlagen_hooguit:
        yield f"Er zijn {len(bijlagen)} bijlagen; hooguit {type_.bijlagen_hooguit} is genoeg."


def _old(type_: Aanvraagtype, bijlagen: Collection[str], today: date) -> Iterator[str]:
    years = type_.onderzoek_hooguit_jaar
    for naam in bijlagen if years is not None else ():
        found = [int(year) for year in _YEAR.findall(naam)]
        if found and years is not None and max(found) < today.year - years:
            yield f"{naam} lijkt ouder dan {years} jaar."
