"""An overlegronde as a report: the data its template shows. Everything is text, ready for print.

>>> opstellen(Verslag(dossiernummer=100001, onderwerp="MDO", ...))["titel"]
'Overlegronde over hulpvraag 100001'

What stands in it is what the person who asks may read, as the gateway shows it to them: documents decides nothing about that.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from documents.domain.datums import voluit
from documents.domain.tekst import one_line, paragraphs
from shared import clock


@dataclass(frozen=True, slots=True)
class Reactie:
    """What someone said, and when."""

    naam: str
    geplaatst_op: datetime
    tekst: str


@dataclass(frozen=True, slots=True)
class Verslag:
    """An overlegronde as one person may read it at a moment. ``deadline`` is its last day."""

    dossiernummer: int
    onderwerp: str
    omschrijving: str
    organisator: str
    deadline: date
    alleen_eigen: bool
    deelnemers: tuple[str, ...]
    reacties: tuple[Reactie, ...]
    gemaakt_op: datetime


def naam_van(verslag: Verslag) -> str:
    """Name the file: the subject stays out of it, since it may name a child."""
    return f"Overlegronde {verslag.dossiernummer}.pdf"


def opstellen(verslag: Verslag) -> dict[str, Any]:
    """Put it in JSON for the template. No personal data goes into the title, which ends up in metadata."""
    dag = verslag.gemaakt_op.astimezone(clock.NETHERLANDS).date()
    return {
        "titel": f"Overlegronde over hulpvraag {verslag.dossiernummer}",
        "datum": {"jaar": dag.year, "maand": dag.month, "dag": dag.day},
        "onderwerp": one_line(verslag.onderwerp),
        "rijen": [
            ["Hulpvraag", str(verslag.dossiernummer)],
            ["Organisator", one_line(verslag.organisator)],
            ["Laatste dag", voluit(verslag.deadline)],
            ["Deelnemers", one_line(", ".join(verslag.deelnemers)) or "niemand"],
            ["Gemaakt op", _moment(verslag.gemaakt_op)],
        ],
        "omschrijving": paragraphs(verslag.omschrijving),
        "alleen_eigen": verslag.alleen_eigen,
        "reacties": [
            {"naam": one_line(one.naam), "op": _moment(one.geplaatst_op), "tekst": paragraphs(one.tekst)}
            for one in verslag.reacties
        ],
    }


def _moment(moment: datetime) -> str:
    here = moment.astimezone(clock.NETHERLANDS)
    return f"{voluit(here.date())} om {here:%H.%M} uur"
