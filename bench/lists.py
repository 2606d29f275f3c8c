"""Lists and searches through the gateway, over few and over many fictional hulpvragen: what more of them costs.

The questions take turns, and each turn begins with the floor: one row by its primary key through a bare connection. So
whatever else the machine does, it does it to all of them alike.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import Any

import asyncpg
import httpx

from bench import fictional, people
from bench.fill import fill
from bench.report import figure, line, percentile
from bench.system import Site
from schakel_local import fleet
from shared import clock

AIM, GROWTH = 0.15, 1.5
"""Seconds at most at the larger number, and times what it takes at the smaller one; both of 95 in 100."""
WARM_UP = 3
_FLOOR = "SELECT * FROM hulpvraag WHERE id = $1"
_IDS = "SELECT id FROM hulpvraag WHERE dossiernummer = $1"
Asked = dict[str, str]


@dataclass(frozen=True, slots=True)
class Question:
    """One question; ``ask`` gives its parameters anew each time. ``school`` asks as that school's IB'er."""

    name: str
    ask: Callable[[Random], Asked]
    school: str | None = None


def questions(count: int) -> list[Question]:
    """What people ask, over ``count`` hulpvragen."""
    today = clock.today()
    world = fictional.World(clock.now(), count)
    statuses = sorted({naam for verloop in world.regels[people.SWV].verlopen for naam in verloop.statussen})
    scholen = [fictional.school(people.SWV, number).code for number in range(fictional.SCHOLEN)]

    def coordinator(dice: Random) -> Asked:
        return {"coordinator": fictional.coordinator_name(people.SWV, dice.randrange(fictional.COORDINATOREN))}

    def days(back: int, length: int) -> Asked:
        begin = today - timedelta(days=back)
        return {"ingediendVanaf": begin.isoformat(), "ingediendTot": (begin + timedelta(days=length)).isoformat()}

    return [
        Question("list, IB'er", lambda _: {}, scholen[7]),
        Question("list, SWV", lambda _: {}),
        Question("a status", lambda dice: {"status": dice.choice(statuses)}),
        Question("what is open", lambda _: {"afgerond": "false"}),
        Question("a label", lambda dice: {"label": dice.choice(fictional.LABELS)}),
        Question("a rare label", lambda _: {"label": fictional.RARE_LABEL}),
        Question("a coordinator", coordinator),
        Question("open of a coordinator", lambda dice: {**coordinator(dice), "afgerond": "false"}),
        Question("a school", lambda dice: {"school": dice.choice(scholen)}),
        Question("deadline within 2 weeks", lambda _: {"deadlineTot": (today + timedelta(days=14)).isoformat()}),
        Question("deadline long past", lambda _: {"deadlineTot": (today - timedelta(days=420)).isoformat()}),
        Question("last month", lambda _: days(30, 30)),
        Question("a month, 4 years ago", lambda dice: days(1460 + dice.randrange(200), 30)),
        Question("common name", lambda _: {"zoek": fictional.common_name()}),
        Question("rare name", lambda dice: {"zoek": fictional.rare_name(dice.randrange(count))}),
        Question("three letters", lambda dice: {"zoek": dice.choice(("ver", "bed", "pap", "mil", "tho"))}),
        Question("dossiernummer", lambda dice: {"zoek": str(fictional.FIRST + dice.randrange(count))}),
    ]


def measure(site: Site, counts: tuple[int, int], turns: int) -> list[str]:
    """Fill, ask, fill up, ask again; the second number stays."""
    few, many = counts
    before, after = _at(site, few, turns), _at(site, many, turns)
    lines = [line(f"filled with {many:,}", f"in {after.pop('filled')[0]:.0f} s"), _floor(before, after, counts)]
    before.pop("filled")
    for name, took in after.items():
        grown = percentile(took, 95) / percentile(before[name], 95)
        met = percentile(took, 95) < AIM and grown <= GROWTH
        medians = percentile(took, 50) / percentile(before[name], 50)
        text = f"{_told(before[name])} at {few:,}, {_told(took)} at {many:,}: x {medians:.1f}, x {grown:.1f}"
        lines.append(figure(name, text, aim=f"p95 < {AIM * 1000:.0f} ms, x {GROWTH}", met=met))
    return lines


def _floor(before: dict[str, list[float]], after: dict[str, list[float]], counts: tuple[int, int]) -> str:
    told = [f"{_told(found.pop('floor'))} at {count:,}" for found, count in zip((before, after), counts, strict=True)]
    return line("floor of a list", f"{', '.join(told)} (bare SELECT by primary key)")


def _told(took: list[float]) -> str:
    return f"p50 {percentile(took, 50) * 1000:.1f} p95 {percentile(took, 95) * 1000:.1f} ms"


def _at(site: Site, count: int, turns: int) -> dict[str, list[float]]:
    begin = time.monotonic()
    asyncio.run(fill(fleet.database_url(site.stack, "workflow", "migrator"), count))
    filled = time.monotonic() - begin
    return {"filled": [filled], **asyncio.run(_ask(site, count, turns))}


async def _ask(site: Site, count: int, turns: int) -> dict[str, list[float]]:
    asked, dice = questions(count), Random(count)
    took: dict[str, list[float]] = {name: [] for name in ("floor", *(one.name for one in asked))}
    gateway = site.services["gateway"].url
    async with httpx.AsyncClient(base_url=gateway, timeout=60, trust_env=False) as http, site.connected("workflow") as bare:
        sessions: dict[str | None, dict[str, str]] = {}
        sessions[None] = await people.log_in(site, http, "swv", people.SWV, "SCP", "administratie", "AC")
        for school in {one.school for one in asked if one.school}:
            sessions[school] = await people.log_in(site, http, "school", school, "IB'er")
        for turn in range(-WARM_UP, turns):
            found = {"floor": await _bare(bare, fictional.FIRST + dice.randrange(count))}
            for one in asked:
                params = one.ask(dice)
                begin = time.perf_counter()
                people.good(await http.get("/api/v1/hulpvragen", params=params, headers=sessions[one.school]))
                found[one.name] = time.perf_counter() - begin
            for name, seconds in found.items() if turn >= 0 else ():
                took[name].append(seconds)
    return took


async def _bare(connection: "asyncpg.Connection[Any]", number: int) -> float:
    id_ = await connection.fetchval(_IDS, number)
    begin = time.perf_counter()
    await connection.fetchrow(_FLOOR, id_)
    return time.perf_counter() - begin
