"""``python -m schakel_local demo``: what ``make up`` runs once everything is installed."""

import asyncio
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from schakel_local.demo import story, table, world
from schakel_local.demo.load import load
from schakel_local.demo.people import StoryError
from schakel_local.demo.site import Site
from schakel_local.supervisor import SupervisorError, up
from shared.errors import SchakelError

SERVICES = "schakel_local.fleet:services"


def show(folder: Path, say: Callable[[str], None]) -> int:
    """Start all, load the world, tell the story, print the table and how to go on. Returns the exit status."""
    begin = time.monotonic()
    say("starting servers and services")
    up(folder, options=["--services", SERVICES], say=lambda text: say(f"  {text}"))
    try:
        return asyncio.run(_show(Site(folder), say, begin))
    except (StoryError, SchakelError, httpx.HTTPError) as error:
        raise SupervisorError(f"the demo stopped: {error}\n  logs: make logs, or {folder / 'data'}") from error


async def _show(site: Site, say: Callable[[str], None], begin: float) -> int:
    say("loading the demo: one SWV, two boards, four schools, eleven people, three pupils, all made up")
    await load(site)
    say("three hulpvragen on their way")
    numbers = await story.tell(site, lambda text: say(f"  {text}"))
    for line in await table.lines(site, numbers):
        say(line)
    say("")
    for line in _addresses(site):
        say(line)
    say(f"\nready in {time.monotonic() - begin:.1f} s")
    return 0


def _addresses(site: Site) -> list[str]:
    found = [
        f"portal      {site.url('gateway')}",
        f"API         {site.url('gateway')}/api/v1/openapi.json",
        f"mail        {site.url('mail')}",
        f"register    {site.url('register')}",
        f"broker      {site.parts['rabbitmq']['management_url']}",
        "",
        "log in with organisation, user name, password and a code of this TOTP secret (random, for this demo only):",
    ]
    for one in world.PEOPLE:
        role = ", ".join(one.rollen) or one.soort
        secret = site.totp(one.gebruikersnaam)
        found.append(f"  {one.organisatie:<8} {one.gebruikersnaam:<10} {site.password(one.gebruikersnaam)}  {secret}  {role}")
    return [*found, "", "a code: .venv/bin/schakel code SECRET   stop: make down   again: make up"]
