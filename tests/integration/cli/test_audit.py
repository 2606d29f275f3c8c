"""``schakel audit``: every log is whole, or it says where it is not, also when the owner of the database did it."""

import json
from pathlib import Path

import pytest

from shared import audit, clock
from shared.database import Database
from support.cli import Ran, schakel
from support.sandbox import SERVICES, Sandbox


class Auditor:
    """Someone with read access to every log."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox

    async def run(self, *arguments: str | Path, stdin: str = "") -> Ran:
        urls = {f"SCHAKEL_{name.replace('-', '_').upper()}_DATABASE_URL": self.sandbox.database_url(name) for name in SERVICES}
        return await schakel("audit", *arguments, stdin=stdin, **urls)

    async def act(self, service: str, *subjects: str) -> None:
        """Let a service write and seal some rows."""
        database = Database(self.sandbox.database_url(service))
        await database.connect()
        for subject in subjects:
            async with database.transaction() as tx:
                tx.audit("dossier.bekeken", subject=subject, actor="account-1")
            async with database.transaction() as tx:
                await audit.seal(tx.connection)
        await database.close()

    async def owner(self, *statements: str) -> None:
        async with self.sandbox.connect() as connection:
            for statement in statements:
                await connection.execute(statement)


@pytest.fixture
async def auditor(sandbox: Sandbox) -> Auditor:
    found = Auditor(sandbox)
    await found.act("notify", "zaak-1", "zaak-2", "zaak-3")
    await found.act("workflow", "zaak-1")
    return found


async def test_a_log_that_nobody_touched_is_whole(auditor: Auditor) -> None:
    ran = await auditor.run("verify")
    assert ran.code == 0
    assert "notify       3 blocks, 3 entries, 0 unsealed, kept up to block 0  whole" in ran.out
    assert ran.out.count("whole") == len(SERVICES)


async def test_a_row_that_was_altered_is_named_and_nothing_is_kept_of_it(auditor: Auditor) -> None:
    await auditor.owner("UPDATE notify.audit_log SET actor = 'een ander' WHERE subject = 'zaak-2'")
    ran = await auditor.run("verify")
    assert ran.code == 1
    assert "BROKEN at block 2" in ran.out
    assert (await auditor.run("heads")).code == 1


async def kept(auditor: Auditor, tmp_path: Path) -> Path:
    file = tmp_path / "heads.json"
    ran = await auditor.run("heads")
    assert json.loads(ran.out)["notify"]["number"] == 3
    file.write_text(ran.out, encoding="utf-8")
    return file


async def test_what_is_added_later_fits_the_heads_that_were_kept(auditor: Auditor, tmp_path: Path) -> None:
    file = await kept(auditor, tmp_path)
    await auditor.act("notify", "zaak-4")
    assert (await auditor.run("verify", "--heads", file)).code == 0
    assert (await auditor.run("verify", "--heads", "-", stdin=file.read_text(encoding="utf-8"))).code == 0


async def test_an_end_that_was_cut_off_shows_by_the_heads(auditor: Auditor, tmp_path: Path) -> None:
    file = await kept(auditor, tmp_path)
    await auditor.owner(
        "DELETE FROM notify.audit_log WHERE subject = 'zaak-3'", "DELETE FROM notify.audit_block WHERE number = 3"
    )
    assert (await auditor.run("verify")).code == 0, "without the heads a shorter chain looks whole"
    ran = await auditor.run("verify", "--heads", file)
    assert ran.code == 1
    assert "CUT OFF: block 3 is gone" in ran.out


async def test_an_owner_who_writes_the_whole_chain_anew_shows_by_the_heads(auditor: Auditor, tmp_path: Path) -> None:
    file = await kept(auditor, tmp_path)
    async with auditor.sandbox.connect() as owner:
        rows = await owner.fetch("SELECT * FROM notify.audit_log ORDER BY transaction_id, id")
        await owner.execute("DELETE FROM notify.audit_log")
        await owner.execute("DELETE FROM notify.audit_block")
    assert len(rows) == 3
    await auditor.act("notify", "zaak-1", "zaak-9", "zaak-3")
    assert (await auditor.run("verify")).code == 0
    ran = await auditor.run("verify", "--heads", file)
    assert ran.code == 1
    assert "REWRITTEN: block 3 is not the one that was kept" in ran.out


async def test_what_is_no_file_of_heads_is_a_sentence(auditor: Auditor, tmp_path: Path) -> None:
    for content in ("", "[]", '{"notify": 3}'):
        (tmp_path / "x.json").write_text(content, encoding="utf-8")
        ran = await auditor.run("verify", "--heads", tmp_path / "x.json")
        assert (ran.code, "is not what `schakel audit heads` printed" in ran.err) == (1, True)


async def test_who_opened_a_hulpvraag_is_shown_by_name(auditor: Auditor) -> None:
    hulpvraag, account = clock.new_id(), clock.new_id()
    await auditor.owner(
        f"""INSERT INTO workflow.hulpvraag (id, dossiernummer, swv, school, bestuur, titel, naam, schoolnaam, regels_versie,
            ingediend_op, gewijzigd_op, zoek)
            VALUES ('{hulpvraag}', 100009, 'PO2507', '99XA00', 'B-1', 'A&K', 'Noor', 'De Linde', 1, now(), now(), '')""",
        f"""INSERT INTO gateway.account (id, organisatie, gebruikersnaam, naam, email, soort, swv, rollen, state, created_at,
            changed_at)
            VALUES ('{account}', 'PO2507', 'a', 'Anna Verzonnen', 'a@x.example', 'swv', 'PO2507', '{{}}', 'invited', now(),
            now())""",
    )
    database = Database(auditor.sandbox.database_url("workflow"))
    await database.connect()
    async with database.transaction() as tx:
        tx.audit("hulpvraag.bekeken", subject=hulpvraag, actor=account, dossiernummer=100009, token="token-1")
        tx.audit("hulpvragen.doorzocht", subject="PO2507", actor=account, dossiernummers=[100008, 100009])
        tx.audit("hulpvraag.bekeken", subject=clock.new_id(), actor=account, dossiernummer=100010)
    await database.close()
    ran = await auditor.run("show", "100009")
    lines = ran.out.splitlines()
    assert len(lines) == 2
    assert sorted(line.partition("Anna Verzonnen (PO2507)  ")[2] for line in lines) == [
        "[workflow]",
        "token token-1 [workflow]",
    ]
    assert {line.split()[2] for line in lines} == {"hulpvraag.bekeken", "hulpvragen.doorzocht"}
    missing = await auditor.run("show", "999")
    assert (missing.code, missing.err) == (1, "there is no hulpvraag 999\n")
