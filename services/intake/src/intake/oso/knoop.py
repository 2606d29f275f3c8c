"""One element of a dossier while it is read.

>>> leerling.waarde("achternaam"), leerling.pad
('Jansen', 'huidigeschool.leerling')
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_WAAR = {"true": True, "1": True, "false": False, "0": False}


@dataclass(slots=True, eq=False)
class Spoel:
    """The content of one bijlage as it was sent, decoded, on disk. ``fout`` is the code of what is wrong with it."""

    pad: Path
    grootte: int = 0
    fout: str | None = None


@dataclass(slots=True, eq=False)
class Knoop:
    """An element. ``naam`` is one that this version has a use for, else empty: what is sent could call itself anything.

    ``volle_naam`` is as sent, in the form of libxml2 (``{namespace}name``): for validation alone, never for people.
    """

    naam: str
    ouder: "Knoop | None" = None
    volle_naam: str = ""
    tekst: str = ""
    kinderen: list["Knoop"] = field(default_factory=list)
    spoel: Spoel | None = None
    gezien: bool = False
    """Whether it went into the dossier, or was left out on purpose."""

    def alle(self, pad: str) -> Iterator["Knoop"]:
        """Every element at a path below this one (``adreslijst/adres``), in the order in which they stand."""
        naam, _, rest = pad.partition("/")
        for kind in self.kinderen:
            if kind.naam == naam:
                if rest:
                    yield from kind.alle(rest)
                else:
                    yield kind

    def eerste(self, pad: str) -> "Knoop | None":
        """The first of them."""
        return next(self.alle(pad), None)

    def waarde(self, pad: str) -> str:
        """The text of the first of them, with single spaces; empty when there is none."""
        gevonden = self.eerste(pad)
        return gevonden.kaal if gevonden else ""

    def waar(self, pad: str) -> bool | None:
        """The boolean there (XML Schema part 2, 3.2.2); None when there is none."""
        return _WAAR.get(self.waarde(pad))

    def mogelijk(self, naam: str) -> bool:
        """Tell whether a boolean below it says anything but ``false``: who hides something by mistake may hide it."""
        return any(_WAAR.get(kind.kaal) is not False for kind in self.kinderen if kind.naam == naam)

    @property
    def kaal(self) -> str:
        """The text with single spaces."""
        return " ".join(self.tekst.split())

    @property
    def pad(self) -> str:
        """Where it stands below the root, dotted, numbered from 0 where there are more of the name."""
        stappen: list[str] = []
        knoop = self
        while knoop.ouder is not None:
            gelijken = [kind for kind in knoop.ouder.kinderen if kind.naam == knoop.naam]
            if len(gelijken) > 1:
                stappen.append(str(next(plaats for plaats, kind in enumerate(gelijken) if kind is knoop)))
            stappen.append(knoop.naam or "(onbekend)")
            knoop = knoop.ouder
        return ".".join(reversed(stappen)) or "(dossier)"

    def elk(self) -> Iterator["Knoop"]:
        """This one and everything below it, in order; without recursion."""
        wachtend = [self]
        while wachtend:
            knoop = wachtend.pop()
            yield knoop
            wachtend.extend(reversed(knoop.kinderen))

    def zie(self) -> None:
        """Mark it and everything around it as used."""
        knoop: Knoop | None = self
        while knoop is not None and not knoop.gezien:
            knoop.gezien = True
            knoop = knoop.ouder
