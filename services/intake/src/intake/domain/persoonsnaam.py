"""Names of people, compared as people would: without case, accents and signs, and wherever the tussenvoegsel was typed.

>>> key("Noor", "van den", "Bérg") == key("noor", "", "Van den Berg")
True
>>> has_voorvoegsel("van Boven"), has_voorvoegsel("El-Makrini")
(True, False)

A clear Dutch tussenvoegsel has a field of its own; what is not clearly one stays with the surname (manual 002:126).
"""

import re
import unicodedata

from shared.contracts.connector import LeerlingOpgave

VOORVOEGSELS = frozenset({"van", "de", "den", "der", "het", "t", "ten", "ter", "te", "in", "op", "aan", "bij", "uit", "voor"})
"""The words of which clear Dutch tussenvoegsels consist."""
_WITHOUT_ACCENT = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th"})
"""Letters that are one letter in Unicode, and two or another to who has no key for them."""


def fold(text: str) -> str:
    """Lower case, without accents; letters of other scripts stay."""
    plain = unicodedata.normalize("NFKD", text.casefold()).casefold().translate(_WITHOUT_ACCENT)
    return "".join(sign for sign in plain if unicodedata.category(sign) != "Mn")


def words(text: str) -> set[str]:
    """The words of two letters or more, folded."""
    return {word for word in _split(text) if len(word) > 1}


def names_of(leerling: LeerlingOpgave) -> set[str]:
    """The words that name a pupil: first names and surname, without a tussenvoegsel."""
    return words(f"{leerling.roepnaam} {leerling.achternaam}") - VOORVOEGSELS


def is_named_in(leerling: LeerlingOpgave, text: str) -> bool:
    """Tell whether a running text names the pupil. Without a capital it is a word: ``Wil`` is a name, ``wil`` is not."""
    written = {word for word in re.findall(r"[^\W\d_]+", text) if word[0].isupper()}
    return not names_of(leerling).isdisjoint(words(" ".join(written)))


def key(roepnaam: str, voorvoegsel: str, achternaam: str) -> str:
    """What two spellings of one name share."""
    return f"{''.join(_split(roepnaam))} {''.join(_split(f'{voorvoegsel} {achternaam}'))}"


def has_voorvoegsel(achternaam: str) -> bool:
    """Tell whether a surname begins with a clear tussenvoegsel."""
    first, *rest = _split(achternaam) or [""]
    return bool(rest) and first in VOORVOEGSELS


def _split(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", fold(text))
