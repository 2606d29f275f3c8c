"""Who asks: accounts that log in at the gateway as people do, and tokens for what goes straight to a service."""

import json
import secrets
from typing import Any, Literal
from uuid import uuid4

import httpx
import pyotp

from bench.system import Site
from gateway.adapters.passwords import Passwords
from gateway.usecases.accounts import NewAccount, create_account
from schakel_local import fleet
from shared import clock, tokens
from shared.database import Database
from shared.secretbox import SecretBox, read_keys

SWV = "PO2507"


def keys(site: Site) -> dict[str, str]:
    """The keys of this stack."""
    found: dict[str, str] = json.loads((site.stack.data / "keys.json").read_text(encoding="utf-8"))
    return found


async def log_in(site: Site, http: httpx.AsyncClient, soort: Literal["swv", "school"], of: str, *rollen: str) -> dict[str, str]:
    """Make an account, log in with password and code, and return the headers of the session."""
    [(form, app)] = await make(site, soort, of, *rollen)
    login = {**form, "code": app.at(clock.now())}
    answer = await http.post(f"{site.services['gateway'].url}/api/v1/sessies", json=login)
    return {"Authorization": f"Bearer {good(answer)['token']}"}


async def make(
    site: Site, soort: Literal["swv", "school"], of: str, *rollen: str, count: int = 1
) -> list[tuple[dict[str, str], pyotp.TOTP]]:
    """Make accounts; of each what its owner types to log in, but for the code, and the app that makes that."""
    passwords, password = Passwords(), secrets.token_urlsafe(18)
    box = SecretBox(read_keys(keys(site)["totp"]))
    database = Database(fleet.database_url(site.stack, "gateway"), size=1)
    await database.connect()
    made = []
    for _ in range(count):
        name = f"bench.{secrets.token_hex(4)}"
        new = NewAccount(of, name, "Bram Verzonnen", f"{name}@bench.example", soort, SWV, rollen)
        async with database.transaction() as tx:
            account = await create_account(tx, passwords, box, new, password=password, by="bench")
        form = {"organisatie": of, "gebruikersnaam": name, "wachtwoord": password}
        made.append((form, pyotp.TOTP(str(pyotp.parse_uri(account.otpauth or "").secret))))
    await database.close()
    return made


def actor(soort: Literal["swv", "school"], of: str, *rollen: str) -> tokens.Actor:
    """Someone who needs no account."""
    return tokens.Actor(sub=uuid4(), naam="Bram Verzonnen", organisatie=of, soort=soort, swv=SWV, rollen=rollen)


def signed(key: str, who: tokens.Actor) -> dict[str, str]:
    """The headers by which workflow knows who asks, for a minute. ``key`` is the gateway's."""
    return {"Authorization": f"Bearer {tokens.sign(who, audience='workflow', key=tokens.load_key(key))}"}


def good(answer: httpx.Response) -> dict[str, Any]:
    """What was answered. Raises RuntimeError for anything but success."""
    if answer.is_error:
        raise RuntimeError(f"{answer.request.method} {answer.request.url}: {answer.status_code} {answer.text[:300]}")
    found: dict[str, Any] = answer.json()
    return found
