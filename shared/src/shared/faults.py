"""What pydantic found wrong, in Dutch for the one who sent it: a path, a rule that stays the same over versions, a sentence.

>>> try:
...     HulpvraagIndienen.model_validate_json(body, strict=True)
... except ValidationError as error:
...     raise InvalidInput(faults_of(error.errors())) from error
"""

from typing import Any

from shared.errors import Fault

_RULES = {
    "missing": ("verplicht", "Dit veld is verplicht."),
    "extra_forbidden": ("onbekend-veld", "Dit veld bestaat niet."),
    "string_too_long": ("te-lang", "De tekst is te lang: hoogstens {max_length} tekens."),
    "string_too_short": ("te-kort", "De tekst is te kort: minstens {min_length} teken(s)."),
    "string_type": ("tekst", "Dit moet een tekst zijn."),
    "string_unicode": ("tekst", "Dit is geen geldige tekst (Unicode)."),
    "string_pattern_mismatch": ("vorm", "De waarde heeft niet de afgesproken vorm."),
    "int_type": ("getal", "Dit moet een geheel getal zijn."),
    "int_parsing": ("getal", "Dit moet een geheel getal zijn."),
    "int_parsing_size": ("getal", "Dit getal is te groot."),
    "int_from_float": ("getal", "Dit moet een geheel getal zijn."),
    "greater_than": ("te-klein", "Het getal moet groter zijn dan {gt}."),
    "greater_than_equal": ("te-klein", "Het getal moet minstens {ge} zijn."),
    "less_than": ("te-groot", "Het getal moet kleiner zijn dan {lt}."),
    "less_than_equal": ("te-groot", "Het getal mag hoogstens {le} zijn."),
    "bool_type": ("ja-nee", "Dit moet true of false zijn."),
    "bool_parsing": ("ja-nee", "Dit moet true of false zijn."),
    "date_type": ("datum", "Dit is geen bestaande datum (jjjj-mm-dd)."),
    "date_parsing": ("datum", "Dit is geen bestaande datum (jjjj-mm-dd)."),
    "date_from_datetime_parsing": ("datum", "Dit is geen bestaande datum (jjjj-mm-dd)."),
    "date_from_datetime_inexact": ("datum", "Geef alleen de datum, zonder tijd (jjjj-mm-dd)."),
    "datetime_type": ("moment", "Dit is geen moment (RFC 3339)."),
    "datetime_parsing": ("moment", "Dit is geen moment (RFC 3339)."),
    "datetime_from_date_parsing": ("moment", "Dit is geen moment (RFC 3339)."),
    "timezone_aware": ("moment", "Geef de tijdzone erbij (RFC 3339)."),
    "uuid_type": ("uuid", "Dit is geen UUID."),
    "uuid_parsing": ("uuid", "Dit is geen UUID."),
    "enum": ("keuze", "Deze waarde staat niet in de lijst."),
    "literal_error": ("keuze", "Deze waarde staat niet in de lijst."),
    "json_invalid": ("json", "Dit is geen geldige JSON."),
    "list_type": ("lijst", "Dit moet een lijst zijn."),
    "tuple_type": ("lijst", "Dit moet een lijst zijn."),
    "too_long": ("te-veel", "Dit zijn er te veel: hoogstens {max_length}."),
    "too_short": ("te-weinig", "Dit zijn er te weinig: minstens {min_length}."),
    "model_type": ("object", "Dit moet een object zijn."),
    "model_attributes_type": ("object", "Dit moet een object zijn."),
    "dict_type": ("object", "Dit moet een object zijn."),
}


def faults_of(errors: list[Any], *, skip: int = 0) -> list[Fault]:
    """Turn pydantic's errors into faults. A rule of our own (``value_error``) brings its own sentence: ``rule: sentence``.

    ``skip`` leaves out the first parts of each path (``body``).
    """
    faults = []
    for error in errors:
        path = ".".join(str(part) for part in error["loc"][skip:]) or "(bericht)"
        context = error.get("ctx", {})
        rule, message = _RULES.get(error["type"], (error["type"].replace("_", "-"), "De waarde is niet toegestaan."))
        if error["type"] == "value_error":
            rule, _, message = str(context.get("error")).partition(": ")
            rule, message = (rule, message) if message else ("waarde", rule)
        else:
            message = message.format_map(context) if context else message
        allowed = str(context.get("expected", "")).replace(" or ", " of ")
        faults.append(Fault(field=path, rule=rule, message=f"{message} Toegestaan: {allowed}." if allowed else message))
    return faults
