"""Attempts to guess, counted per name and per network address before anything is looked at.

>>> async with counted(database, box, name, address) as attempt: ...    # raises TooManyRequests
"""

from dataclasses import dataclass
from datetime import datetime

from gateway import store
from gateway.domain.account import Name
from gateway.domain.guard import ADDRESS, NAME
from shared import clock
from shared.database import Transaction
from shared.errors import TooManyRequests
from shared.secretbox import SecretBox


@dataclass(frozen=True, slots=True)
class Guesser:
    """Who tries, as keyed hashes, and the number of this attempt in a row."""

    name: bytes
    address: bytes
    attempts: int = 0


def guesser(box: SecretBox, name: Name, address: str) -> Guesser:
    """Who tries something with this name from this address."""
    return Guesser(box.blind("name", name.organisatie, name.gebruikersnaam), box.blind("address", address))


async def count(tx: Transaction, who: Guesser) -> tuple[Guesser, datetime | None]:
    """Count an attempt; with a moment it is blocked until then, and nothing may be looked at."""
    by_name = await store.attempt(tx, who.name, NAME)
    by_address = await store.attempt(tx, who.address, ADDRESS) if by_name.blocked_until is None else by_name
    until = by_name.blocked_until or by_address.blocked_until
    if until:
        tx.audit("login.blocked", subject=who.name.hex())
    return Guesser(who.name, who.address, by_name.attempts), until


def wait(until: datetime) -> TooManyRequests:
    """The error that says how long."""
    seconds = max(1, int((until - clock.now()).total_seconds()) + 1)
    minutes = -(-seconds // 60)
    how_long = "een minuut" if minutes == 1 else f"{minutes} minuten"
    text = f"Er is te vaak geprobeerd in te loggen. Wacht {how_long} en probeer het dan opnieuw."
    return TooManyRequests(text, retry_after=seconds)
