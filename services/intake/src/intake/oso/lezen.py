"""Reading one dossier, step by step: parse, look at the rules, take out what may not go on, unpack, make the dossier."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from intake.oso.bevindingen import Zegt
from intake.oso.bijlagen import haal_bijlagen
from intake.oso.knoop import Knoop
from intake.oso.ontleder import ontleed
from intake.oso.regels import Lezing
from intake.oso.regeltabel import REGELS
from intake.oso.resultaat import Ernst, Gelezen, Grenzen
from intake.oso.schema import ongeldig
from intake.oso.uitlevering import neem_weg, uitgezet

GRENZEN = Grenzen()


def lees(
    bron: Path | BinaryIO,
    map_voor_bijlagen: Path,
    *,
    grenzen: Grenzen = GRENZEN,
    xsd: Path | None = None,
    ernst: Mapping[str, Ernst] | None = None,
) -> Gelezen:
    """Read a dossier; files of bijlagen go into ``map_voor_bijlagen``, an empty folder of the caller's, as ``000``, ``001``, ….

    ``ernst`` says by code what this operator sees otherwise than the table. Raises OsoOnleesbaar for what is no OSO dossier we
    read; then nothing is left in the folder. An XSD that is none raises what lxml raises. Blocking: call it in a thread.
    """
    map_voor_bijlagen.mkdir(parents=True, exist_ok=True)
    try:
        if isinstance(bron, Path):
            with bron.open("rb") as bestand:
                return _lees(bestand, map_voor_bijlagen, grenzen, xsd, ernst or {})
        return _lees(bron, map_voor_bijlagen, grenzen, xsd, ernst or {})
    except BaseException:
        for rest in map_voor_bijlagen.glob("[0-9][0-9][0-9]*"):
            rest.unlink(missing_ok=True)
        raise
    finally:
        for rest in map_voor_bijlagen.glob("[0-9][0-9][0-9]*.zip"):
            rest.unlink(missing_ok=True)


def _lees(bestand: BinaryIO, map_: Path, grenzen: Grenzen, xsd: Path | None, ernst: Mapping[str, Ernst]) -> Gelezen:
    wortel, versie = ontleed(bestand, map_, grenzen)
    lezing = Lezing(wortel, versie)
    vondsten = [(regel.code, knoop, pad) for regel in REGELS for knoop, pad in regel.toets(lezing)]
    vondsten += uitgezet(lezing)
    if xsd is not None:
        vondsten += [("XSD", knoop, "") for knoop in ongeldig(wortel, xsd)]
    zegt = Zegt(ernst, grenzen.vondsten)
    bevindingen = zegt.alles(vondsten)  # before elements go: a path counts who stands beside it
    neem_weg(lezing)
    bijlagen, over_bijlagen = haal_bijlagen(lezing, map_, grenzen)
    dossier, verkeerd = versie.afbeelding.lees(wortel)
    bevindingen += zegt.alles([("VORM", knoop, "") for knoop in verkeerd])
    bevindingen += zegt.alles([("ONBEKEND", knoop, "") for knoop in _ongezien(wortel, versie.weggelaten)])
    bevindingen += Zegt(ernst, grenzen.bijlagen).alles(over_bijlagen)
    return Gelezen(versie.nummer, lezing.profiel, dossier, tuple(bijlagen), tuple(bevindingen))


def _ongezien(wortel: Knoop, weggelaten: frozenset[str]) -> Iterator[Knoop]:
    """Give the known element around whatever went nowhere: what is unknown has no name of ours."""
    wachtend = [wortel]
    while wachtend:
        knoop = wachtend.pop()
        vreemd = bool(knoop.kinderen and knoop.kaal)
        for kind in reversed(knoop.kinderen):
            if kind.gezien:
                wachtend.append(kind)
            elif kind.naam not in weggelaten:
                vreemd = vreemd or any(deel.kaal or deel.spoel for deel in kind.elk())
        if vreemd:
            yield knoop
