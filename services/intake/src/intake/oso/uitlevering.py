"""What parents have taken out, and what is secret: none of it goes on.

>>> list(uitgezet(lezing)); neem_weg(lezing)
[('OS.cat10', <verzuim>, '')]

It goes from the elements that were read, before they become a dossier. The original as sent is not ours to change.
"""

from collections.abc import Iterator

from intake.oso.knoop import Knoop
from intake.oso.regels import Lezing, heeft_bsn, is_geheim, is_geheime_communicatie

Vondst = tuple[str, Knoop, str]
"""A code, an element, and the path of what is missing below it."""
_TOEGESTAAN = {"VERPLICHT", "OPTIONEEL"}
_UIT = {"OPT-UIT", "VERBODEN"}
_ADRESSEN = {"adreslijst", "adresbuitenland", "postcode4adres"}


def uitgezet(lezing: Lezing) -> Iterator[Vondst]:
    """Say what is there of blocks that may not be, and which are missing that must be."""
    for plaats, (categorie, paden) in enumerate(lezing.versie.uitlevering.items(), start=1):
        aanwezig = [knoop for pad in paden for knoop in lezing.dossier.alle(pad)]
        code = f"OS.cat{plaats:02d}"
        for gezegd in _gezegd(lezing, categorie):
            if gezegd.kaal in _UIT:
                yield from ((code, knoop, "") for knoop in (aanwezig if paden else [lezing.metadata]))
            elif gezegd.kaal not in _TOEGESTAAN:
                yield "CL48", gezegd, ""
            elif gezegd.kaal == "VERPLICHT" and paden and not aanwezig:
                yield f"{code}-leeg", gezegd, ""


def neem_weg(lezing: Lezing) -> None:
    """Take out what was opted out, addresses and numbers that are secret, and texts that hold a BSN."""
    for categorie, paden in lezing.versie.uitlevering.items():
        if any(gezegd.kaal not in _TOEGESTAAN for gezegd in _gezegd(lezing, categorie)):
            for ouder, naam in (pad.rpartition("/")[::2] for pad in paden):
                for knoop in lezing.dossier.alle(ouder) if ouder else [lezing.dossier]:
                    knoop.kinderen = [kind for kind in knoop.kinderen if kind.naam != naam]
    for knoop in lezing.elk:
        if is_geheim(knoop):
            knoop.kinderen = [kind for kind in knoop.kinderen if kind.naam not in _ADRESSEN]
        if knoop.naam == "communicatie" and is_geheime_communicatie(knoop):
            for nummer in knoop.alle("nummer"):
                nummer.tekst = ""
        if heeft_bsn(knoop):
            knoop.tekst = ""


def _gezegd(lezing: Lezing, categorie: str) -> Iterator[Knoop]:
    return lezing.dossier.alle(f"metadata/categorie_uitlevering/{categorie}")
