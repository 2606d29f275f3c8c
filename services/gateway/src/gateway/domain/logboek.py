"""The audit log in words that people read."""

from collections.abc import Mapping, Sequence
from uuid import UUID

_WHAT = {
    "hulpvraag.bekeken": "hulpvraag bekeken",
    "hulpvragen.doorzocht": "in een lijst gezien",
    "gedeeld.bekeken": "in de eigen lijst gezien",
    "hulpvraag.historie_bekeken": "verloop bekeken",
    "hulpvraag.besluiten_bekeken": "besluiten bekeken",
    "hulpvraag.termijnen_bekeken": "termijnen bekeken",
    "hulpvraag.status_gewijzigd": "status gewijzigd",
    "hulpvraag.labels": "labels gewijzigd",
    "hulpvraag.coordinator": "coördinator gewijzigd",
    "hulpvraag.machtiging": "bijlagen of logboek geopend",
    "hulpvraag.inzage": "kopie voor een ouder gemaakt",
    "hulpvraag.ingediend": "hulpvraag ingediend",
    "hulpvraag.gewijzigd": "hulpvraag gewijzigd en nogmaals verzonden",
    "hulpvraag.ingetrokken": "hulpvraag ingetrokken",
    "hulpvraag.van_lijst_gehaald": "uit de lijst van het leerlingvolgsysteem gehaald",
    "dossier.wijzigingen_bekeken": "gewijzigde gegevens bekeken",
    "dossier.eerdere_inhoud_bekeken": "eerdere inhoud van hulpvragen bekeken",
    "gelijkenissen.bekeken": "bij mogelijk dezelfde leerlingen gezien",
    "toegang.bekeken": "toegang bekeken",
    "toegang.gegeven": "toegang gegeven",
    "toegang.ingetrokken": "toegang ingetrokken",
    "toegang.loopt_af": "einde van toegang gemeld",
    "bijlagen.bekeken": "lijst van bijlagen bekeken",
    "bijlage.gedownload": "bijlage gedownload",
    "bijlagen.aangeboden": "bijlagen toegevoegd",
    "oso-dossier.aangeboden": "OSO-dossier gestuurd",
    "oso-dossier.opgehaald": "OSO-dossier gelezen door het systeem",
    "oso-dossier.gelezen": "OSO-dossier overgenomen",
    "oso-dossier.afgewezen": "OSO-dossier afgewezen",
    "oso-dossier.niet-bewaard": "OSO-dossier niet bewaard",
    "oso-dossier.bekeken": "OSO-dossier bekeken",
    "brief.gemaakt": "brief gemaakt",
    "brief.opgevraagd": "brief opgevraagd door het systeem van de school",
    "brief.verstrekt": "brief opgehaald door het systeem van de school",
    "brief.onbekend": "brief gevraagd die er niet is",
    "bijlage.beschikbaar": "bijlage gecontroleerd",
    "brief.gevraagd": "brief gevraagd",
    "besluit.vastgelegd": "besluit vastgelegd",
    "notities.bekeken": "eigen notities bekeken",
    "overleg.getoond": "lijst van overlegrondes bekeken",
    "overleg.bekeken": "overlegronde bekeken",
    "overleg.gestart": "overlegronde begonnen",
    "overleg.deadline": "laatste dag van een overlegronde gewijzigd",
    "overleg.gesloten": "overlegronde gesloten",
    "overleg.deelnemer_erbij": "deelnemer aan een overlegronde uitgenodigd",
    "overleg.deelnemer_eraf": "deelnemer uit een overlegronde gehaald",
    "overleg.reactie": "gereageerd in een overlegronde",
    "registratie.gewijzigd": "registratie gewijzigd",
    "mails.bekeken": "mails bekeken",
    "mail.aangeboden": "mail verstuurd",
    "registraties.bekeken": "registraties bekeken",
    "registratie.bekeken": "registratie bekeken",
    "logboek.bekeken": "logboek bekeken",
    "verzoek.geweigerd": "geweigerd: geen toegang",
}
_WHY = {
    "swv": "medewerker van het samenwerkingsverband",
    "school": "medewerker van de eigen school",
    "bestuur": "medewerker van het eigen bestuur",
    "extra-toegang": "extra toegang",
    "systeem": "het systeem",
}


def what(handeling: str) -> str:
    """Say what was done; an act without words of its own by its name."""
    return _WHAT.get(handeling) or handeling.replace(".", ": ").replace("_", " ")


def who(door: str | None, names: Mapping[str, str]) -> str:
    """Name who did it: a person, or the system."""
    if door is None:
        return "onbekend of het systeem"
    return names.get(door) or ("een account dat er niet meer is" if _is_account(door) else "het systeem")


def why(grond: str | None, rollen: Sequence[str]) -> str:
    """Say on what ground, with the roles."""
    ground = _WHY.get(grond or "", grond or "")
    return f"{ground} ({', '.join(rollen)})" if rollen and ground else ground


def _is_account(door: str) -> bool:
    try:
        UUID(door)
    except ValueError:
        return False
    return True
