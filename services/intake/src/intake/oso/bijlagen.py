"""The documents of a dossier: where they stand, and the file in each.

>>> bijlagen, vondsten = haal_bijlagen(lezing, Path("bijlagen"), Grenzen())
"""

from pathlib import Path

from intake.oso.knoop import Knoop, Spoel
from intake.oso.regels import Lezing
from intake.oso.resultaat import Grenzen, OsoBijlage
from intake.oso.uitlevering import Vondst
from intake.oso.uitpakken import Uitgepakt, leidt_weg, pak_uit


def haal_bijlagen(lezing: Lezing, map_voor_bijlagen: Path, grenzen: Grenzen) -> tuple[list[OsoBijlage], list[Vondst]]:
    """Unpack each document that is still in the dossier, in the order in which they stand, and throw the ZIPs away."""
    bijlagen: list[OsoBijlage] = []
    vondsten: list[Vondst] = []
    over = grenzen.uitgepakt
    for document in lezing.dossier.elk():
        if document.naam != "document" or document.ouder is None:
            continue
        onderdeel, inhoud = lezing.versie.onderdelen.get(document.ouder.naam), document.eerste("bestandsinhoud")
        if onderdeel is None or inhoud is None or inhoud.spoel is None:
            continue
        naam = document.waarde("bestandsnaam")
        doel = map_voor_bijlagen / inhoud.spoel.pad.stem
        uitgepakt = _bestand(inhoud.spoel, doel, naam, grenzen, over)
        over -= uitgepakt.grootte or 0
        vreemd = leidt_weg(naam) or "/" in naam or "\\" in naam
        codes = (*uitgepakt.codes, *(["BL09"] if vreemd and "BL09" not in uitgepakt.codes else []))
        vondsten += [(code, document, "") for code in codes]
        bijlagen.append(
            OsoBijlage(
                naam=naam,
                omschrijving=document.waarde("omschrijving") or None,
                onderdeel=onderdeel,
                veld=document.pad,
                naam_in_zip=uitgepakt.naam,
                pad=doel if uitgepakt.sha256 else None,
                sha256=uitgepakt.sha256,
                grootte=uitgepakt.grootte,
                bevindingen=codes,
            )
        )
        _zie(document)
    return bijlagen, vondsten


def _bestand(spoel: Spoel, doel: Path, naam: str, grenzen: Grenzen, over: int) -> Uitgepakt:
    if spoel.fout:
        return Uitgepakt(codes=(spoel.fout,))
    try:
        return pak_uit(spoel.pad, doel, naam, grenzen, over=over)
    finally:
        spoel.pad.unlink(missing_ok=True)


def _zie(document: Knoop) -> None:
    for veld in ("bestandsnaam", "omschrijving", "bestandsinhoud"):
        gevonden = document.eerste(veld)
        if gevonden is not None:
            gevonden.zie()
