"""What security costs: log-ins with Argon2 beside other work, and what deciding about extra access adds among many of them.

The floor of a log-in is one bare Argon2 hash in this process; that of a decision is the same page asked by staff, whom their
role lets in before any row is looked for.
"""

import asyncio
import secrets
import statistics
import time
from collections.abc import Iterator
from uuid import UUID, uuid4

import httpx
import pyotp

from bench import people
from bench.fictional import FIRST
from bench.report import figure, line, percentile
from bench.system import Site
from gateway.adapters.passwords import Passwords
from shared import clock, tokens

RATE = 10
"""Log-ins a second."""
OTHERS = 5
"""Lists a second beside them."""
AIM, ADDS = 0.4, 0.005
"""Seconds at most, of 95 in 100: a log-in, and what a decision adds."""
_GRANT = """
INSERT INTO toegang (id, hulpvraag, account, naam, email, reden, tot, door_account, door_naam, door_email, gegeven_op)
SELECT gen_random_uuid(), id, CASE WHEN dossiernummer % $3 = 0 THEN $1 ELSE gen_random_uuid() END, 'Mila Verzonnen',
    'mila@bench.example', 'bench', now() + interval '30 days', $1, 'Bram Verzonnen', '', now()
FROM (SELECT id, dossiernummer FROM hulpvraag WHERE dossiernummer >= $2 AND swv = $5 AND zichtbaar_voor = '{}'
    LIMIT $4) AS chosen
"""
_NUMBERS = (
    "SELECT dossiernummer FROM hulpvraag JOIN toegang ON hulpvraag.id = hulpvraag WHERE account = $1 ORDER BY 1 LIMIT 200"
)


def logins(site: Site, seconds: float) -> Iterator[str]:
    """Log in at a fixed rate, each time another person, while a clerk keeps asking for the list."""
    count = int(seconds * RATE)
    bare, alone, took, beside = asyncio.run(_logins(site, count))
    yield line("log-in, floor", f"one bare Argon2 check {statistics.median(bare) * 1000:.0f} ms")
    p95 = percentile(took, 95)
    text = f"p50 {percentile(took, 50) * 1000:.0f} ms, p95 {p95 * 1000:.0f} ms ({len(took)} of {count})"
    yield figure(f"log-in, {RATE}/s", text, aim=f"p95 < {AIM * 1000:.0f} ms", met=p95 < AIM)
    quiet, busy = (percentile(values, 95) * 1000 for values in (alone, beside))
    yield line("a list beside log-ins", f"p95 {busy:.0f} ms; without log-ins {quiet:.0f} ms")


def grants(site: Site, count: int, turns: int) -> Iterator[str]:
    """Open a hulpvraag among many grants, as who was let in and as staff, in turns."""
    added, guest, staff = asyncio.run(_grants(site, count, turns))
    difference = percentile(guest, 95) - percentile(staff, 95)
    text = f"p95 {percentile(guest, 95) * 1000:.1f} ms, staff {percentile(staff, 95) * 1000:.1f} ms, among {added} grants"
    aim = f"adds < {ADDS * 1000:.0f} ms at p95"
    yield figure("a page by extra access", f"{text}: adds {difference * 1000:.1f} ms", aim=aim, met=difference < ADDS)


async def _logins(site: Site, count: int) -> tuple[list[float], list[float], list[float], list[float]]:
    passwords, password = Passwords(), secrets.token_urlsafe(18)
    hashed = await passwords.hash(password)
    bare = []
    for _ in range(10):
        begin = time.monotonic()
        await passwords.verify(hashed, password)
        bare.append(time.monotonic() - begin)
    forms = await people.make(site, "swv", people.SWV, "administratie", count=count)
    limits = httpx.Limits(max_connections=100)
    async with httpx.AsyncClient(base_url=site.services["gateway"].url, timeout=60, limits=limits, trust_env=False) as http:
        clerk = await people.log_in(site, http, "swv", people.SWV, "administratie")
        alone = await _asked(http, clerk, count / RATE)
        asking = asyncio.create_task(_asked(http, clerk, count / RATE))
        took = await asyncio.gather(*(_log_in(http, form, number / RATE) for number, form in enumerate(forms)))
        return bare, alone, list(took), await asking


async def _log_in(http: httpx.AsyncClient, who: tuple[dict[str, str], pyotp.TOTP], after: float) -> float:
    """Log in at its moment; the seconds count from then."""
    due = time.monotonic() + after
    await asyncio.sleep(after)
    form, app = who
    people.good(await http.post("/api/v1/sessies", json={**form, "code": app.at(clock.now())}))
    return time.monotonic() - due


async def _asked(http: httpx.AsyncClient, session: dict[str, str], seconds: float) -> list[float]:
    took = []
    for _ in range(int(seconds * OTHERS)):
        begin = time.monotonic()
        people.good(await http.get("/api/v1/hulpvragen", headers=session))
        took.append(time.monotonic() - begin)
        await asyncio.sleep(max(0.0, begin + 1 / OTHERS - time.monotonic()))
    return took


async def _grants(site: Site, count: int, turns: int) -> tuple[int, list[float], list[float]]:
    guest = uuid4()
    every = max(1, count // 200)
    async with site.connected("workflow") as connection:
        done: str = await connection.execute(_GRANT, guest, FIRST, every, count, people.SWV)
        await connection.execute("ANALYZE toegang")
        numbers = [row["dossiernummer"] for row in await connection.fetch(_NUMBERS, guest)]
    try:
        return int(done.rpartition(" ")[2]), *await _pages(site, guest, numbers, turns)
    finally:
        async with site.connected("workflow") as connection:
            await connection.execute("DELETE FROM toegang WHERE reden = 'bench'")


async def _pages(site: Site, guest: UUID, numbers: list[int], turns: int) -> tuple[list[float], list[float]]:
    key = people.keys(site)["gateway private"]
    parent = tokens.Actor(sub=guest, naam="Mila", organisatie=people.SWV, soort="ouder", swv=people.SWV, rollen=())
    took: dict[str, list[float]] = {"guest": [], "staff": []}
    async with httpx.AsyncClient(base_url=site.services["workflow"].url, timeout=60, trust_env=False) as http:
        for turn in range(turns * 4):
            headers = {
                "guest": people.signed(key, parent),
                "staff": people.signed(key, people.actor("swv", people.SWV, "administratie")),
            }
            number = numbers[turn % len(numbers)]
            for who, given in headers.items():
                begin = time.monotonic()
                people.good(await http.get(f"/hulpvragen/{number}", headers=given))
                took[who].append(time.monotonic() - begin)
    return took["guest"], took["staff"]
