"""From elements to models, by the types of the models and a table of paths.

>>> afbeelding = Afbeelding(OsoDossier, PADEN)
>>> dossier, verkeerd = afbeelding.lees(wortel)

A field stands under its own name below the element of its model, unless the table says otherwise. Every element that is used is
marked (``gezien``). What has not the form of its type (XML Schema part 2: date, boolean, integer, decimal) is left empty, and
given back in ``verkeerd``.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import NoneType, UnionType
from typing import Any, get_args, get_origin

from intake.oso.knoop import Knoop
from intake.oso.personen import Deel

_WAAR = {"true": True, "1": True, "false": False, "0": False}
_DAG = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:Z|[+-]\d\d:\d\d)?", re.ASCII)
_GEHEEL = re.compile(r"[+-]?\d{1,9}", re.ASCII)
_GETAL = re.compile(r"[+-]?(\d{1,12}(\.\d{0,6})?|\.\d{1,6})", re.ASCII)


def _dag(tekst: str) -> date:
    gevonden = _DAG.fullmatch(tekst)
    if gevonden is None:
        raise ValueError
    return date(*map(int, gevonden.groups()))


def _waar(tekst: str) -> bool:
    if tekst not in _WAAR:
        raise ValueError
    return _WAAR[tekst]


def _met(patroon: re.Pattern[str], soort: Callable[[str], Any]) -> Callable[[str], Any]:
    def lees(tekst: str) -> Any:  # noqa: ANN401 - what the type of the field says
        if not patroon.fullmatch(tekst):
            raise ValueError
        return soort(tekst)

    return lees


_LEZERS: Mapping[type, Callable[[str], Any]] = {
    str: str,
    bool: _waar,
    date: _dag,
    int: _met(_GEHEEL, int),
    Decimal: _met(_GETAL, Decimal),
}


@dataclass(frozen=True, slots=True)
class _Veld:
    """One field: where it stands, whether there may be more, and what it is: a part, or a text to read."""

    naam: str
    pad: str
    meer: bool
    soort: type


class Afbeelding:
    """How one version of the standard becomes ``model``."""

    def __init__(self, model: type[Deel], paden: Mapping[type[Deel], Mapping[str, str]]) -> None:
        self._model = model
        self._velden: dict[type[Deel], tuple[_Veld, ...]] = {}
        self._leer(model, paden)

    @property
    def namen(self) -> frozenset[str]:
        """Every element that it knows."""
        return frozenset(stap for velden in self._velden.values() for veld in velden for stap in veld.pad.split("/"))

    def lees(self, wortel: Knoop) -> tuple[Any, list[Knoop]]:
        """Return the model, and the elements whose text has not the form that it should have."""
        verkeerd: list[Knoop] = []
        return self._lees(self._model, wortel, verkeerd), verkeerd

    def _leer(self, model: type[Deel], paden: Mapping[type[Deel], Mapping[str, str]]) -> None:
        if model in self._velden:
            return
        elders = paden.get(model, {})
        velden = []
        for naam, gegeven in model.model_fields.items():
            meer, soort = _soort(gegeven.annotation)
            velden.append(_Veld(naam, elders.get(naam, naam), meer, soort))
        self._velden[model] = tuple(velden)
        for veld in velden:
            if issubclass(veld.soort, Deel):
                self._leer(veld.soort, paden)

    def _lees(self, model: type[Deel], knoop: Knoop, verkeerd: list[Knoop]) -> Deel:
        waarden: dict[str, Any] = {}
        for veld in self._velden[model]:
            gevonden = list(self._waarden(veld, knoop, verkeerd))
            if veld.meer:
                waarden[veld.naam] = tuple(gevonden)
            elif gevonden:
                waarden[veld.naam] = gevonden[0]
        return model(**waarden)

    def _waarden(self, veld: _Veld, knoop: Knoop, verkeerd: list[Knoop]) -> Iterator[Any]:
        for gevonden in [knoop] if veld.pad == "." else _langs(knoop, veld.pad):
            if issubclass(veld.soort, Deel):
                deel = self._lees(veld.soort, gevonden, verkeerd)
                if veld.meer or deel != veld.soort():
                    yield deel
            else:
                try:
                    if gevonden.kaal:
                        yield _LEZERS[veld.soort](gevonden.kaal)
                except ValueError:
                    verkeerd.append(gevonden)
            if not veld.meer:
                return


def _langs(knoop: Knoop, pad: str) -> Iterator[Knoop]:
    """Every element at a path, marking all on the way."""
    naam, _, rest = pad.partition("/")
    for kind in knoop.kinderen:
        if kind.naam == naam:
            kind.zie()
            if rest:
                yield from _langs(kind, rest)
            else:
                yield kind


def _soort(annotatie: Any) -> tuple[bool, type]:  # noqa: ANN401 - any annotation of a model
    """Tell of ``X``, ``X | None`` and ``tuple[X, ...]`` whether there may be more, and X."""
    if get_origin(annotatie) is tuple:
        return True, get_args(annotatie)[0]
    if isinstance(annotatie, UnionType):
        return False, next(soort for soort in get_args(annotatie) if soort is not NoneType)
    return False, annotatie
