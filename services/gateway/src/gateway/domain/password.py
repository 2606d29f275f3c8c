"""What a password must be: long enough, and not one that guessers try first (ASVS 5.0, 6.2.1 to 6.2.12).

>>> check_password("wachtwoord1234", "PO2507", "a.jansen")
Traceback (most recent call last):
shared.errors.InvalidInput: wachtwoord: Dit wachtwoord is te makkelijk te raden. …

No rules of composition. ``zxcvbn`` knows the passwords, names and keyboard patterns that are used most, and estimates how many
guesses it takes; words of this place are added.
"""

import re
from collections.abc import Iterable

from zxcvbn import zxcvbn

from shared.errors import Fault, InvalidInput

SHORTEST, LONGEST = 12, 128
"""Characters: at least 8, better 15, and at least 64 must be allowed."""
GUESSES = 10**9
"""Fewer than these is too easy. Guessing at the door is slow; this is for a stolen table, where each guess costs 19 MiB and
some thirty milliseconds."""
_LOOKED_AT = 72
_OWN_ADD = 8
"""Characters that must be left when one's own name, organisation and address are taken out."""
_HERE = (
    *("schakel", "kindkans", "wachtwoord", "welkom", "geheim", "school", "leerling", "hulpvraag", "passend", "onderwijs"),
    *("lente", "zomer", "herfst", "winter", "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus"),
    *("september", "oktober", "november", "december", "maandag", "vrijdag"),
)


def check_password(password: str, *own: str) -> None:
    """Raise InvalidInput for a password that is too short, too long or too easy. ``own`` are words of this person."""
    if not SHORTEST <= len(password) <= LONGEST:
        _refuse("lengte", f"Een wachtwoord heeft {SHORTEST} tot {LONGEST} tekens.")
    words = [part for word in own for part in (word, *re.split(r"[@.\s-]", word)) if len(part) > 2]
    if _without(words, password) < _OWN_ADD or zxcvbn(password[:_LOOKED_AT], [*words, *_HERE])["guesses"] < GUESSES:
        _refuse(
            "te-raden",
            "Dit wachtwoord is te makkelijk te raden. Neem een paar woorden die niets met elkaar te maken hebben.",
        )


def _without(words: Iterable[str], password: str) -> int:
    rest = password.lower()
    for word in sorted(words, key=len, reverse=True):
        rest = rest.replace(word.lower(), "")
    return len(rest)


def _refuse(rule: str, message: str) -> None:
    raise InvalidInput([Fault(field="wachtwoord", rule=rule, message=message)])
