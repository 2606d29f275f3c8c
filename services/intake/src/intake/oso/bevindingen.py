"""From what a step found to sentences for a school.

>>> Zegt({}, hoogstens=20).alles([("LL02", leerling, "geboortedatum")])
[Bevinding(code='LL02', ernst='fout', veld='huidigeschool.leerling.geboortedatum', …)]
"""

from collections import Counter
from collections.abc import Iterable, Mapping

from intake.oso.regeltabel import PER_CODE
from intake.oso.resultaat import Bevinding, Ernst
from intake.oso.uitlevering import Vondst


class Zegt:
    """Says the same thing at most so many times. ``ernst`` is what this operator sees otherwise than the table."""

    def __init__(self, ernst: Mapping[str, Ernst], hoogstens: int) -> None:
        self._ernst = ernst
        self._hoogstens = hoogstens

    def alles(self, vondsten: Iterable[Vondst]) -> list[Bevinding]:
        """Write out what was found; of what is left out only how often."""
        aantal: Counter[str] = Counter()
        gezegd: list[Bevinding] = []
        for vondst in vondsten:
            aantal[vondst[0]] += 1
            if aantal[vondst[0]] <= self._hoogstens:
                gezegd.append(self._zeg(vondst))
        for code, keer in aantal.items():
            if keer > self._hoogstens:
                bericht = f"En dit nog {keer - self._hoogstens} keer op andere plaatsen."
                gezegd.append(Bevinding(code=code, ernst=self._hoe_erg(code), veld="(dossier)", bericht=bericht))
        return gezegd

    def _zeg(self, vondst: Vondst) -> Bevinding:
        code, knoop, pad = vondst
        onder = pad.replace("/", ".")
        veld = f"{knoop.pad}.{onder}" if onder and knoop.ouder else onder or knoop.pad
        bijlage = knoop.waarde("bestandsnaam") if code.startswith("BL") else None
        return Bevinding(
            code=code, ernst=self._hoe_erg(code), veld=veld, bericht=PER_CODE[_regel(code)].bericht, bijlage=bijlage
        )

    def _hoe_erg(self, code: str) -> Ernst:
        regel = _regel(code)
        return self._ernst.get(code) or self._ernst.get(regel) or PER_CODE[regel].ernst


def _regel(code: str) -> str:
    """The code in the table: OS.cat01 to OS.cat16 are one rule."""
    if code.startswith("OS.cat"):
        return "OS.cat-leeg" if code.endswith("-leeg") else "OS.cat"
    return code
