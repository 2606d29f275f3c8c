"""``make bench`` works: a run in small, on the servers of the chain tests. It kills services, so it comes last here.

What the figures are is not looked at: on a busy machine they say nothing.
"""

import asyncio
import re

import pytest
from bench.measure import measure
from bench.plan import QUICK
from bench.system import Site

from support.fleet import System

FIGURES = (
    "submit → aanvaard, 50/s",
    "submit → SMTP, 50/s",
    "sustained",
    "share of the floor",
    "memory, six together",
    "letters",
    "list, IB'er",
    "list, SWV",
    "a status",
    "what is open",
    "a label",
    "a rare label",
    "a coordinator",
    "open of a coordinator",
    "a school",
    "deadline within 2 weeks",
    "deadline long past",
    "last month",
    "a month, 4 years ago",
    "common name",
    "rare name",
    "three letters",
    "dossiernummer",
    "status change, 50/s",
    "recovery of notify",
    "recovery of documents",
    "recovery of gateway",
    "recovery of the broker",
    "drain after 2 s away",
)


@pytest.mark.long
async def test_a_quick_run_gives_every_figure_with_its_aim_and_names_what_it_ran_on(system: System) -> None:
    lines = await asyncio.to_thread(lambda: list(measure(Site(system.stack, system.services), QUICK)))
    table = "\n".join(lines)
    judged = [line for line in lines if re.search(r"\[aim .+: (met|SHORT)\]$", line)]
    assert [next((name for name in FIGURES if line.startswith(name)), line) for line in judged] == list(FIGURES)
    for said in ("Python 3.", "faststream ", "RabbitMQ ", "server_version 1", "fsync on", "synchronous_commit on", "floor "):
        assert said in table
    assert "inf" not in table
    assert [line for line in lines if re.match(r"memory of \w", line) and re.search(r"PSS [1-9]\d* → [1-9]", line)] != []
