"""What the simulated register knows by itself of schools, SWVs and pupils: every well-formed number, unless told otherwise."""

from datetime import date

from pydantic import Field

from bron_export.bericht import Bericht


class Periode(Bericht):
    """From ``van`` up to and including ``tot``; None: without end."""

    van: date = date(1900, 1, 1)
    tot: date | None = None

    def holds(self, dag: date) -> bool:
        """Tell whether the day lies in it."""
        return self.van <= dag and (self.tot is None or dag <= self.tot)


class Kennis(Bericht):
    """The exceptions. Keys are a BRIN, a school code of six positions, an SWV number, and ``BRIN/leerlingid``.

    ``inschrijvingen`` are the days on which pupils were enrolled: a TLV that begins later was missing then (415).
    """

    brins: dict[str, Periode] = Field(default_factory=dict)
    onbekende_vestigingen: frozenset[str] = frozenset()
    samenwerkingsverbanden: dict[str, Periode] = Field(default_factory=dict)
    onbekende_samenwerkingsverbanden: frozenset[str] = frozenset()
    andere_schoolsoort: frozenset[str] = frozenset()
    verkeerde_schoolsoort: frozenset[str] = frozenset()
    geboortedatums: dict[str, date] = Field(default_factory=dict)
    inschrijvingen: dict[str, date] = Field(default_factory=dict)
