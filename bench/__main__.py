"""``make bench``: each figure beside the floor of this machine, measured in the same run.

The mix is fixed: A&K requests without bijlage, one status, one mail each. ``python -m bench quick`` takes less time.
"""

import asyncio
import importlib.metadata
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench import drain, letters, recovery
from bench.system import Site, machine, result, running
from schakel_local.stack import Stack

STEPS = 4
"""Handler steps of a hulpvraag: intake takes it, workflow gives a status, notify plans a mail, intake tells the LVS."""


def main() -> None:
    """Measure and print."""
    quick = "quick" in sys.argv[1:]
    say(machine())
    say(", ".join(f"{name} {importlib.metadata.version(name)}" for name in ("faststream", "aio-pika", "asyncpg", "uvloop")))
    with running(Path(".local/bench")) as site:
        say(versions(site.stack))
        floor = statistics.median(measure_floor(site) for _ in range(1 if quick else 3))
        say(f"floor                     {floor:8.0f} steps/s (bare handler, one process)")
        idle = site.memory()
        latency(site, 20 if quick else 60)
        rate, busy = throughput(site, 20 if quick else 60)
        share = rate * STEPS / floor
        say(f"sustained                 {rate:8.0f} hulpvragen/s = {rate * STEPS:.0f} steps/s = {share:.0%} of the floor")
        say("memory (PSS, MB)          " + "  ".join(f"{name} {idle[name]:.0f}→{busy[name]:.0f}" for name in idle))
        say(f"memory, six together      {sum(idle.values()):.0f} idle, {sum(busy.values()):.0f} under load")
        for line in letters.measure(site):
            say(line)
        for line in recovery.measure(site):
            say(line)
        for line in drain.measure(site, seconds=30 if quick else 600):
            say(line)


def measure_floor(site: Site) -> float:
    """Run the floor in a process of its own, on the same servers while the services idle."""
    url = site.stack.postgres.superuser_dsn("schakel")
    command = [sys.executable, "-m", "bench.floor", site.stack.rabbitmq.amqp_url(), url, "8000"]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def latency(site: Site, seconds: float) -> None:
    """Submit at a fixed 50 a second; from publish to aanvaard, and to the mail server's answer."""
    found = result(site.load(seconds, rate=50, in_flight=1000, prefix=f"lat{time.time():.0f}"))
    took = [answered - sent for sent, answered, _ in found["answered"]]
    wait_for_mails(site)
    mailed = mail_times(site, {number: sent for sent, _, number in found["answered"]})
    say(f"submit → aanvaard, 50/s   p50 {ms(took, 50)}  p99 {ms(took, 99)}  ({len(took)} of {found['sent']})")
    say(f"submit → SMTP, 50/s       p50 {ms(mailed, 50)}  p99 {ms(mailed, 99)}  ({len(mailed)})")


def throughput(site: Site, seconds: float) -> tuple[float, dict[str, float]]:
    """Submit as fast as answers come; count what reached the mail server in the same time."""
    load = site.load(seconds + 5, rate=0, in_flight=300, prefix=f"max{time.time():.0f}")
    time.sleep(5)
    before = mailed_count(site)
    begin = time.monotonic()
    time.sleep(seconds)
    rate = (mailed_count(site) - before) / (time.monotonic() - begin)
    busy = site.memory()
    found = result(load)
    took = [answered - sent for sent, answered, _ in found["answered"]]
    say(f"under full load           aanvaard p50 {ms(took, 50)}  p99 {ms(took, 99)}, refused {found['refused']}")
    wait_for_mails(site)
    return rate, busy


def mailed_count(site: Site) -> int:
    """Mails handed to the mail server so far."""
    return int(asyncio.run(site.query("notify", "SELECT count(*) FROM mail WHERE staat = 'aangeboden'")))


def wait_for_mails(site: Site, within: float = 120) -> None:
    """Wait until nothing is on its way any more."""
    deadline = time.monotonic() + within
    while time.monotonic() < deadline:
        waiting = asyncio.run(site.query("notify", "SELECT count(*) FROM mail WHERE staat <> 'aangeboden'"))
        behind = asyncio.run(site.query("workflow", "SELECT count(*) FROM outbox WHERE sent_at IS NULL"))
        if not waiting and not behind:
            return
        time.sleep(0.5)


def mail_times(site: Site, sent: dict[int, float]) -> list[float]:
    """Seconds from publish to the mail server's answer, per dossiernummer."""
    statement = """
    SELECT m.dossiernummer AS number, extract(epoch FROM p.op)::float8 AS at
    FROM mail AS m JOIN poging AS p ON p.mail = m.id WHERE m.staat = 'aangeboden'
    """
    rows = asyncio.run(site.rows("notify", statement))
    return [row["at"] - sent[row["number"]] for row in rows if row["number"] in sent]


def versions(stack: Stack) -> str:
    """Name the servers."""
    rabbit = stack.rabbitmq.management.request("GET", "overview")["rabbitmq_version"]
    return f"RabbitMQ {rabbit}, PostgreSQL with fsync on, SeaweedFS, all on one machine"


def ms(values: Sequence[float], percent: int) -> str:
    """A percentile in milliseconds."""
    if len(values) < 2:
        return "-"
    return f"{statistics.quantiles(values, n=100, method='inclusive')[percent - 1] * 1000:.0f} ms"


def say(line: str) -> None:
    """Print at once."""
    print(line, flush=True)


if __name__ == "__main__":
    main()
