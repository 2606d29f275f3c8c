"""Dossiers that were changed: mostly as a careless system would, sometimes as a hostile one.

>>> mutant(wortel, [("weg", 17, 0), ("tekst", 80, 3)])
b'<?xml …'

A change is a kind, the number of an element and the number of a value; both count around.
"""

import copy
from collections.abc import Callable, Sequence
from xml.etree import ElementTree as ET

from support.oso import NS

Verandering = tuple[str, int, int]
TEKSTEN = (
    "",
    " ",
    "true",
    "false",
    "1",
    "ja",
    "2016-02-30",
    "2016-02-29Z",
    "0000-00-00",
    "99999999999999999999",
    "-7",
    "1.5",
    "1e9",
    "123456782",
    "1234.56.782",
    "9999999999",
    "geheim@geheim.geheim",
    "a@b",
    "@",
    "OPT-UIT",
    "VERBODEN",
    "VERPLICHT",
    "opt-uit",
    "POSWV",
    "VOSWV",
    "POVO",
    "swv-dossier",
    "LVS",
    "2019.1",
    "2022.1",
    "UEsDBA==",
    "UEsD!",
    "=",
    "é\u202e\u200b\U0001f600",
    "x" * 2000,
    "../../etc/passwd",
    "a.exe",
    "]]>",
    "<&>'\"",
    "\t\n regels \n\t",
)
NAMEN = (
    "bsn",
    "onderwijsnummer",
    "leerling",
    "verzorger",
    "document",
    "bestandsinhoud",
    "bestandsnaam",
    "adresgeheim",
    "adreslijst",
    "communicatie",
    "nummer",
    "geheim",
    "opp",
    "resultaat",
    "metadata",
    "huidigeschool",
    "categorie_uitlevering",
    "cat_verzuim",
    "geboorteplaats",
    "vreemd",
    "eindtoets_basisonderwijs",
    "certificaat",
    "vir",
)
BYTES: tuple[Callable[[bytes, int], bytes], ...] = (
    lambda inhoud, plaats: inhoud[:plaats],
    lambda inhoud, plaats: inhoud[:plaats] + b"\x00" + inhoud[plaats:],
    lambda inhoud, plaats: inhoud[:plaats] + b"\xff" + inhoud[plaats + 1 :],
    lambda inhoud, plaats: inhoud[:plaats] + b"&x;" + inhoud[plaats:],
    lambda inhoud, plaats: inhoud[:plaats] + inhoud[plaats + 1 :],
    lambda inhoud, _: inhoud.replace(b"?>", b"?><!DOCTYPE dossier [<!ENTITY x 'y'>]>", 1),
    lambda inhoud, _: inhoud.replace(b"2019/dossier", b"2022/dossier", 1),
    lambda inhoud, plaats: inhoud[:plaats] + bytes(een ^ 1 for een in inhoud[plaats : plaats + 1]) + inhoud[plaats + 1 :],
)


def mutant(wortel: ET.Element, veranderingen: Sequence[Verandering]) -> bytes:
    """Change a copy."""
    boom = copy.deepcopy(wortel)
    aan_bytes = [een for een in veranderingen if een[0] == "bytes"]
    for soort, waar, wat in veranderingen:
        if soort != "bytes":
            _verander(boom, soort, waar, wat)
    inhoud: bytes = ET.tostring(boom, encoding="utf-8", xml_declaration=True)
    for _, waar, wat in aan_bytes:
        inhoud = BYTES[wat % len(BYTES)](inhoud, waar % max(1, len(inhoud)))
    return inhoud


def _verander(boom: ET.Element, soort: str, waar: int, wat: int) -> None:
    alle = list(boom.iter())
    ouders = {kind: ouder for ouder in alle for kind in ouder}
    element = alle[1 + waar % (len(alle) - 1)] if len(alle) > 1 else boom
    ouder = ouders.get(element)
    match soort:
        case "tekst":
            element.text = TEKSTEN[wat % len(TEKSTEN)]
        case "staart":
            element.tail = TEKSTEN[wat % len(TEKSTEN)]
        case "naam":
            element.tag = f"{{{NS}}}{NAMEN[wat % len(NAMEN)]}"
        case "ruimte":
            element.tag = element.tag.replace(NS, "urn:vreemd" if wat % 2 else NS.replace("2019", "2018"))
        case "attribuut":
            element.set(NAMEN[wat % len(NAMEN)], TEKSTEN[wat % len(TEKSTEN)])
        case "nieuw":
            ET.SubElement(element, f"{{{NS}}}{NAMEN[wat % len(NAMEN)]}").text = TEKSTEN[waar % len(TEKSTEN)]
        case "verhuis":
            _verhuis(boom, element, alle[wat % len(alle)], ouder)
        case _ if ouder is not None:
            _in_ouder(ouder, element, soort, wat)


def _in_ouder(ouder: ET.Element, element: ET.Element, soort: str, wat: int) -> None:
    match soort:
        case "weg":
            ouder.remove(element)
        case "dubbel":
            ouder.insert(wat % (len(ouder) + 1), copy.deepcopy(element))
        case "draai":
            ouder[:] = list(ouder)[::-1]


def _verhuis(boom: ET.Element, element: ET.Element, naar: ET.Element, ouder: ET.Element | None) -> None:
    if ouder is not None and element is not boom and naar not in set(element.iter()):
        ouder.remove(element)
        naar.append(element)
