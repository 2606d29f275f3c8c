"""Validation against an XSD, when an operator has one. What was sent never reaches this parser: only what we read of it does.

>>> list(ongeldig(wortel, Path("OSO_gegevensset_2019.1.xsd")))
[<brincode>]
"""

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from lxml import etree  # type: ignore[import-untyped]  # it has no types of its own

from intake.oso.knoop import Knoop


def ongeldig(wortel: Knoop, xsd: Path) -> Iterator[Knoop]:
    """Give every element that the XSD refuses, once. A file stands as one letter: its form is judged when it is unpacked."""
    schema = _schema(xsd, xsd.stat().st_mtime_ns)
    boom, knopen = _boom(wortel)
    if not schema.validate(boom):
        gezien: set[int] = set()
        for fout in schema.error_log:
            knoop = knopen[min(fout.line, len(knopen)) - 1]
            if id(knoop) not in gezien:
                gezien.add(id(knoop))
                yield knoop


@lru_cache(maxsize=4)
def _schema(xsd: Path, _gewijzigd: int) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True, resolve_entities=False, load_dtd=False)
    return etree.XMLSchema(etree.parse(str(xsd), parser))


def _boom(wortel: Knoop) -> tuple[etree._Element, list[Knoop]]:
    """Build the tree anew, with the number of an element as its line, so that a fault leads back to it."""
    knopen: list[Knoop] = []
    gemaakt: dict[int, etree._Element] = {}
    for knoop in wortel.elk():
        knopen.append(knoop)
        element = _element(knoop.volle_naam)
        if knoop.ouder is not None:
            gemaakt[id(knoop.ouder)].append(element)
        element.sourceline = len(knopen)
        element.text = "x" if knoop.spoel else (knoop.tekst if not knoop.kinderen else None)
        gemaakt[id(knoop)] = element
    return gemaakt[id(wortel)], knopen


def _element(naam: str) -> etree._Element:
    """Make an element; of a name that libxml2 does not take, one that no schema has."""
    try:
        return etree.Element(naam)
    except ValueError:
        return etree.Element("onbekend")
