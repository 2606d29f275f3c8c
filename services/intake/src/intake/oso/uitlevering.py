"""What parents have taken out, and what is secret: none of it goes on.

>>> vondsten = opgeschoond(lezing)
[('OS.cat10', <verzuim>, '')]

Takes it out of the elements that were read, before they become a dossier. The original as sent is not ours to change.
"""

from collections.abc import Iterator

from intake.domain.bsn import contains_bsn
from intake.oso.knoop import Knoop
from intake.oso.regels import Lezing, is_geheim, is_geheime_communicatie

Vondst = tuple[str, Knoop, str]
"""A code, an element, and the path of what is missing below it."""
_TOEGESTAAN = {"VERPLICHT", "OPTIONEEL"}
_UIT = {"OPT-UIT", "VERBODEN"}
_ADRESSEN = {"adreslijst", "adresbuitenland", "postcode4adres"}


def uitgezet(lezing: Lezing) -> list[Vondst]:
    """Take out each block whose category does not allow it, and say what was there all the same."""
    return list(_uitgezet(lezing))


def _uitgezet(lezing: Lezing) -> Iterator[Vondst]:
    for plaats, (categorie, paden) in enumerate(lezing.versie.uitlevering.items(), start=1):
        gezegd = lezing.metadata.eerste(f"categorie_uitlevering/{categorie}")
        if gezegd is None:
            continue
        aanwezig = [knoop for pad in paden for knoop in lezing.dossier.alle(pad)]
        code = f"OS.cat{plaats:02d}"
        if gezegd.kaal in _UIT:
            yield from ((code, knoop, "") for knoop in (aanwezig if paden else [lezing.metadata]))
        elif gezegd.kaal not in _TOEGESTAAN:
            yield "CL48", gezegd, ""
        elif gezegd.kaal == "VERPLICHT" and paden and not aanwezig:
            yield f"{code}-leeg", lezing.dossier, paden[0].replace("/", ".") if len(paden) == 1 else categorie


def neem_weg(lezing: Lezing) -> None:
    """Take out what was opted out, addresses and numbers that are secret, and texts that hold a BSN."""
    for categorie, paden in lezing.versie.uitlevering.items():
        gezegd = lezing.metadata.eerste(f"categorie_uitlevering/{categorie}")
        if gezegd is not None and gezegd.kaal not in _TOEGESTAAN:
            for pad in paden:
                for knoop in list(lezing.dossier.alle(pad)):
                    _verwijder(knoop)
    for knoop in lezing.elk:
        if is_geheim(knoop):
            knoop.kinderen = [kind for kind in knoop.kinderen if kind.naam not in _ADRESSEN]
        if knoop.naam == "communicatie" and is_geheime_communicatie(knoop):
            for nummer in knoop.alle("nummer"):
                nummer.tekst = ""
        if contains_bsn(knoop.tekst):
            knoop.tekst = ""


def _verwijder(knoop: Knoop) -> None:
    if knoop.ouder is not None:
        knoop.ouder.kinderen = [kind for kind in knoop.ouder.kinderen if kind is not knoop]
