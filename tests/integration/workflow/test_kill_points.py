"""Kill -9 around what workflow does by itself: terms, migrations, handovers. Taken up again, each has its effect once."""

import asyncio
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import workflow
from shared import clock
from shared.contracts.workflow import OverdrachtGedaan, TermijnBereikt
from support import warm
from support.failpoints import hit_in
from support.hulpvragen import RULESETS, Office, batch, ingediend, named, staff
from support.processes import workflow_process
from support.sandbox import eventually
from workflow.usecases import migrate

SWV = "PO00YY"
START = datetime(2026, 3, 23, 9, tzinfo=UTC)
"""A Monday long gone: for a process that looks at the real clock, every term from then is over."""
OWN = {f"{what}.{when}-commit" for what in ("termijn", "migratie", "overdracht") for when in ("before", "after")}
APART = """
import sys
from workflow.store import {module} as store

right = store.{name}

async def apart(tx, *given, **named):
    await right(tx, *given, **named)
    await tx.connection.execute("COMMIT")
    await tx.connection.execute("BEGIN")

store.{name} = apart
"""
"""Takes away that it is all or nothing: what this function wrote stands, whatever comes of the rest."""


def test_every_point_of_what_workflow_does_by_itself_is_in_this_file() -> None:
    """Those of a command are in test_crashes, those of erasing in gateway/test_vernietigen."""
    assert {point for point in hit_in(workflow) if not point.startswith(("workflow.", "vernietig."))} == OWN


async def terms_due(office: Office, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Two hulpvragen with a reminder and an escalation to come, and one whose status a term changes."""
    monkeypatch.setattr(clock, "now", lambda: START)
    some = [await office.opened("Kringvraag", swv=SWV, ingediend_op=START) for _ in range(3)]
    await office.add(batch(some[2], bijlagen=(named("Evaluatie.pdf"),)))
    await office.version(some[2].hulpvraag, 2)
    return [data.dossiernummer for data in some]


async def told(office: Office) -> Counter[tuple[int, str, str]]:
    events = [event["data"] for event in await office.sandbox.published("workflow", TermijnBereikt.TYPE)]
    return Counter((one["dossiernummer"], one["termijn"], one["soort"]) for one in events)


async def all_done(office: Office) -> None:
    query = "SELECT NOT EXISTS (SELECT FROM termijnmoment WHERE gedaan_op IS NULL)"
    await eventually(lambda: office.service.database.pool.fetchval(query), within=20)


def expected(numbers: list[int]) -> Counter[tuple[int, str, str]]:
    first, second, third = numbers
    whole = [(number, "reactietermijn", soort) for number in (first, second) for soort in ("herinnering", "bereikt")]
    return Counter([*whole, (third, "formulier kwam", "bereikt")])


@asynccontextmanager
async def victim_of(
    office: Office, failpoint: str, *, before: str = ""
) -> AsyncIterator["warm.Process | subprocess.Popen[bytes]"]:
    """A workflow that dies at this point, perhaps before it is ready."""
    env = {"SCHAKEL_FAILPOINT": failpoint, "SCHAKEL_RULESETS": str(RULESETS), "SCHAKEL_TERMS_EVERY": "0.05"}
    async with workflow_process(office.sandbox, before=before, ready=False, env=env) as (victim, _):
        yield victim


@pytest.mark.in_turn(of=4)
@pytest.mark.parametrize("point", sorted(point for point in OWN if point.startswith("termijn.")))
@pytest.mark.parametrize("time", [1, 4])
async def test_a_term_that_falls_due_survives_a_kill(
    own_office: Office, monkeypatch: pytest.MonkeyPatch, point: str, time: int
) -> None:
    numbers = await terms_due(own_office, monkeypatch)
    async with victim_of(own_office, f"{point}:{time}") as victim:
        assert await asyncio.to_thread(victim.wait, 40) == -signal.SIGKILL
    assert sum((await told(own_office)).values()) == time - (point == "termijn.before-commit")
    async with workflow_process(own_office.sandbox, SCHAKEL_RULESETS=str(RULESETS), SCHAKEL_TERMS_EVERY="0.05"):
        await all_done(own_office)
    assert await told(own_office) == expected(numbers)
    pool = own_office.service.database.pool
    query = """
        SELECT rij.status, aanleiding FROM statuswijziging AS rij JOIN hulpvraag ON hulpvraag.id = rij.hulpvraag
        WHERE dossiernummer = $1 ORDER BY rij.versie
    """
    rows = [tuple(row) for row in await pool.fetch(query, numbers[2])]
    assert rows[1:] == [("Kring bezig", "formulier-ingevuld"), ("Kring klaar", "termijn-bereikt")]


@pytest.mark.in_turn(of=2)
async def test_a_term_that_is_ticked_off_apart_from_what_it_does_is_lost_by_a_kill(
    own_office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The test above, red: the mark and the event no longer stand or fall together."""
    numbers = await terms_due(own_office, monkeypatch)
    broken = APART.format(module="termijn", name="done")
    async with victim_of(own_office, "termijn.before-commit", before=broken) as victim:
        assert await asyncio.to_thread(victim.wait, 40) == -signal.SIGKILL
    async with workflow_process(own_office.sandbox, SCHAKEL_RULESETS=str(RULESETS), SCHAKEL_TERMS_EVERY="0.05"):
        await all_done(own_office)
    lost = expected(numbers) - await told(own_office)
    assert sum(lost.values()) == 1


@pytest.mark.in_turn(of=4)
@pytest.mark.parametrize("point", sorted(point for point in OWN if point.startswith("overdracht.")))
async def test_a_planned_handover_survives_a_kill(own_office: Office, monkeypatch: pytest.MonkeyPatch, point: str) -> None:
    monkeypatch.setattr(clock, "now", lambda: START)
    await own_office.opened("Kringvraag", swv=SWV, ingediend_op=START)
    client, pool = own_office.client(staff("applicatiebeheerder", swv=SWV)), own_office.service.database.pool
    naar = {"naam": "Nina Nieuw", "email": "nina@linde.example"}
    body = {"soort": "school", "school": "99XA00", "van": "iris@linde.example", "naar": naar, "toegang": "eindigt"}
    body |= {"datum": (START + timedelta(days=3)).date().isoformat()}
    seen = (await client.call("POST", "/overdrachten/voorbeeld", json=body)).json()["telling"]
    assert (await client.call("POST", "/overdrachten", json={**body, "telling": seen})).status_code == 201
    async with victim_of(own_office, point) as victim:
        assert await asyncio.to_thread(victim.wait, 40) == -signal.SIGKILL
    done = "SELECT count(*) FROM overdracht WHERE gedaan_op IS NOT NULL"
    assert await pool.fetchval(done) == (point == "overdracht.after-commit")
    async with workflow_process(own_office.sandbox, SCHAKEL_RULESETS=str(RULESETS), SCHAKEL_TERMS_EVERY="0.05"):
        await eventually(lambda: pool.fetchval(done), within=20)
    assert await pool.fetchval("SELECT contact_email FROM hulpvraag") == naar["email"]
    assert await pool.fetchval("SELECT count(*) FROM overdrachtstap") == 1
    assert len(await own_office.sandbox.published("workflow", OverdrachtGedaan.TYPE)) == 1


RENAMED = (
    (RULESETS / "PO00YY.yaml")
    .read_text(encoding="utf-8")
    .replace("versie: 3", "versie: 4")
    .replace("{naam: Voorlopige aanmelding,", "{naam: Concept, aliassen: [Voorlopige aanmelding],")
    .replace("van: [Voorlopige aanmelding]", "van: [Concept]")
)
MANY = migrate.BATCH + 20


async def published(office: Office, folder: Path) -> None:
    """Hulpvragen for two batches, and the rules they are to move to."""
    await office.submit(*(ingediend("Budget", swv=SWV) for _ in range(MANY)))
    (folder / "rules.yaml").write_text(RENAMED, encoding="utf-8")
    done = await asyncio.to_thread(command, office, "publish", str(folder / "rules.yaml"), "--by", "jansen")
    assert done.returncode == 0, done.stderr


def command(office: Office, *words: str, before: str = "", **env: str) -> "subprocess.CompletedProcess[bytes]":
    """Run ``schakel rules`` as a process of its own."""
    given = {**os.environ, "SCHAKEL_WORKFLOW_DATABASE_URL": office.sandbox.database_url("workflow"), **env}
    run = f"{before}\nimport sys\nfrom schakel.main import app\nsys.argv[0] = 'schakel'\napp()"
    return subprocess.run([sys.executable, "-c", run, "rules", *words], env=given, capture_output=True, check=False, timeout=60)


async def migrated(office: Office, *, before: str = "", **env: str) -> int:
    words = ("migrate", SWV, "--apply", "--by", "jansen", "--mail")
    done: Any = await asyncio.to_thread(lambda: command(office, *words, before=before, **env))
    return int(done.returncode)


WITHOUT_RULES = """
SELECT count(*) FROM hulpvraag
WHERE NOT EXISTS (SELECT FROM regelset WHERE regelset.swv = hulpvraag.swv AND versie = regels_versie)
"""
HALF = "SELECT count(*) FROM hulpvraag WHERE regels_versie = 4 AND status <> 'Concept'"


@pytest.mark.in_turn(of=4)
@pytest.mark.parametrize("point", sorted(point for point in OWN if point.startswith("migratie.")))
@pytest.mark.parametrize("time", [1, 2])
async def test_a_migration_survives_a_kill(own_office: Office, tmp_path: Path, point: str, time: int) -> None:
    office, pool = own_office, own_office.service.database.pool
    await published(office, tmp_path)
    assert await migrated(office, SCHAKEL_FAILPOINT=f"{point}:{time}") == -signal.SIGKILL
    finished = time - (point == "migratie.before-commit")
    moved = await pool.fetchval("SELECT count(*) FROM hulpvraag WHERE regels_versie = 4")
    assert moved == min(MANY, finished * migrate.BATCH)
    assert await pool.fetchval(HALF) == 0
    assert await pool.fetchval(WITHOUT_RULES) == 0
    assert await migrated(office) == 0
    assert await pool.fetchval(HALF) == 0
    rows = await pool.fetch("SELECT status, versie, regels_versie FROM hulpvraag")
    assert {tuple(row) for row in rows} == {("Concept", 2, 4)}
    assert len(rows) == MANY
    history = await pool.fetch("SELECT aanleiding, count(*) AS aantal FROM statuswijziging GROUP BY aanleiding")
    assert {row["aanleiding"]: row["aantal"] for row in history} == {"ingediend": MANY, "migratie": MANY}
    assert await pool.fetchval("SELECT count(*) FROM migratie WHERE klaar_op IS NOT NULL") == 1
    assert await pool.fetchval("SELECT count(*) FROM migratie") == 1
    assert await pool.fetchval("SELECT count(*) FROM migratiestap") == MANY
    changes = await office.sandbox.published("workflow", "nl.passend-onderwijs.hulpvraag.status-gewijzigd.v1")
    assert Counter(event["subject"] for event in changes if event["sequence"] == 2).most_common(1)[0][1] == 1
    assert len(changes) == 2 * MANY
    assert await pool.fetchval(WITHOUT_RULES) == 0


@pytest.mark.in_turn(of=2)
async def test_a_migration_whose_batch_is_not_one_whole_leaves_something_half_done(own_office: Office, tmp_path: Path) -> None:
    """The test above, red: a hulpvraag is on the new rules at a status that these do not have, and stays there."""
    office, pool = own_office, own_office.service.database.pool
    await published(office, tmp_path)
    broken = APART.format(module="migratie", name="move")
    assert await migrated(office, before=broken, SCHAKEL_FAILPOINT="migratie.before-commit") == -signal.SIGKILL
    assert await migrated(office) == 0
    assert await pool.fetchval("SELECT count(*) FROM hulpvraag WHERE regels_versie = 4 AND versie = 1") == 1


def test_the_clock_of_these_tests_lies_behind_us() -> None:
    assert clock.now() - START > timedelta(days=60)
