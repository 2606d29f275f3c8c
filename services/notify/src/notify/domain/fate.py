"""What can become of a mail, and what follows from one attempt.

::

    gepland ──► bezig ──► aangeboden            the server took it over
       │          ├─────► geweigerd             it never will
       │          ├─────► uitgesteld ─► bezig   not now; again after a while
       │          ├─────► onbekend ───► bezig   maybe it did; again, with the same Message-ID
       │          └─────► opgegeven             the last attempt failed too
       ├────────► onderdrukt                    the recipient does not want these mails (also from uitgesteld and onbekend)
       └────────► geweigerd                     not an address
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, assert_never

from notify.domain import delays

Staat = Literal["gepland", "onderdrukt", "bezig", "aangeboden", "uitgesteld", "geweigerd", "onbekend", "opgegeven"]

MEANING: dict[Staat, str] = {
    "gepland": "Deze mail staat klaar en wordt zo snel mogelijk verstuurd.",
    "onderdrukt": "Niet verstuurd: mails over statussen staan uit voor dit adres.",
    "bezig": "Deze mail wordt op dit moment verstuurd.",
    "aangeboden": "Verstuurd: de mailserver heeft deze mail aangenomen.",
    "uitgesteld": "Nog niet gelukt. We proberen het vanzelf opnieuw.",
    "geweigerd": "Niet verstuurd: deze mail kan niet worden bezorgd op dit adres.",
    "onbekend": "We weten niet zeker of deze mail is aangekomen en sturen hem nog een keer. Misschien komt hij twee keer aan.",
    "opgegeven": "Niet verstuurd: na vijf dagen proberen zijn we gestopt.",
}
"""Each state in a sentence for the one who waits for the mail."""

WAITING: tuple[Staat, ...] = ("gepland", "uitgesteld", "onbekend")
"""The states from which a mail is taken up when its moment has come."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How one attempt ended: ``code`` and ``text`` are the server's answer, without a code what happened in its place."""

    kind: Literal["aangeboden", "uitgesteld", "geweigerd", "onbekend"]
    code: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Fate:
    """The state that follows, and when the next attempt is; None when there is none."""

    staat: Staat
    next_attempt: datetime | None


def answered(code: int, text: str) -> Outcome:
    """Read a refusal: 4xx passes, anything else does not (RFC 5321, 4.2.1)."""
    return Outcome("uitgesteld" if 400 <= code < 500 else "geweigerd", code, text)


def after(outcome: Outcome, attempts: int, now: datetime, jitter: float) -> Fate:
    """Decide what follows from attempt number ``attempts``."""
    match outcome.kind:
        case "aangeboden" | "geweigerd":
            return Fate(outcome.kind, None)
        case "uitgesteld" | "onbekend":
            delay = delays.after(attempts, jitter)
            return Fate("opgegeven", None) if delay is None else Fate(outcome.kind, now + delay)
        case _:
            assert_never(outcome.kind)
