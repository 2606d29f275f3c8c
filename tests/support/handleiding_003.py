"""Manual 003 (SWV PO3008, Helmond-Peelland) copied out as tables, for the tests of its rule set.

Longer than most, for the manual is.
"""

from typing import NamedTuple

CPO = {"coördinator passend onderwijs"}
SECRETARIAAT = {"secretariaat"}
FINANCIEEL = {"financieel medewerker"}
SCHOOL = {"school"}
AANVRAGER = {"school", "voorschoolse voorziening"}
BY_ITSELF: set[str] = set()


class Row(NamedTuple):
    """The line of the manual that names the status, None where it names none, and who may set it there."""

    line: int | None
    who: set[str]


def afspraak(*, lines: tuple[int, ...], aanvrager: set[str]) -> dict[str, Row]:
    """2.4 and 2.5 tell the same story, each with its own lines. 2.5 alone names the first status."""
    aanvulling, aangevuld, plannen, telefonisch, behandeling, uitkomst, verder = lines
    return {
        "Ondersteuningsaanvraag": Row(620, BY_ITSELF),
        "Ondersteuningsaanvraag > aanvulling nodig": Row(aanvulling, CPO),
        "Ondersteuningsaanvraag > documenten aangevuld": Row(aangevuld, aanvrager),
        "Ondersteuningsaanvraag > plannen": Row(plannen, CPO),
        "Ondersteuningsaanvraag > telefonisch consult": Row(telefonisch, CPO),
        "Ondersteuningsaanvraag > in behandeling": Row(behandeling, CPO),
        "Ondersteuningsaanvraag > Kans!overleg": Row(uitkomst, CPO),
        "Ondersteuningsaanvraag > naar TLV aanvraag": Row(uitkomst, CPO),
        "Ondersteuningsaanvraag > naar jeugdzorg/gemeente": Row(uitkomst, CPO),
        "Ondersteuningsaanvraag > thuiszittersoverleg": Row(verder, CPO),
        "Ondersteuningsaanvraag > residentieel": Row(verder, CPO),
        "Ondersteuningsaanvraag > afgerond": Row(verder, CPO),
    }


def arrangement(toegewezen: int, verwerkt: int, evalueren: int, school: int) -> dict[str, Row]:
    return {
        "Arrangement > toegewezen": Row(toegewezen, CPO),
        "Arrangement > financieel verwerkt": Row(verwerkt, FINANCIEEL),
        "Arrangement > evalueren": Row(evalueren, SECRETARIAAT),
        "Arrangement > geëvalueerd door school": Row(school, SCHOOL),
        "Arrangement > afgewezen": Row(None, CPO),
        "Arrangement > afgerond": Row(None, CPO),
    }


KANSOVERLEG = {
    "Kans!overleg > aanvraag": Row(935, BY_ITSELF),
    "Kans!overleg > aanvulling nodig": Row(962, CPO),
    "Kans!overleg > documenten aangevuld": Row(964, SCHOOL),
    "Kans!overleg > plannen": Row(970, CPO),
    "Kans!overleg > gepland": Row(978, SECRETARIAAT),
    "Kans!overleg > arrangement": Row(1068, CPO),
    "Kans!overleg > afgerond": Row(None, CPO),
    **arrangement(1076, 1082, 1124, 1138),
}
TLV = {
    "TLV > voorlopige aanvraag": Row(1298, BY_ITSELF),
    "TLV > aanvraag": Row(1372, AANVRAGER),
    "TLV > aanvraag aanvulling nodig": Row(1376, FINANCIEEL),
    "TLV > documenten aangevuld": Row(1382, AANVRAGER),
    "TLV > afgegeven, school onbekend": Row(1384, FINANCIEEL),
    "TLV > afgegeven, school bekend": Row(1386, FINANCIEEL),
    "TLV > beschikking on hold": Row(1453, FINANCIEEL),
    "TLV > in archief": Row(1463, FINANCIEEL),
    "TLV > afgewezen": Row(1272, CPO | FINANCIEEL),
}
BESTUUR = {"Bestuursniveau > aanvraag": Row(None, BY_ITSELF), "Bestuursniveau > afgerond": Row(None, SCHOOL)}
THUISZITTERS = CPO | {"thuiszitterscoördinator"}

TABLES: dict[str, dict[str, Row]] = {
    "Ondersteuningsaanvraag schoolgaand kind": afspraak(lines=(640, 642, 644, 648, 654, 660, 662), aanvrager=SCHOOL),
    "Aanvraag Kans!overleg": KANSOVERLEG,
    "Aanvraag TLV": TLV,
    "Verlenging TLV": {
        "TLV verlenging > voorlopige aanvraag": Row(1608, BY_ITSELF),
        "TLV verlenging > aanvraag": Row(1656, AANVRAGER),
        "TLV verlenging > aanvraag aanvulling nodig": Row(1662, FINANCIEEL),
        "TLV verlenging > documenten aangevuld": Row(1666, AANVRAGER),
        "TLV verlenging > afgegeven, school onbekend": Row(1604, FINANCIEEL),
        "TLV verlenging > afgegeven, school bekend": Row(1604, FINANCIEEL),
        "TLV verlenging > beschikking on hold": Row(1604, FINANCIEEL),
        "TLV verlenging > in archief": Row(1604, FINANCIEEL),
        "TLV verlenging > afgewezen": Row(1604, CPO | FINANCIEEL),
    },
    "Herbeoordeling TLV": TLV,
    "(Gedeeltelijke) thuiszitter of geen schoolinschrijving": {
        "Thuiszitter > aanvraag": Row(1746, BY_ITSELF),
        "Thuiszitter > in behandeling": Row(None, THUISZITTERS),
        "Thuiszitter > afgerond": Row(None, THUISZITTERS),
    },
    "Ondersteuningsaanvraag voorschools kind": afspraak(
        lines=(571, 575, 577, 581, 589, 595, 596), aanvrager={"voorschoolse voorziening"}
    ),
    "Kans!overleg + (thuiszitters)": KANSOVERLEG,
    "Aanmelding residentiële leerling": {
        "Ondersteuningsaanvraag > residentiële leerling": Row(1826, BY_ITSELF),
        "MKD > aanmelding": Row(1827, SCHOOL),
        "MKD > volgen": Row(1828, CPO),
        "MKD > passend uitstroomperspectief": Row(1829, CPO),
        "MKD > uitstroom residentiële instelling": Row(1830, CPO),
        "Residentieel > aanmelding": Row(1866, SCHOOL),
        "Residentieel > volgen": Row(1832, CPO),
        "Residentieel > passend uitstroomperspectief onderwijs": Row(1833, CPO),
        "Residentieel > uitstroom jeugdzorg/dagbesteding": Row(1834, CPO),
    },
    "Ondersteuning op bestuursniveau: algemeen": BESTUUR,
    "Ondersteuning op bestuursniveau Eenbes: aanvraag arrangement": BESTUUR,
    "Ondersteuning op bestuursniveau Eenbes: aanvraag onderzoek": BESTUUR,
    "Ondersteuningsaanvraag groep": {
        "Ondersteuningsaanvraag": Row(620, BY_ITSELF),
        "Ondersteuningsaanvraag > aanvulling nodig": Row(640, CPO),
        "Ondersteuningsaanvraag > documenten aangevuld": Row(642, SCHOOL),
        "Ondersteuningsaanvraag > in behandeling": Row(726, CPO),
        "Ondersteuningsaanvraag > afgerond": Row(662, CPO),
        **arrangement(730, 754, 738, 750),
    },
    "Aanvraag arrangement categorie midden en hoog": {
        "Arrangement > voorlopige aanvraag": Row(None, BY_ITSELF),
        "Aanvraag aanvullende bekostiging": Row(1501, {"SO-school"}),
        "Arrangement > categorie 2 en 3 bespreken": Row(1507, FINANCIEEL),
        "Arrangement > categorie 2 en 3 besproken": Row(1513, CPO),
        **arrangement(1517, 1533, 1124, 1138),
    },
    "Verlenging arrangement": {
        "Arrangement > aanvraag verlenging": Row(None, BY_ITSELF),
        **arrangement(1227, 1231, 1124, 1138),
    },
}
"""In the order of the list 003:302-330, and then 003:1157. The first status of each is that of a new hulpvraag."""

TYPES: dict[str, tuple[str, str, str | None, set[str]]] = {
    "Ondersteuningsaanvraag schoolgaand kind": ("leerling", "beide", "kring", {"OPP"}),
    "Aanvraag Kans!overleg": ("leerling", "beide", "kring", {"OPP of ander beschrijvend document"}),
    "Aanvraag TLV": ("leerling", "beide", "kring", {"OPP"}),
    "Verlenging TLV": ("leerling", "beide", "kring", {"OPP"}),
    "Herbeoordeling TLV": ("leerling", "beide", "kring", {"OPP"}),
    "(Gedeeltelijke) thuiszitter of geen schoolinschrijving": ("leerling", "beide", "kring", set()),
    "Ondersteuningsaanvraag voorschools kind": ("leerling", "direct", "kring", set()),
    "Kans!overleg + (thuiszitters)": ("leerling", "beide", "kring", {"OPP of ander beschrijvend document"}),
    "Aanmelding residentiële leerling": ("leerling", "beide", "aanvrager", set()),
    "Ondersteuning op bestuursniveau: algemeen": ("leerling", "LVS", None, set()),
    "Ondersteuning op bestuursniveau Eenbes: aanvraag arrangement": ("leerling", "LVS", None, set()),
    "Ondersteuning op bestuursniveau Eenbes: aanvraag onderzoek": ("leerling", "LVS", None, set()),
    "Ondersteuningsaanvraag groep": ("groep", "direct", "kring", set()),
    "Aanvraag arrangement categorie midden en hoog": ("leerling", "beide", "kring", set()),
    "Verlenging arrangement": ("leerling", "direct", "kring", {"Meest actuele OPP"}),
}
"""Niveau, kanaal, coordinator rule, and the bijlagen that a schoolgaand kind without EMB must bring."""

SPELLED = {
    "Ondersteuningsaanvraag voorschools kind": {
        "ondersteuningsaanvraag>aanvulling nodig": "Ondersteuningsaanvraag > aanvulling nodig",
        "ondersteuningsaanvraag>documenten aangevuld": "Ondersteuningsaanvraag > documenten aangevuld",
        "ondersteuningsvraag>plannen": "Ondersteuningsaanvraag > plannen",
        "ondersteuningsaanvraag>telefonisch consult": "Ondersteuningsaanvraag > telefonisch consult",
        "ondersteuningsaanvraag>in behandeling": "Ondersteuningsaanvraag > in behandeling",
        "ondersteuningsvraag>Kans!overleg": "Ondersteuningsaanvraag > Kans!overleg",
    },
    "Aanvraag Kans!overleg": {
        "Kans!overleg>aanvraag": "Kans!overleg > aanvraag",
        "Kans!overleg>aanvulling nodig": "Kans!overleg > aanvulling nodig",
        "Kans!overleg > documenten aangevuld": "Kans!overleg > documenten aangevuld",
        "Kans!overleg>plannen": "Kans!overleg > plannen",
        "Kans!overleg>gepland": "Kans!overleg > gepland",
        "Kans!overleg>arrangement": "Kans!overleg > arrangement",
        "Arrangement> toegewezen": "Arrangement > toegewezen",
        "Arrangement> financieel verwerkt": "Arrangement > financieel verwerkt",
        "Arrangement>evalueren": "Arrangement > evalueren",
        "Arrangement> geëvalueerd door school": "Arrangement > geëvalueerd door school",
    },
    "Aanvraag TLV": {
        "TLV>voorlopige aanvraag": "TLV > voorlopige aanvraag",
        "TLV>aanvraag": "TLV > aanvraag",
        "TLV> aanvraag aanvulling nodig": "TLV > aanvraag aanvulling nodig",
        "TLV> documenten aangevuld": "TLV > documenten aangevuld",
        "TLV>afgegeven, school onbekend": "TLV > afgegeven, school onbekend",
        "TLV>afgegeven, school bekend": "TLV > afgegeven, school bekend",
        "TLV> beschikking on hold": "TLV > beschikking on hold",
        "TLV>in archief": "TLV > in archief",
        "TLV>afgewezen": "TLV > afgewezen",
    },
    "Verlenging TLV": {
        "TLV verlenging> voorlopige aanvraag": "TLV verlenging > voorlopige aanvraag",
        "TLV verlenging> aanvraag": "TLV verlenging > aanvraag",
        "TLV verlenging> aanvraag aanvulling nodig": "TLV verlenging > aanvraag aanvulling nodig",
        "TLV verlenging> documenten aangevuld": "TLV verlenging > documenten aangevuld",
    },
    "(Gedeeltelijke) thuiszitter of geen schoolinschrijving": {"Thuiszitter>aanvraag": "Thuiszitter > aanvraag"},
    "Aanmelding residentiële leerling": {
        "Ondersteuningsaanvraag> residentiële leerling": "Ondersteuningsaanvraag > residentiële leerling",
        "MKD> aanmelding": "MKD > aanmelding",
        "MKD> volgen": "MKD > volgen",
        "MKD> passend uitstroomperspectief": "MKD > passend uitstroomperspectief",
        "MKD> uitstroom residentiële instelling": "MKD > uitstroom residentiële instelling",
        "Residentieel>Aanmelding": "Residentieel > aanmelding",
        "Residentieel> aanmelding": "Residentieel > aanmelding",
        "Residentieel> volgen": "Residentieel > volgen",
        "Residentieel> passend uitstroomperspectief onderwijs": "Residentieel > passend uitstroomperspectief onderwijs",
        "Residentieel> uitstroom jeugdzorg/dagbesteding": "Residentieel > uitstroom jeugdzorg/dagbesteding",
    },
    "Ondersteuningsaanvraag groep": {
        "Arrangement>toegewezen": "Arrangement > toegewezen",
        "Arrangement>evalueren": "Arrangement > evalueren",
        "Arrangement> geëvalueerd door school": "Arrangement > geëvalueerd door school",
        "Arrangement> financieel verwerkt": "Arrangement > financieel verwerkt",
    },
    "Aanvraag arrangement categorie midden en hoog": {
        "Aanvraag aanvullende bekostiging": "Aanvraag aanvullende bekostiging",
        "Arrangement> categorie 2 en 3 bespreken coördinator passend onderwijs SWV": "Arrangement > categorie 2 en 3 bespreken",
        "Arrangement> categorie 2 en 3 besproken": "Arrangement > categorie 2 en 3 besproken",
    },
    "Verlenging arrangement": {"Arrangement > toegewezen": "Arrangement > toegewezen"},
}
"""Every status letter by letter as the manual spells it, and the full name it stands for."""

OWN_STEPS = {
    "Kans!overleg > afgerond",
    "Arrangement > afgewezen",
    "Arrangement > afgerond",
    "TLV > afgewezen",
    "TLV verlenging > afgewezen",
    "Thuiszitter > afgerond",
    "MKD > aanmelding",
    "MKD > volgen",
    "MKD > passend uitstroomperspectief",
    "MKD > uitstroom residentiële instelling",
    "Residentieel > volgen",
    "Residentieel > passend uitstroomperspectief onderwijs",
    "Residentieel > uitstroom jeugdzorg/dagbesteding",
    "Bestuursniveau > afgerond",
}
"""Where a step leads of which the manual says neither who makes it nor when."""

FORMS = [
    "Ondersteuningsaanvraag",
    "Groepsarrangement",
    "Evaluatie groepsarrangement",
    "Evaluatie individueel Arrangement",
    "Aanvraag Kans!overleg",
    "Zienswijze ouders/verzorgers",
    "Zienswijze schoolgaand kind",
    "Gespreksverslag Kans!overleg",
    "Aanvraag TLV",
    "Aanvraag verlenging TLV",
    "Onderbouwing TLV voorschools kind",
    "Toestemmingsformulier",
    "Formulier TLV-aanvraag EMB",
    "Aanvraag aanvullende bekostiging SO categorie Midden en Hoog",
    "(Gedeeltelijke) thuiszitter of geen schoolinschrijving",
    "Aanmelding residentiële leerling",
]

MAILS = {
    "Ondersteuningsaanvraag": CPO,
    "Ondersteuningsaanvraag > documenten aangevuld": CPO,
    "Kans!overleg > aanvraag": CPO,
    "Kans!overleg > documenten aangevuld": CPO,
    "Kans!overleg > plannen": SECRETARIAAT,
    "Kans!overleg > gepland": CPO,
    "Arrangement > toegewezen": FINANCIEEL,
    "Arrangement > geëvalueerd door school": CPO,
    "Arrangement > aanvraag verlenging": CPO,
    "Aanvraag aanvullende bekostiging": FINANCIEEL,
    "Arrangement > categorie 2 en 3 bespreken": CPO,
    "TLV > aanvraag": FINANCIEEL,
    "TLV > documenten aangevuld": FINANCIEEL,
    "TLV verlenging > aanvraag": FINANCIEEL,
    "TLV verlenging > documenten aangevuld": FINANCIEEL,
    "Thuiszitter > aanvraag": THUISZITTERS,
    "MKD > aanmelding": CPO,
    "Residentieel > aanmelding": CPO,
}
"""Who of the SWV hears that it is their turn (003:752, 808, 1221 and like those); the aanvrager hears everything."""

REACTIE = ("status", 5, "werkdagen", False)
EVALUATIE = {"evaluatie": ("einde-besluit", 2, "maanden", False)}
OF_AN_OVERLEG = {"reactie": REACTIE, "gespreksverslag": ("bespreekdatum", 1, "weken", False), **EVALUATIE}
OF_A_TLV = {
    "reactie": REACTIE,
    "beslistermijn": ("status", 8, "weken", True),
    "einde TLV": ("einde-besluit", 6, "maanden", False),
}
TERMS: dict[str, dict[str, tuple[str, int, str, bool]]] = {
    "Ondersteuningsaanvraag schoolgaand kind": {"reactie": REACTIE},
    "Aanvraag Kans!overleg": OF_AN_OVERLEG,
    "Aanvraag TLV": OF_A_TLV,
    "Verlenging TLV": OF_A_TLV,
    "Herbeoordeling TLV": OF_A_TLV,
    "(Gedeeltelijke) thuiszitter of geen schoolinschrijving": {"reactie": REACTIE},
    "Ondersteuningsaanvraag voorschools kind": {"reactie": REACTIE},
    "Kans!overleg + (thuiszitters)": OF_AN_OVERLEG,
    "Aanmelding residentiële leerling": {"melding": ("status", 6, "weken", False), "reactie": REACTIE},
    "Ondersteuning op bestuursniveau: algemeen": {},
    "Ondersteuning op bestuursniveau Eenbes: aanvraag arrangement": {},
    "Ondersteuning op bestuursniveau Eenbes: aanvraag onderzoek": {},
    "Ondersteuningsaanvraag groep": {"reactie": REACTIE, **EVALUATIE},
    "Aanvraag arrangement categorie midden en hoog": {"reactie": REACTIE, **EVALUATIE},
    "Verlenging arrangement": {"reactie": REACTIE, **EVALUATIE},
}
"""From what, how long, and whether by the Awb: 003:1958, 980, 1124 and 1864; those of a TLV are our own."""
