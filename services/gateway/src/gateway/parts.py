"""What routes need, put together once by ``main``.

>>> @router.get("/mails")
... async def mails(parts: CurrentParts, session: ReadsMails): ...
"""

import ipaddress
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Request

from gateway.adapters.passwords import Passwords
from gateway.adapters.services import Services
from gateway.adapters.storage import Storage
from gateway.domain.address import Network, client_address
from gateway.domain.pace import Pace
from gateway.portal.pages import Pages
from gateway.settings import Settings
from gateway.static_files import Assets
from gateway.usecases.login import Limits
from gateway.usecases.post import Post
from shared import clock
from shared.database import Database
from shared.errors import TooManyRequests


@dataclass(frozen=True, slots=True)
class Parts:
    """Every concrete thing of this process."""

    settings: Settings
    database: Database
    passwords: Passwords
    post: Post
    limits: Limits
    services: Services
    storage: Storage
    assets: Assets
    pages: Pages
    pace: Pace
    proxies: tuple[Network, ...]

    def address(self, request: Request) -> str:
        """Tell from which network address this request came."""
        peer = request.client.host if request.client else "onbekend"
        return client_address(peer, request.headers.get("x-forwarded-for", ""), self.proxies)

    def hold_pace(self, key: str) -> None:
        """Count one request of a session or an address. Raises TooManyRequests."""
        if seconds := self.pace.wait(key, clock.now()):
            raise TooManyRequests(f"U doet te veel tegelijk. Probeer het over {seconds} seconden opnieuw.", retry_after=seconds)


def parse_networks(networks: tuple[str, ...]) -> tuple[Network, ...]:
    """Read the settings' networks."""
    return tuple(ipaddress.ip_network(network) for network in networks)


def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


CurrentParts = Annotated[Parts, Depends(_parts)]
