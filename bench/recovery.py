"""Kill -9 and start again under load: how long until the first message is handled.

Times come from rows that the services write, so that looking for them costs no accuracy.
"""

import asyncio
import socket
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime

import httpx

from bench import decisions
from bench.report import figure
from bench.system import Site

FIRST = {
    "intake": ("intake", "SELECT min(ingediend_op) FROM hulpvraag WHERE ingediend_op > $1"),
    "workflow": ("workflow", "SELECT min(gewijzigd_op) FROM statuswijziging WHERE gewijzigd_op > $1"),
    "notify": ("notify", "SELECT min(gepland_op) FROM mail WHERE gepland_op > $1"),
}
"""Services in the mix: the first row that the new process writes."""
BY_DECISION = {
    "documents": ("documents", "SELECT min(gevraagd_op) FROM brief WHERE gevraagd_op > $1"),
    "bron-export": ("bron_export", "SELECT min(gezien_op) FROM besluit WHERE gezien_op > $1"),
}
"""Services that wait for a decision: it is taken while they are away."""
RATE = 50
SERVICE_AIM, BROKER_AIM = 5, 3


def measure(site: Site, kills: tuple[str, ...]) -> list[str]:
    """Kill these services one by one, then the broker."""
    lines = []
    for name in kills:
        if name in FIRST:
            took, what = _service(site, name), "kill → first row"
        elif name in BY_DECISION:
            took, what = _decision(site, name), "start → first row"
        else:
            took, what = _first_page(site), "kill → log-in page"
        lines.append(figure(f"recovery of {name}", f"{took:.1f} s ({what})", aim=f"< {SERVICE_AIM} s", met=took < SERVICE_AIM))
    each = _broker(site)
    text = "port open → first row of " + ", ".join(f"{name} {took:.1f} s" for name, took in each.items())
    lines.append(figure("recovery of the broker", text, aim=f"< {BROKER_AIM} s", met=max(each.values()) < BROKER_AIM))
    return lines


def _service(site: Site, name: str) -> float:
    with site.loaded(rate=RATE, prefix=f"rec{name[:3]}{time.time():.0f}"):
        killed = _now()
        site.services[name].kill()
        gone = _now()
        site.services[name].start()
        return asyncio.run(_first(site, *FIRST[name], gone)) - killed.timestamp()


def _decision(site: Site, name: str) -> float:
    numbers = asyncio.run(decisions.submit(site, 1, f"rec{name[:3]}{time.time():.0f}"))
    site.services[name].kill()
    gone = _now()
    asyncio.run(decisions.decide(site, numbers))
    begin = time.time()
    site.services[name].start()
    return asyncio.run(_first(site, *BY_DECISION[name], gone)) - begin


def _first_page(site: Site) -> float:
    gateway = site.services["gateway"]
    killed = time.time()
    gateway.kill()
    starting = threading.Thread(target=gateway.start)
    starting.start()
    shown = 0.0
    with httpx.Client(base_url=gateway.url, trust_env=False, timeout=5) as browser:
        while not shown and time.time() < killed + 60:
            with suppress(httpx.HTTPError):
                if browser.get("/inloggen").status_code == httpx.codes.OK:
                    shown = time.time()
            time.sleep(0.02)
    starting.join()
    return shown - killed


def _broker(site: Site) -> dict[str, float]:
    """Kill the broker while hulpvragen come in; they go on coming as soon as the connector can connect."""

    async def all_first(after: datetime) -> list[float]:
        return await asyncio.gather(*(_first(site, service, statement, after) for service, statement in FIRST.values()))

    with site.loaded(rate=RATE, prefix=f"recmq{time.time():.0f}"):
        site.stack.rabbitmq.kill()
        starting = threading.Thread(target=site.stack.rabbitmq.start)
        starting.start()
        _wait_for_port(site.stack.rabbitmq.port)
        opened = _now()
        found = asyncio.run(all_first(opened))
        starting.join()
    return {name: at - opened.timestamp() for name, at in zip(FIRST, found, strict=True)}


def _wait_for_port(port: int) -> None:
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.01)


async def _first(site: Site, service: str, statement: str, after: datetime, within: float = 60) -> float:
    deadline = time.monotonic() + within
    async with site.connected(service) as connection:
        while time.monotonic() < deadline:
            first = await connection.fetchval(statement, after)
            if first is not None:
                return float(first.timestamp())
            await asyncio.sleep(0.1)
    raise RuntimeError(f"{service} handled nothing within {within:.0f} s")


def _now() -> datetime:
    return datetime.now(UTC)
