"""The network address a request came from.

>>> client_address("10.0.0.5", "203.0.113.9, 10.0.0.7", networks)      # both tens are our own proxies
'203.0.113.9'

Anyone can send ``X-Forwarded-For``. It is read from the right, and only as far as our own proxies wrote it.
"""

import ipaddress
from collections.abc import Sequence

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


def client_address(peer: str, forwarded: str, trusted: Sequence[Network]) -> str:
    """Return the address nearest to us that is not one of our proxies."""
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()]
    address = peer
    while _is_in(address, trusted) and hops:
        address = hops.pop()
    return address[:64]


def _is_in(address: str, networks: Sequence[Network]) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(parsed in network for network in networks)
