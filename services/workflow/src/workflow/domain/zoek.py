"""Search words: how a hulpvraag is found by name, number, title or status.

>>> words("Noor van den Bérg")
['noor', 'van', 'den', 'berg']

The words are stored as a ``tsvector`` and asked for by their beginnings. A word that starts with ``=`` is a code, of a SWV,
school, board, title or status: nobody can type it, and every question carries those it must keep to, so that the index itself
finds the few that fit.
"""

import re
import unicodedata
from collections.abc import Iterable

LONGEST = 40
SHORTEST = 2
"""A word of two letters counts whole; from three on its beginning is enough. Shorter says too little."""
MOST = 6
_WORD = re.compile(r"[a-z0-9]+")
_JOINS = str.maketrans("", "", "&'’")
"""Signs inside a word, as in A&K and IB'er."""


def words(text: str) -> list[str]:
    """Split a text into search words: lower case, without accents, letters and digits only."""
    plain = unicodedata.normalize("NFKD", text.casefold().translate(_JOINS)).encode("ascii", "ignore").decode()
    return [word[:LONGEST] for word in _WORD.findall(plain)]


def code(text: str) -> str:
    """The word of a code. Two codes may share one: it narrows a search down, and never decides."""
    return "=" + "".join(words(text))


def stored(texts: Iterable[str | None], codes: Iterable[str | None]) -> list[str]:
    """The words to store for one hulpvraag, each once."""
    return sorted({*(code(text) for text in codes if text), *(word for text in texts if text for word in words(text))})


def typed(text: str) -> list[str]:
    """The words worth asking for."""
    return [word for word in dict.fromkeys(words(text)) if len(word) >= SHORTEST][:MOST]


def question(text: str, codes: Iterable[str]) -> str:
    """A ``tsquery`` for hulpvragen with all these codes that hold every word typed, or its beginning."""
    asked = (f"'{word}':*" if len(word) > SHORTEST else f"'{word}'" for word in typed(text))
    return " & ".join([*(f"'{code(one)}'" for one in codes), *asked])
