"""A token of a person for a program of theirs: what it may do, until which day, and who may have one.

>>> new_token()[:8]
'schakel_'
>>> check_last_day(date(2030, 1, 1), today=date(2026, 11, 27), most=365)       # raises InvalidInput: too far off

A token stands in for password and code, so it can do less: only what its scopes name, never what its owner may not, and nothing
about accounts, sessions and tokens.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, cast, get_args
from uuid import UUID

from gateway.domain.account import Account
from shared import clock
from shared.errors import Fault, InvalidInput

PREFIX = "schakel_"
"""By this a scanner of source code finds one that was left there."""

Scope = Literal[
    "hulpvragen:lezen",
    "hulpvragen:schrijven",
    "besluiten:lezen",
    "besluiten:schrijven",
    "bijlagen:lezen",
    "bijlagen:schrijven",
    "mails:lezen",
    "mails:schrijven",
    "registraties:lezen",
    "registraties:schrijven",
    "beheer:lezen",
    "beheer:schrijven",
]
SCOPES: dict[Scope, str] = {
    "hulpvragen:lezen": "hulpvragen en dossiers bekijken, met verloop, termijnen, overlegrondes en eigen notities",
    "hulpvragen:schrijven": "hulpvragen indienen, de status wijzigen, labels, coördinator, notities en overlegrondes",
    "besluiten:lezen": "besluiten bekijken",
    "besluiten:schrijven": "besluiten nemen en corrigeren",
    "bijlagen:lezen": "bijlagen bekijken en downloaden",
    "bijlagen:schrijven": "bijlagen toevoegen",
    "mails:lezen": "eigen mails en voorkeuren bekijken",
    "mails:schrijven": "eigen voorkeuren voor mails wijzigen",
    "registraties:lezen": "registraties bekijken",
    "registraties:schrijven": "registraties opnieuw verzenden en corrigeren",
    "beheer:lezen": "postbussen, scholenkringen, mandaten, overeenkomsten, organisaties en overdrachten bekijken",
    "beheer:schrijven": "postbussen, scholenkringen, mandaten, overeenkomsten, organisaties en overdrachten wijzigen",
}
"""What each lets a program do, for the page where one chooses."""

MOST = 20
"""Living tokens of one account: more of them nobody keeps track of."""
NOTED_EVERY = timedelta(hours=1)
"""How exactly its use is known, and that it was refused: a write at each request would cost more than it tells."""

Dead = Literal["ingetrokken", "verlopen", "account"]


@dataclass(frozen=True, slots=True)
class Token:
    """A token of an account as it is now, dead or alive. It holds through the day before ``ends_at``."""

    id: UUID
    account: Account
    naam: str
    scopes: frozenset[Scope]
    created_at: datetime
    ends_at: datetime
    seen_at: datetime | None = None
    withdrawn_at: datetime | None = None

    @property
    def tot_en_met(self) -> date:
        """The last day that it works."""
        return clock.last_day(self.ends_at)

    def dead(self, at: datetime) -> Dead | None:
        """Tell why it opens nothing at this moment; None when it does."""
        if self.withdrawn_at is not None:
            return "ingetrokken"
        if at >= self.ends_at:
            return "verlopen"
        return None if self.account.staat == "active" and may_have(self.account) else "account"

    def is_seen(self, at: datetime) -> bool:
        """Tell whether its use was noted within the hour."""
        return self.seen_at is not None and at - self.seen_at < NOTED_EVERY


def new_token() -> str:
    """Make a token: 256 random bits behind the prefix."""
    return PREFIX + secrets.token_urlsafe(32)


def hash_of(token: str) -> bytes:
    """What is kept of a token. A plain hash: nobody guesses 256 bits."""
    return hashlib.sha256(token.encode()).digest()


def may_have(account: Account) -> bool:
    """Tell whether someone may have tokens: not a guest (``extern``, ``ouder``), nor who gets codes by mail.

    They see what they were let in to, with no program to do it for them, and a mailbox is too weak to give out a year's access.
    """
    return account.soort in {"swv", "bestuur", "school"} and account.factor == "app"


def read_scopes(given: Collection[str]) -> frozenset[Scope]:
    """Read scopes. Raises InvalidInput for one that is none, and for none at all."""
    if not given or not set(given) <= set(get_args(Scope)):
        raise InvalidInput([Fault(field="scopes", rule="minstens-een", message="Kies minstens één recht uit de lijst.")])
    return frozenset(cast("Collection[Scope]", given))


def check_last_day(last: date, today: date, most: int) -> None:
    """Raise InvalidInput for a day that is over, or more than ``most`` days off."""
    if not today <= last <= today + timedelta(days=most):
        message = f"Kies een dag vanaf vandaag, hoogstens {most} dagen vooruit."
        raise InvalidInput([Fault(field="totEnMet", rule="periode", message=message)])
