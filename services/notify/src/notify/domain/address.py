"""Where a mail can be sent, and how the address goes over the wire (RFC 5321, 4.1.2; RFC 5891 for names as ``café.example``).

>>> parse("Ank@Linde.example")
Address(wire='Ank@linde.example', key='ank@linde.example')

Addresses with a quoted name, an address literal or letters outside ASCII before the ``@`` are refused: no school has one,
and not every server on the way takes them.
"""

import re
from dataclasses import dataclass

import idna

LONGEST = 254
"""Characters of an address that fits the command ``RCPT TO`` (RFC 5321, 4.5.3.1.3, and erratum 1690)."""

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_NAME = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"({_LABEL}\.)+(?=[a-z0-9-]*[a-z]){_LABEL}")


class UndeliverableError(ValueError):
    """No mail can go here. The text is a Dutch sentence that says why, without the address."""


@dataclass(frozen=True, slots=True)
class Address:
    """An address as the server gets it, and the key under which preferences and own mails are found."""

    wire: str
    key: str


def parse(text: str) -> Address:
    """Read an address. Raises UndeliverableError."""
    if not text:
        raise UndeliverableError("Er is geen e-mailadres bekend.")
    name, at, domain = text.rpartition("@")
    if not at or not name or not domain:
        raise UndeliverableError("Dit is geen e-mailadres: er hoort een apenstaartje tussen de naam en het domein.")
    if not name.isascii():
        raise UndeliverableError("Voor het apenstaartje mogen alleen gewone letters, cijfers en leestekens staan.")
    if not _NAME.fullmatch(name) or len(name) > 64:
        raise UndeliverableError("Het deel voor het apenstaartje klopt niet.")
    domain = _ascii(domain)
    if not _DOMAIN.fullmatch(domain) or len(name) + 1 + len(domain) > LONGEST:
        raise UndeliverableError("Het deel achter het apenstaartje is geen geldige domeinnaam.")
    wire = f"{name}@{domain}"
    return Address(wire, wire.lower())


def key_of(text: str) -> str:
    """Give the key of an address of which nobody says that it can be delivered: an account's, or one that was refused."""
    try:
        return parse(text).key
    except UndeliverableError:
        return text.lower()


def _ascii(domain: str) -> str:
    if domain.isascii():
        return domain.lower()
    try:
        return idna.encode(domain, uts46=True).decode()
    except idna.IDNAError:
        return ""
