"""The fixed sentences around a change of status: subject, dates in words, who gets it and why.

A subject never holds text of others, but the status: that name comes from the rule set, a title or an explanation may quote a
child's name. Each template (``sjabloon``) a rule set may name has a subject here and two files in ``templates/``.
"""

from collections.abc import Callable
from datetime import date, datetime

from notify.domain.content import Content
from shared import clock

DEFAULT = "status-gewijzigd"
"""Used for a name that is not in the table, so that a new rule set never costs a school its mail."""

APPLICANT = "aanvrager"
"""The audience that is the school's contactpersoon; every other one is a role of the SWV."""

OTHERS = {
    "genodigde": "U krijgt deze mail omdat iemand deze hulpvraag voor u heeft opengezet.",
    "deelnemer": "U krijgt deze mail omdat u meedoet aan een overlegronde over deze hulpvraag.",
    "verlener": "U krijgt deze mail omdat u deze hulpvraag voor iemand heeft opengezet.",
}
"""Audiences that are one person, with an account, and no role of the SWV."""

_DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
_MONTHS = (
    "januari",
    "februari",
    "maart",
    "april",
    "mei",
    "juni",
    "juli",
    "augustus",
    "september",
    "oktober",
    "november",
    "december",
)


def _changed(content: Content) -> str:
    if not content.status:
        return "ontvangen, nog zonder status"
    return f"status gewijzigd in {content.status}" if content.vorige else f"status is nu {content.status}"


def _by(content: Content) -> str:
    return day(content.deadline) if content.deadline else "onbekend"


def _until(content: Content) -> str:
    return day(content.toegang_tot_en_met) if content.toegang_tot_en_met else "onbekend"


SUBJECTS: dict[str, Callable[[Content], str]] = {
    DEFAULT: _changed,
    "aanvulling-gevraagd": lambda content: f"aanvulling nodig ({content.status or 'nog zonder status'})",
    "besluit": lambda content: f"besluit ({content.status or 'nog zonder status'})",
    "termijn-herinnering": lambda content: f"{content.termijn}, laatste dag {_by(content)}",
    "termijn-verstreken": lambda content: f"termijn verstreken ({content.termijn})",
    "toegang-gegeven": lambda content: f"u kunt meekijken tot en met {_until(content)}",
    "toegang-loopt-af": lambda content: f"toegang loopt af, laatste dag {_until(content)}",
    "overleg-uitnodiging": lambda content: f"uitnodiging voor een overlegronde tot en met {_until(content)}",
    "overleg-reactie": lambda _: "nieuwe reactie in de overlegronde",
    "overleg-loopt-af": lambda content: f"overlegronde loopt af, laatste dag {_until(content)}",
    "onbekende-titel": lambda _: "titel niet herkend, nog te sorteren",
}


def known(template: str) -> str:
    """Give the template, or the default one for a name we do not have."""
    return template if template in SUBJECTS else DEFAULT


def subject(template: str, dossiernummer: int, content: Content) -> str:
    """Give the subject of a mail: ``Hulpvraag 100001: status gewijzigd in TLV aanvraag incompleet``."""
    return f"Hulpvraag {dossiernummer}: {SUBJECTS[known(template)](content)}"


def day(value: date) -> str:
    """Give a date in words: ``donderdag 3 december 2026``."""
    return f"{_DAYS[value.weekday()]} {value.day} {_MONTHS[value.month - 1]} {value.year}"


def moment(value: datetime) -> str:
    """Give a moment in words, in Dutch time: ``donderdag 3 december 2026 om 14.05 uur``."""
    here = value.astimezone(clock.NETHERLANDS)
    return f"{day(here)} om {here:%H.%M} uur"


def facts(template: str, content: Content) -> list[tuple[str, str]]:
    """Give what the mail lists, label and value, in the order of reading; what is not there is left out."""
    if content.termijn:
        return _term_facts(content)
    if content.toegang_tot_en_met:
        return [("Soort aanvraag", content.aanvraagtype), ("Laatste dag", _until(content))]
    title = "Titel zoals de school die schreef" if known(template) == "onbekende-titel" else "Soort aanvraag"
    rows = [
        ("Nieuwe status" if content.vorige else "Status", content.status or "nog geen status"),
        ("Vorige status", content.vorige),
        (title, content.aanvraagtype),
        ("Gewijzigd op" if content.vorige else "Datum", moment(content.gewijzigd_op)),
        ("Reden", content.reden),
        ("Wordt besproken op", day(content.bespreekdatum) if content.bespreekdatum else ""),
    ]
    return [(label, value) for label, value in rows if value]


def _term_facts(content: Content) -> list[tuple[str, str]]:
    rows = [
        ("Termijn", content.termijn),
        ("Laatste dag", day(content.deadline) if content.deadline else ""),
        ("Status", content.status or "nog geen status"),
        ("Soort aanvraag", content.aanvraagtype),
    ]
    return [(label, value) for label, value in rows if value]


def why(audience: str) -> str:
    """Say why someone gets this mail."""
    if audience == APPLICANT:
        return "U krijgt deze mail omdat u bij deze hulpvraag staat als contactpersoon van de school."
    if audience in OTHERS:
        return OTHERS[audience]
    return f"U krijgt deze mail omdat dit het mailadres is van {audience} van het samenwerkingsverband."
