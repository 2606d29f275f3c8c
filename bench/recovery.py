"""Kill -9 and start again: how long until the first message is handled."""

import asyncio
import time
from datetime import datetime

from bench import decisions
from bench.system import Site, result

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


def measure(site: Site) -> list[str]:
    """Kill each service, then the broker."""
    lines = [f"recovery of {name:<13} {_service(site, name):6.1f} s" for name in FIRST]
    lines += [f"recovery of {name:<13} {_decision(site, name):6.1f} s" for name in BY_DECISION]
    lines.append(f"recovery of {'gateway':<13} {_gateway(site):6.1f} s (first page)")
    lines.append(f"recovery of {'broker':<13} {_broker(site):6.1f} s after its port opened")
    return [f"{line}" for line in lines]


def _service(site: Site, name: str) -> float:
    load = site.load(20, rate=20, in_flight=2000, prefix=f"rec{name[:3]}{time.time():.0f}")
    time.sleep(4)
    service, statement = FIRST[name]
    killed = _now()
    site.services[name].kill()
    last = datetime.fromtimestamp(time.time(), tz=killed.tzinfo)
    site.services[name].start()
    first = _wait(site, service, statement, last)
    result(load)
    return first - killed.timestamp()


def _decision(site: Site, name: str) -> float:
    service, statement = BY_DECISION[name]
    numbers = asyncio.run(decisions.submit(site, 1, f"rec{name[:3]}{time.time():.0f}"))
    killed = _now()
    site.services[name].kill()
    deciding = time.time()
    asyncio.run(decisions.decide(site, numbers))
    spent = time.time() - deciding
    site.services[name].start()
    return _wait(site, service, statement, killed) - killed.timestamp() - spent


def _gateway(site: Site) -> float:
    killed = time.time()
    site.services["gateway"].kill()
    site.services["gateway"].start()
    return time.time() - killed


def _broker(site: Site) -> float:
    import socket  # noqa: PLC0415 - only to see the port open

    load = site.load(40, rate=20, in_flight=5000, prefix=f"recmq{time.time():.0f}")
    time.sleep(4)
    load.kill()
    load.communicate()
    waiting = site.load(60, rate=20, in_flight=5000, prefix=f"recmr{time.time():.0f}")
    time.sleep(3)
    site.stack.rabbitmq.kill()
    waiting.kill()
    waiting.communicate()
    numbers = asyncio.run(site.rows("workflow", "SELECT dossiernummer FROM hulpvraag ORDER BY dossiernummer DESC LIMIT 1"))
    before = _now()
    asyncio.run(_change(site, int(numbers[0]["dossiernummer"])))
    starting = asyncio.new_event_loop().run_in_executor(None, site.stack.rabbitmq.start)
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", site.stack.rabbitmq.port)) == 0:
                break
        time.sleep(0.01)
    opened = time.time()
    first = _wait(site, "notify", FIRST["notify"][1], before)
    while not starting.done():
        time.sleep(0.1)
    return first - opened


async def _change(site: Site, number: int) -> None:
    import httpx  # noqa: PLC0415

    async with httpx.AsyncClient(base_url=site.services["workflow"].url, timeout=30, trust_env=False) as http:
        change = {"status": "A&K in behandeling"}
        await decisions.post(http, site, f"/hulpvragen/{number}/statuswijzigingen", change, version=1)


def _wait(site: Site, service: str, statement: str, after: datetime, within: float = 60) -> float:
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        first = asyncio.run(site.query(service, statement, after))
        if first is not None:
            return float(first.timestamp())
        time.sleep(0.02)
    raise RuntimeError(f"{service} handled nothing within {within:.0f} s")


def _now() -> datetime:
    from shared import clock  # noqa: PLC0415

    return clock.now()
