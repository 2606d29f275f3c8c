"""Who asks: accounts that log in at the gateway as people do, and tokens for what goes straight to a service."""

import base64
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
from shared.secretbox import SecretBox

SWV = "PO2507"


def keys(site: Site) -> dict[str, str]:
    """The keys of this stack."""
    found: dict[str, str] = json.loads((site.stack.data / "keys.json").read_text(encoding="utf-8"))
    return found


async def log_in(site: Site, http: httpx.AsyncClient, soort: Literal["swv", "school"], of: str, *rollen: str) -> dict[str, str]:
    """Make an account, log in with password and code, and return the headers of the session."""
    name, password = f"bench.{secrets.token_hex(4)}", secrets.token_urlsafe(18)
    new = NewAccount(of, name, "Bram Verzonnen", f"{name}@bench.example", soort, SWV, rollen)
    database = Database(fleet.database_url(site.stack, "gateway"), size=1)
    await database.connect()
    async with database.transaction() as tx:
        box = SecretBox([base64.b64decode(keys(site)["totp"])])
        made = await create_account(tx, Passwords(), box, new, password=password, by="bench")
    await database.close()
    code = pyotp.TOTP(str(pyotp.parse_uri(made.otpauth or "").secret)).at(clock.now())
    login = {"organisatie": of, "gebruikersnaam": name, "wachtwoord": password, "code": code}
    answer = await http.post(f"{site.services['gateway'].url}/api/v1/sessies", json=login)
    return {"Authorization": f"Bearer {good(answer)['token']}"}


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
