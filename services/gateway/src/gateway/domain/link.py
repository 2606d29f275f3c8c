"""What is mailed to someone so that they can do one thing, and how long it works (ASVS 5.0, 6.4.1 and 6.5.5).

>>> LIFETIME["wachtwoord"]
datetime.timedelta(seconds=600)
"""

import secrets
from datetime import timedelta
from typing import Literal

Doel = Literal["uitnodiging", "wachtwoord", "tweede-factor", "code"]
"""Come in, choose another password, set up another authenticator app; or a code to log in with once."""

LIFETIME: dict[Doel, timedelta] = {
    "uitnodiging": timedelta(hours=72),
    "wachtwoord": timedelta(minutes=10),
    "tweede-factor": timedelta(hours=24),
    "code": timedelta(minutes=10),
}

RECOVERY_CODES = 10
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that is taken for something else on paper


def new_token() -> str:
    """Make the secret part of a link: 256 bits."""
    return secrets.token_urlsafe(32)


def new_mail_code() -> str:
    """Make a code of eight digits for one log-in: it lives ten minutes and five guesses."""
    return f"{secrets.randbelow(10**8):08d}"


def new_recovery_codes() -> list[str]:
    """Make codes for paper, each of 79 bits: ``k7mq-x2fh-…``."""
    return ["-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4)) for _ in range(RECOVERY_CODES)]


def plain(code: str) -> str:
    """A code as it is compared: blanks, dashes and case do not matter."""
    return "".join(code.split()).replace("-", "").lower()
