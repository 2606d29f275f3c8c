"""``python -m schakel_local demo``: what ``make up`` runs once everything is installed."""

import asyncio
import time
import traceback
from collections.abc import Callable
from pathlib import Path

from schakel_local.demo import story, table, world
from schakel_local.demo.load import load
from schakel_local.demo.site import Site
from schakel_local.supervisor import SupervisorError, up

SERVICES = "schakel_local.fleet:services"


def show(folder: Path, log: Path, say: Callable[[str], None]) -> int:
    """Start all, load the world, tell the story, print the table and how to go on. Returns the exit status.

    Whatever goes wrong becomes a SupervisorError that names the step; where it happened in the code is left in ``log``.
    """
    begin = time.monotonic()
    say("starting servers and services")
    found = up(folder, options=["--services", SERVICES], say=lambda text: say(f"  {text}"))
    log.unlink(missing_ok=True)
    steps = ["finding what runs"]
    try:
        return asyncio.run(_show(Site(folder), say, begin, steps))
    except Exception as error:
        log.write_text(traceback.format_exc(), encoding="utf-8")
        why = f"the demo stopped while {steps[-1]}: {type(error).__name__}: {error}"
        raise SupervisorError(f"{why}\n  log: {log}; of servers and services: make logs, or {found['data']}") from error


async def _show(site: Site, say: Callable[[str], None], begin: float, steps: list[str]) -> int:
    say("loading the demo: one SWV, two boards, four schools, twelve people, three pupils, all made up")
    steps.append("loading who there is")
    await load(site)
    say("three hulpvragen on their way")
    steps.append("three hulpvragen were on their way")
    numbers = await story.tell(site, lambda text: say(f"  {text}"))
    steps.append("reading from the databases what happened")
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
        f"OSO         {site.url('oso')}",
        f"broker      {site.parts['rabbitmq']['management_url']}",
        "",
        "log in with organisation, user name, password and a code of this TOTP secret (random, for this demo only):",
    ]
    for one in world.PEOPLE:
        role = ", ".join(one.rollen) or one.soort
        secret = site.totp(one.gebruikersnaam)
        found.append(f"  {one.organisatie:<8} {one.gebruikersnaam:<10} {site.password(one.gebruikersnaam)}  {secret}  {role}")
    return [*found, "", "a code: .venv/bin/schakel code SECRET   stop: make down   again: make up"]
