"""One run from the floor to the drain."""

import asyncio
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator

from bench import access, bijlagen, changes, drain, letters, lists, memory, recovery, surroundings
from bench.plan import Plan
from bench.report import both, figure, line, percentile
from bench.system import ROOT, WARM_UP, Site, result

STEPS = 4
"""Handler steps of a hulpvraag: intake takes it, workflow gives a status, notify plans a mail, intake tells the LVS."""
RATE = 50
_MAILED = "SELECT count(*) FROM mail WHERE staat = 'aangeboden'"
_MAIL_TIMES = """
SELECT m.dossiernummer AS number, extract(epoch FROM p.op)::float8 AS at
FROM mail AS m JOIN poging AS p ON p.mail = m.id WHERE p.uitkomst = 'aangeboden'
"""


def measure(site: Site, plan: Plan) -> Iterator[str]:
    """Give the lines of the table as they come."""
    yield from surroundings.describe(site.stack)
    floor = statistics.median(_floor(site, plan.floor_messages) for _ in range(plan.floor_runs))
    yield line("floor", f"{floor:.0f} steps/s (bare handler, one process)")
    idle = memory.now(site)
    yield from _latency(site, plan.latency)
    yield from _throughput(site, plan.sustained, floor, idle)
    yield from letters.measure(site, plan.letters)
    yield from bijlagen.measure(site, plan.bijlagen)
    yield from access.logins(site, plan.logins)
    yield from rules(site, plan)
    yield from recovery.measure(site, plan.kills)
    yield from drain.measure(site, seconds=plan.away, mails=plan.bare)


def rules(site: Site, plan: Plan) -> Iterator[str]:
    """Lists over few and many hulpvragen; extra access and changes of status with the many there."""
    yield from lists.measure(site, plan.filled, plan.turns)
    yield from access.grants(site, plan.grants, plan.turns)
    yield from changes.measure(site, hulpvragen=plan.changed, seconds=plan.changes)


def _floor(site: Site, count: int) -> float:
    """Run the floor in a process of its own, on the same servers while the services idle."""
    url = site.stack.postgres.superuser_dsn("schakel")
    command = [sys.executable, "-m", "bench.floor", site.stack.rabbitmq.amqp_url(), url, str(count)]
    return float(subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout)


def _latency(site: Site, seconds: float) -> Iterator[str]:
    """Submit at a fixed rate; from publish to aanvaard, and to the mail server's answer."""
    found = result(site.load(seconds, rate=RATE, in_flight=1000, prefix=f"lat{time.time():.0f}"))
    took = [answered - sent for sent, answered, _ in found["answered"]]
    site.settle()
    sent = {number: at for at, _, number in found["answered"]}
    rows = asyncio.run(site.rows("notify", _MAIL_TIMES))
    mailed = [row["at"] - sent[row["number"]] for row in rows if row["number"] in sent]
    counted = f"({len(took)} of {found['sent']})"
    yield figure(f"submit → aanvaard, {RATE}/s", f"{both(took)} {counted}", aim="p99 < 150 ms", met=percentile(took, 99) < 0.15)
    counted = f"({len(mailed)} of {found['sent']})"
    yield figure(f"submit → SMTP, {RATE}/s", f"{both(mailed)} {counted}", aim="p99 < 1000 ms", met=percentile(mailed, 99) < 1)


def _throughput(site: Site, seconds: float, floor: float, idle: memory.Memory) -> Iterator[str]:
    """Submit as fast as answers come; count what reached the mail server in the same time."""
    load = site.load(seconds + 2 * WARM_UP, rate=0, in_flight=300, prefix=f"max{time.time():.0f}")
    time.sleep(WARM_UP)
    with memory.watched(site) as busy:
        before = asyncio.run(site.query("notify", _MAILED))
        begin = time.monotonic()
        time.sleep(seconds)
        rate = (asyncio.run(site.query("notify", _MAILED)) - before) / (time.monotonic() - begin)
    in_window = load.poll() is None
    found = result(load)
    took = [answered - sent for sent, answered, _ in found["answered"]]
    share = rate * STEPS / floor
    yield figure("sustained", f"{rate:.0f} hulpvragen/s for {seconds:.0f} s", aim=">= 150/s", met=rate >= 150)
    text = f"{share:.0%}: {STEPS} steps x {rate:.0f}/s = {rate * STEPS:.0f} of {floor:.0f} steps/s"
    yield figure("share of the floor", text, aim=">= 60 %", met=share >= 0.6)
    yield line("under full load", f"aanvaard {both(took)}, {found['refused']} refused")
    for name in idle.pss:
        text = f"PSS {idle.pss[name]:.0f} → {busy.pss[name]:.0f}, RSS {idle.rss[name]:.0f} → {busy.rss[name]:.0f} MB"
        yield line(f"memory of {name}", text)
    text = f"PSS {idle.together:.0f} MB idle, {busy.together:.0f} MB under load (highest of {busy.looks} looks)"
    yield figure("memory, six together", text, aim="< 700 MB", met=busy.together < 700 and in_window)
    site.settle()
