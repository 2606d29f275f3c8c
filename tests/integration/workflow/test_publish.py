"""Publishing, comparing and migrating rule sets, through the command line on a real database, while hulpvragen run."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from schakel.main import app
from shared.contracts.workflow import RegelsGepubliceerd
from support.cli import schakel as process
from support.hulpvragen import RULESETS, Office, ib, staff
from support.sandbox import eventually

GIVEN = (RULESETS / "PO00YY.yaml").read_text(encoding="utf-8")
SWV = "PO00YY"
NAMED = "{naam: Akkoord, aliassen: [Toegekend], mails: [{doelgroep: aanvrager, sjabloon: status-gewijzigd}], bron"
NEXT = (
    GIVEN.replace("versie: 3", "versie: 4")
    .replace("[Toegekend", "[Akkoord")
    .replace("naar: Toegekend", "naar: Akkoord")
    .replace("{naam: Toegekend, bron", NAMED)
)
Run = Callable[..., Any]


@pytest.fixture
def schakel(own_office: Office, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run a command against the database of this test."""
    monkeypatch.setenv("SCHAKEL_WORKFLOW_DATABASE_URL", own_office.sandbox.database_url("workflow"))

    async def run(*words: str, fails: bool = False) -> str:
        result = await asyncio.to_thread(CliRunner().invoke, app, ["rules", *words])
        assert (result.exit_code != 0) == fails, result.output
        return result.output

    return run


async def granted(office: Office) -> int:
    """A hulpvraag that stands at Toegekend, by the rules of version 3."""
    data = await office.opened("Budget", swv=SWV)
    school, swv = office.client(ib(swv=SWV)), office.client(staff("administratie", "regiomanager", swv=SWV))
    await school.to(data.dossiernummer, "Aanmelding", bevestigd=True)
    await swv.to(data.dossiernummer, "Doorzetten regiomanager")
    await swv.to(data.dossiernummer, "Toegekend")
    return data.dossiernummer


def write(folder: Path, text: str) -> str:
    path = folder / "rules.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


async def in_use(office: Office, versie: int) -> None:
    async def there() -> bool:
        return bool(office.service.http.state.ports.rulesets.current(SWV).versie == versie)

    await eventually(there)


async def test_a_published_version_counts_for_new_hulpvragen_and_the_entrance_is_told(
    own_office: Office, schakel: Run, tmp_path: Path
) -> None:
    office = own_office
    number = await granted(office)
    assert "is gepubliceerd" in await schakel("publish", write(tmp_path, NEXT), "--by", "jansen")
    assert "stond er al" in await schakel("publish", write(tmp_path, NEXT), "--by", "jansen")
    await in_use(office, 4)
    swv = office.client(staff("administratie", "regiomanager", swv=SWV))
    assert (await swv.detail(number))["status"] == "Toegekend"
    new = await office.opened("Budget", swv=SWV)
    pool = office.service.database.pool
    assert await pool.fetchval("SELECT regels_versie FROM hulpvraag WHERE dossiernummer = $1", new.dossiernummer) == 4
    told = await office.sandbox.published("workflow", RegelsGepubliceerd.TYPE)
    mine = [event["data"] for event in told if event["data"]["swv"] == SWV]
    assert [(one["versie"], one["onbekende_titel"]) for one in mine] == [(3, "weigeren"), (4, "weigeren")]
    assert {"titel": "Budget", "niveau": "leerling", "kanaal": "beide", "bijlagen": []} in mine[1]["titels"]
    manages = dict.fromkeys(("beheert_registraties", "beheert_accounts", "alleen_cijfers", "per_platform", "sorteert"), False)
    assert {"naam": "regiomanager", "soort": "swv", **manages, "is_alias": False} in mine[1]["rollen"]


async def test_what_may_not_be_published_changes_nothing(own_office: Office, schakel: Run, tmp_path: Path) -> None:
    broken = NEXT.replace("rollen: [school], vereist: [bevestiging]", "rollen: [schol], vereist: [bevestiging]")
    said = await schakel("publish", write(tmp_path, broken), "--by", "jansen", fails=True)
    assert re.search(r"rules\.yaml:\d+: onbekend: rol schol", said)
    other = GIVEN.replace("vereist: [bevestiging]", "vereist: [reden]")
    assert "versie 3 staat al vast" in await schakel("publish", write(tmp_path, other), "--by", "jansen", fails=True)
    older = GIVEN.replace("versie: 3", "versie: 2")
    assert "versie 3 is al in gebruik" in await schakel("publish", write(tmp_path, older), "--by", "jansen", fails=True)
    pool = own_office.service.database.pool
    assert await pool.fetchval("SELECT count(*) FROM regelset WHERE swv = $1", SWV) == 1


async def test_two_publications_at_once_leave_one_winner(own_office: Office, schakel: Run, tmp_path: Path) -> None:
    texts = [NEXT, NEXT.replace("naam: Verzonnen\n", "naam: Anders verzonnen\n", 1)]
    paths = []
    for place, text in enumerate(texts):
        (tmp_path / str(place)).mkdir()
        paths.append(write(tmp_path / str(place), text))

    async def attempt(path: str) -> bool:
        ran = await process("rules", "publish", path, "--by", "jansen")
        assert ran.code == 0 or "versie 4 staat al vast" in ran.err
        return ran.code == 0

    assert sorted(await asyncio.gather(*map(attempt, paths))) == [False, True]
    pool = own_office.service.database.pool
    assert [row["versie"] for row in await pool.fetch("SELECT versie FROM regelset WHERE swv = $1 ORDER BY 1", SWV)] == [3, 4]


async def test_publications_while_hulpvragen_come_in_and_move_leave_none_without_rules(
    own_office: Office, schakel: Run, tmp_path: Path
) -> None:
    office = own_office
    school = office.client(ib(swv=SWV))

    async def submit_and_move() -> None:
        for _ in range(15):
            data = await office.opened("Budget", swv=SWV)
            await school.to(data.dossiernummer, "Aanmelding", bevestigd=True)

    working = asyncio.gather(*(submit_and_move() for _ in range(3)))
    for versie in range(4, 9):
        text = GIVEN.replace("versie: 3", f"versie: {versie}")
        await schakel("publish", write(tmp_path, text), "--by", "jansen")
    await working
    query = """
        SELECT count(*) FROM hulpvraag
        WHERE NOT EXISTS (SELECT FROM regelset WHERE regelset.swv = hulpvraag.swv AND versie = regels_versie)
    """
    assert await office.service.database.pool.fetchval(query) == 0
    assert await office.service.database.pool.fetchval("SELECT count(*) FROM hulpvraag") == 45


async def test_a_comparison_names_every_rule_that_comes_or_goes_and_what_runs(
    own_office: Office, schakel: Run, tmp_path: Path
) -> None:
    await granted(own_office)
    said = await schakel("diff", write(tmp_path, NEXT))
    assert "PO00YY: versie 3 → 4" in said
    assert "- status Budget: Toegekend" in said
    assert "+ status Budget: Akkoord" in said
    assert "+ overgang Budget: Doorzetten regiomanager → Akkoord door regiomanager" in said
    assert re.search(r"1  Budget: Toegekend \(versie 3\)  → Akkoord", said)


async def test_a_migration_is_previewed_done_without_a_mail_and_undone(
    own_office: Office, schakel: Run, tmp_path: Path
) -> None:
    office = own_office
    number, other = await granted(office), await granted(office)
    await schakel("publish", write(tmp_path, NEXT), "--by", "jansen")
    said = await schakel("migrate", SWV, "--dry-run", "--mail")
    assert "2  Budget: Toegekend (versie 3)  → Akkoord, 2 mails" in said
    assert "mails" not in await schakel("migrate", SWV, "--dry-run")
    swv = office.client(staff("administratie", "regiomanager", swv=SWV))
    before = {one: await swv.detail(one) for one in (number, other)}
    said = await schakel("migrate", SWV, "--apply", "--by", "jansen")
    assert "2 naar versie 4, 0 zonder plaats gebleven" in said
    migratie = re.search(r"--undo (\S+)", said)
    assert migratie is not None
    after = await swv.detail(number)
    assert (after["status"], after["versie"]) == ("Akkoord", before[number]["versie"] + 1)
    last = (await swv.get(f"/hulpvragen/{number}/statushistorie")).json()["wijzigingen"][-1]
    assert (last["aanleiding"], last["mails"]) == ("migratie", [])
    told = [
        event["data"]
        for event in await office.sandbox.published("workflow", "nl.passend-onderwijs.hulpvraag.status-gewijzigd.v1")
    ]
    assert [one["mails"] for one in told if one["status"] == "Akkoord"] == [[], []]
    assert "0 naar versie 4" in await schakel("migrate", SWV, "--apply", "--by", "jansen")
    await swv.to(other, "Afgerond", reden="klaar")
    said = await schakel("migrate", SWV, "--undo", migratie[1], "--by", "jansen")
    assert "1 teruggezet, 1 gebleven" in said
    assert (await swv.detail(number))["status"] == "Toegekend"
    assert (await swv.detail(other))["status"] == "Afgerond"
    pool = office.service.database.pool
    assert await pool.fetchval("SELECT regels_versie FROM hulpvraag WHERE dossiernummer = $1", number) == 3


async def test_what_has_no_place_in_the_new_rules_stays_and_gets_one_by_a_mapping(
    own_office: Office, schakel: Run, tmp_path: Path
) -> None:
    office = own_office
    number = await granted(office)
    text = NEXT.replace("aliassen: [Toegekend], ", "")
    await schakel("publish", write(tmp_path, text), "--by", "jansen")
    assert "HEEFT GEEN PLAATS en blijft" in await schakel("migrate", SWV, "--dry-run")
    assert "0 naar versie 4, 1 zonder plaats" in await schakel("migrate", SWV, "--apply", "--by", "jansen")
    swv = office.client(staff("administratie", "regiomanager", swv=SWV))
    assert (await swv.detail(number))["status"] == "Toegekend"
    mapped = await schakel("migrate", SWV, "--apply", "--by", "jansen", "--map", "Toegekend=Akkoord", "--mail")
    assert "1 naar versie 4" in mapped
    assert (await swv.detail(number))["status"] == "Akkoord"
    last = (await swv.get(f"/hulpvragen/{number}/statushistorie")).json()["wijzigingen"][-1]
    assert [mail["doelgroep"] for mail in last["mails"]] == ["aanvrager"]


@pytest.mark.parametrize(
    "words", [[], ["--dry-run", "--apply"], ["--apply"], ["--undo", "01a21a02-e7ba-7a1e-b4d7-b1f4bd1a1f0e", "--by", "x"]]
)
async def test_a_migration_asked_for_wrongly_says_why(own_office: Office, schakel: Run, words: list[str]) -> None:
    assert (await schakel("migrate", SWV, *words, fails=True)).strip()


async def test_check_ends_with_one_and_names_the_file_and_line(schakel: Run, tmp_path: Path) -> None:
    good = await schakel("check", str(RULESETS / "PO00YY.yaml"))
    assert "PO00YY versie 3 klopt; eigen keuze: 100%" in good
    bad = write(tmp_path, GIVEN.replace("naar: Kring klaar, rollen: [regiomanager]", "naar: Kring klaar, rollen: []"))
    said = await schakel("check", str(RULESETS / "PO00YY.yaml"), bad, str(tmp_path / "absent.yaml"), fails=True)
    assert re.search(r"rules\.yaml:\d+: niemand mag deze overgang maken", said)
    assert "absent.yaml:1: kan dit bestand niet lezen" in said
