"""One message of each kind as it goes over the wire, fictional throughout, for the AsyncAPI document.

``tests/contract/intake/test_contract.py`` reads each of them as intake and the reference connector do.
"""

from typing import Any

from shared.contracts import connector as contract

_MESSAGE = "0198f3a1-7c1e-7d2a-9a55-2f6b1c9d4e01"
_SLOT = "0198f3a1-9b40-7aa3-8f1d-6c2e5b7a9d02"
_SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_GEWEIGERD = {
    "naam": "film.mp4",
    "regel": "bestandstype",
    "bericht": "Dit type bestand nemen wij niet aan.",
}

_STATUS = {
    "dossiernummer": 100001,
    "versie": 3,
    "status": "A&K incompleet",
    "reden": "Er ontbreekt een bijlage",
    "toelichting": "Het OPP ontbreekt nog.",
    "gevraagdeActie": "Voeg het OPP toe.",
    "gewijzigdOp": "2026-11-03T08:30:00Z",
}

EXAMPLES: dict[type[contract.Public], dict[str, dict[str, Any]]] = {
    contract.HulpvraagIndienen: {
        "zonder bijlagen": {
            "swv": "PO2507",
            "eigenReferentie": "HV-2026-0412",
            "aanvraagtype": "A&K",
            "datum": "2026-11-02",
            "omschrijving": "Wij komen er met de basisondersteuning niet uit.",
            "school": {"brin": "99XA", "vestiging": "00"},
            "leerling": {
                "leerlingid": "LL-30018",
                "roepnaam": "Noor",
                "voorvoegsel": "van den",
                "achternaam": "Voorbeeld",
                "geboortedatum": "2016-05-04",
            },
            "contactpersoon": {
                "naam": "Iris Linde",
                "email": "ib@school.example",
                "telefoon": "024-0000000",
                "functie": "intern begeleider",
            },
        },
        "met een bijlage": {
            "swv": "PO2507",
            "eigenReferentie": "HV-2026-0413",
            "aanvraagtype": "TLV",
            "datum": "2026-11-02",
            "opp": True,
            "school": {"brin": "99XA"},
            "leerling": {
                "leerlingid": "LL-30019",
                "roepnaam": "Sam",
                "achternaam": "Verzonnen",
                "geboortedatum": "2015-02-11",
            },
            "contactpersoon": {"naam": "Iris Linde", "email": "ib@school.example"},
            "uploadslots": [_SLOT],
        },
        "met een OSO-dossier": {
            "swv": "PO2507",
            "eigenReferentie": "HV-2026-0414",
            "aanvraagtype": "A&K",
            "datum": "2026-11-02",
            "school": {"brin": "99XA"},
            "leerling": {
                "leerlingid": "LL-30020",
                "roepnaam": "Bo",
                "achternaam": "Fictief",
                "geboortedatum": "2014-09-30",
            },
            "contactpersoon": {"naam": "Iris Linde", "email": "ib@school.example"},
            "gegevensblokken": ["Leerling", "School", "Onderwijsondersteuning", "Bijlages"],
            "osoDossier": _SLOT,
        },
    },
    contract.BijlagenToevoegen: {
        "aanvulling": {"dossiernummer": 100001, "uploadslots": [_SLOT]},
        "een verbeterd OSO-dossier": {"dossiernummer": 100001, "osoDossier": _SLOT},
    },
    contract.UploadslotsAanvragen: {
        "twee bestanden": {
            "swv": "PO2507",
            "bestanden": [
                {
                    "naam": "opp.pdf",
                    "grootte": 182044,
                    "sha256": _SHA256,
                    "omschrijving": "Ontwikkelingsperspectief",
                    "bijlagesoort": "toelichting-onderwijsbehoeften",
                },
                {"naam": "film.mp4", "grootte": 9100000, "sha256": _SHA256},
            ],
        },
        "een OSO-dossier": {
            "swv": "PO2507",
            "bestanden": [{"naam": "dossier.xml", "soort": "oso-dossier", "grootte": 48120993, "sha256": _SHA256}],
        },
    },
    contract.HulpvraagIntrekken: {
        "op dossiernummer": {"dossiernummer": 100001, "reden": "De leerling verhuist."},
        "op eigen referentie": {
            "eigenReferentie": "HV-2026-0412",
            "school": {"brin": "99XA", "vestiging": "00"},
            "reden": "De ouders zien ervan af.",
        },
    },
    contract.HulpvraagVerwijderen: {"afgehandeld": {"dossiernummer": 100001}},
    contract.StatusOpvragen: {
        "twee nummers": {"dossiernummers": [100001, 100002]},
        "op eigen referentie": {"eigenReferentie": "HV-2026-0412", "school": {"brin": "99XA", "vestiging": "00"}},
        "alles wat loopt": {"school": {"brin": "99XA", "vestiging": "00"}, "naDossiernummer": 100100},
    },
    contract.KoppelingActiveren: {
        "een omgeving van Esis": {"code": "99XA004T8K2ZQ7M1W9XC5RVB3HJ60NFDYGPA", "omgeving": "De Verzonnen Linde"},
    },
    contract.KoppelingStoppen: {
        "tijdelijk": {"school": {"brin": "99XA", "vestiging": "00"}, "omgeving": "De Verzonnen Linde"},
    },
    contract.BriefOphalen: {"TLV-brief": {"dossiernummer": 100001, "sha256": _SHA256}},
    contract.Aanvaard: {
        "aanvaard": {"betreft": _MESSAGE, "eigenReferentie": "HV-2026-0412", "dossiernummer": 100001},
        "met een waarschuwing": {
            "betreft": _MESSAGE,
            "eigenReferentie": "HV-2026-0413",
            "dossiernummer": 100002,
            "waarschuwingen": [
                {
                    "field": "omschrijving",
                    "rule": "leerlingnaam-in-omschrijving",
                    "message": "Hier lijkt de naam van de leerling te staan. Die is in de omschrijving niet nodig.",
                }
            ],
        },
    },
    contract.Geweigerd: {
        "twee fouten": {
            "betreft": _MESSAGE,
            "eigenReferentie": "HV-2026-0412",
            "fouten": [
                {"field": "school", "rule": "geen-mandaat", "message": "Voor de school 99XA00 heeft u geen mandaat."},
                {"field": "datum", "rule": "toekomst", "message": "Deze datum ligt in de toekomst."},
            ],
        }
    },
    contract.Uploadslots: {
        "een plaats, een weigering": {
            "betreft": _MESSAGE,
            "uploadslots": [
                {
                    "uploadslot": _SLOT,
                    "naam": "opp.pdf",
                    "url": "https://s3.example/uploads",
                    "velden": {"key": _SLOT, "policy": "eyJleHBpcmF0aW9uIjoi…", "x-amz-signature": "6f1a…"},
                    "verlooptOp": "2026-11-02T10:15:00Z",
                }
            ],
            "geweigerd": [_GEWEIGERD],
        }
    },
    contract.KoppelingAntwoord: {
        "in gebruik": {"betreft": _MESSAGE, "school": "99XA00", "omgeving": "De Verzonnen Linde", "actief": True},
    },
    contract.BriefLink: {
        "TLV-brief": {
            "betreft": _MESSAGE,
            "dossiernummer": 100001,
            "brief": "TLV-brief",
            "naam": "TLV-brief PO2507-26-00012.pdf",
            "grootte": 41233,
            "sha256": _SHA256,
            "url": "https://s3.example/brieven/0198f3a1-9c77-7f1e-8d60-1b9f0c3a5e11/1?X-Amz-Signature=6f1a…",
            "verlooptOp": "2026-11-02T10:01:00Z",
        }
    },
    contract.StatusBericht: {
        "incompleet": _STATUS,
        "nog te sorteren": {"dossiernummer": 100002, "versie": 1, "toelichting": "", "gewijzigdOp": "2026-11-02T10:00:04Z"},
    },
    contract.Statussen: {
        "een stand, een onbekend nummer": {
            "betreft": _MESSAGE,
            "hulpvragen": [{"dossiernummer": 100001, "eigenReferentie": "HV-2026-0412", "status": _STATUS}],
            "onbekend": [100007],
        },
        "er is meer": {"betreft": _MESSAGE, "hulpvragen": [{"dossiernummer": 100101}], "onbekend": [], "volgende": 100101},
    },
    contract.BijlagenBericht: {
        "beoordeeld": {"dossiernummer": 100001, "toegevoegd": ["opp.pdf"], "geweigerd": [_GEWEIGERD]},
    },
    contract.DossierBericht: {
        "gelezen": {
            "dossiernummer": 100001,
            "uploadslot": _SLOT,
            "uitkomst": "gelezen",
            "bijlagen": ["opp.docx", "groepsplan.txt"],
            "bevindingen": [
                {
                    "code": "BL01",
                    "ernst": "waarschuwing",
                    "veld": "huidigeschool.leerling.onderwijsondersteuning.diagnose.0.document.0",
                    "bericht": "Deze bijlage kunnen wij niet openen.",
                    "bijlage": "advies.pdf",
                }
            ],
        },
        "afgewezen": {
            "dossiernummer": 100001,
            "uploadslot": _SLOT,
            "uitkomst": "afgewezen",
            "bevindingen": [
                {
                    "code": "LL12",
                    "ernst": "fout",
                    "veld": "huidigeschool.leerling.bsn",
                    "bericht": "In het dossier staat een burgerservicenummer. Haal het weg.",
                }
            ],
        },
    },
    contract.BriefBericht: {
        "TLV-brief": {"dossiernummer": 100001, "brief": "TLV-brief", "naam": "TLV-brief 100001.pdf", "sha256": _SHA256}
    },
}
"""By kind, by name."""
