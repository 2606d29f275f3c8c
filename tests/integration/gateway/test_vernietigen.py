"""What passed its term is erased everywhere, with proof; what runs, or runs again, is not touched."""

import json
import signal
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
import pytest
from minio import Minio

from shared import clock
from shared.contracts.documents import BijlagenToegevoegd
from shared.envelope import Event
from support.cli import Ran, schakel
from support.portal import submitted, taken_up
from support.sandbox import SERVICES, eventually
from support.whole import Whole
from workflow.usecases.vernietigen import destroy

CANARY = "Kanarina"
CONTENT = b"%PDF-1.7\n1 0 obj<</Naam (Kanarina)>>endobj\ntrailer<<>>\n%%EOF\n"


@dataclass
class Case:
    """A TLV with all that can belong to it, of a pupil whose name is nowhere else."""

    system: Whole
    iris: httpx.AsyncClient
    anne: httpx.AsyncClient
    number: int

    async def fetch(self, query: str, *values: object) -> Any:
        async with self.system.box.connect() as connection:
            return await connection.fetchval(query, *values)

    async def hulpvraag(self) -> UUID:
        found: UUID = await self.fetch("SELECT id FROM workflow.hulpvraag WHERE dossiernummer = $1", self.number)
        return found

    async def years_ago(self, hulpvraag: UUID, years: int) -> None:
        """Let it have ended so many years ago."""
        async with self.system.box.connect() as connection:
            past = f"- interval '{years} years'"
            decided = "SELECT id FROM workflow.besluit WHERE hulpvraag = $1"
            for statement in (
                f"UPDATE workflow.statuswijziging SET gewijzigd_op = gewijzigd_op {past} WHERE hulpvraag = $1",
                f"UPDATE workflow.hulpvraag SET gewijzigd_op = gewijzigd_op {past} WHERE id = $1",
                f"UPDATE workflow.besluitversie SET eind = eind {past} WHERE besluit IN ({decided})",
            ):
                await connection.execute(statement, hulpvraag)

    async def retention(self, *arguments: str, failpoint: str = "") -> Ran:
        url = self.system.box.database_url("workflow")
        return await schakel("retention", *arguments, SCHAKEL_WORKFLOW_DATABASE_URL=url, SCHAKEL_FAILPOINT=failpoint)

    async def places(self) -> list[str]:
        """Every table and object in which the pupil's name stands, whatever its form."""
        found = []
        async with self.system.box.connect() as connection:
            schemas = [name.replace("-", "_") for name in SERVICES]
            tables = await connection.fetch(
                "SELECT table_schema AS s, table_name AS t FROM information_schema.tables"
                " WHERE table_schema = ANY($1) AND table_type = 'BASE TABLE'",
                schemas,
            )
            columns = "encode(convert_to({t}::text, 'UTF8'), 'escape')"
            for row in tables:
                bytea = await connection.fetch(
                    "SELECT column_name FROM information_schema.columns"
                    " WHERE table_schema = $1 AND table_name = $2 AND data_type = 'bytea'",
                    row["s"],
                    row["t"],
                )
                texts = [columns.format(t=f'"{row["t"]}"'), *(f"encode(\"{c['column_name']}\", 'escape')" for c in bytea)]
                said = " || ' ' || ".join(f"coalesce({text}, '')" for text in texts)
                query = f'SELECT count(*) FROM {row["s"]}."{row["t"]}" WHERE lower({said}) LIKE $1'
                if await connection.fetchval(query, f"%{CANARY.lower()}%"):
                    found.append(f"{row['s']}.{row['t']}")
        return sorted(found)

    async def keys(self) -> set[str]:
        """Under which keys its bytes lie, by the rows of documents."""
        async with self.system.box.connect() as connection:
            rows = await connection.fetch(
                "SELECT coalesce(sleutel, id::text) AS sleutel FROM documents.bijlage WHERE hulpvraag = $1",
                await self.hulpvraag(),
            )
        return {row["sleutel"] for row in rows}

    def objects(self, keys: set[str]) -> list[str]:
        """Which of these keys have an object, in any version, in any bucket."""
        seaweed = self.system.servers.seaweed
        client = Minio(seaweed.endpoint, seaweed.access_key, seaweed.secret_key, secure=False, region="us-east-1")
        settings = self.system.services["documents"].settings
        found = []
        for bucket in ("uploads", "bijlagen", "brieven"):
            name = getattr(settings, f"s3_bucket_{bucket}")
            found += [
                f"{bucket}/{item.object_name}"
                for item in client.list_objects(name, recursive=True, include_version=True)
                if not item.is_delete_marker and item.object_name in keys
            ]
        return found


@pytest.fixture
async def case(system: Whole, iris: httpx.AsyncClient, anne: httpx.AsyncClient) -> Case:
    leerling = {
        "leerlingid": "K-1",
        "roepnaam": CANARY,
        "achternaam": "Verzonnen",
        "geboortedatum": "2016-05-04",
    }
    number = await submitted(iris, aanvraagtype="TLV", leerling=leerling, omschrijving=f"Over {CANARY}.")
    await taken_up(iris, anne, number)
    path = f"/hulpvragen/{number}"
    await iris.post(f"{path}/bijlagen", files={"bestand": ("verslag.pdf", CONTENT, "application/pdf")})
    await iris.post(f"{path}/notities", json={"tekst": f"{CANARY} bellen."})
    version = (await anne.get(path)).headers["etag"]
    body = {
        "soort": "TLV",
        "toegekend": True,
        "categorie": "L",
        "begin": "2026-08-01",
        "eind": "2027-07-31",
        "motivering": f"{CANARY} is hiermee geholpen.",
        "genomenOp": clock.today().isoformat(),
    }
    made = await anne.post(f"{path}/besluiten", json=body, headers={"if-match": version})
    assert made.status_code == 201, made.text
    version = (await anne.get(path)).headers["etag"]
    done = await anne.post(f"{path}/statuswijzigingen", json={"status": "TLV afgegeven"}, headers={"if-match": version})
    assert done.status_code == 201, done.text
    await system.status_is(number, "TLV afgegeven")
    found = Case(system, iris, anne, number)

    async def all_there() -> bool:
        kinds = {place.partition("/")[0] for place in found.objects(await found.keys())}
        mails = await found.fetch("SELECT count(*) FROM notify.mail WHERE dossiernummer = $1", number)
        return bool(mails) and {"bijlagen", "brieven"} <= kinds

    await eventually(all_there, within=30)
    return found


async def test_after_its_term_nothing_is_left_anywhere_and_the_proof_says_so(case: Case) -> None:
    hulpvraag = await case.hulpvraag()
    before, keys = await case.places(), await case.keys()
    assert {"workflow.hulpvraag", "workflow.inzending", "intake.dossier"} <= set(before), "the canary is seen"
    assert {place.partition("/")[0] for place in case.objects(keys)} == {"bijlagen", "brieven"}
    assert "0 past the term" in (await case.retention("show", "PO2507")).out
    assert (await case.retention("run", "PO2507", "--confirm", "0", "--by", "jansen")).code == 0
    await case.years_ago(hulpvraag, 5)
    shown = await case.retention("show", "PO2507")
    assert (str(case.number) in shown.out, "1 past the term" in shown.out) == (True, True)
    assert (await case.retention("run", "PO2507", "--confirm", "2", "--by", "jansen")).code == 1
    run = ("run", "PO2507", "--confirm", "1", "--by", "jansen")
    assert (await case.retention(*run, failpoint="vernietig.before-commit")).code == -signal.SIGKILL
    assert await case.hulpvraag() == hulpvraag, "killed before its commit it did nothing"
    assert (await case.retention(*run)).code == 0

    async def proven() -> bool:
        return (await case.retention("proof", str(case.number))).code == 0

    await eventually(proven, within=60, every=0.5)
    assert (await case.places(), case.objects(keys)) == ([], [])
    proof = (await case.retention("proof", str(case.number))).out
    assert "complete" in proof
    for said in ('"mail": ', '"dossier": 1', '"inzending": 1', '"registratie": 1', '"s3_brieven": 1', '"s3_bijlagen": '):
        assert said in proof
    assert CANARY not in proof
    assert (await case.anne.get(f"/hulpvragen/{case.number}")).status_code == 404
    assert "0 past the term" in (await case.retention("show", "PO2507")).out

    late = BijlagenToegevoegd(
        swv="PO2507", hulpvraag=hulpvraag, dossiernummer=case.number, batch=clock.new_id(), aanbieder="x", schoon=()
    )
    await case.system.box.publish(Event.about(late, subject=hulpvraag, sequence=1))

    async def refused() -> Any:
        query = "SELECT details::text FROM workflow.audit_log WHERE action = 'bericht.geweigerd' AND subject = $1"
        return await case.fetch(query, str(hulpvraag))

    assert json.loads(await eventually(refused))["reden"] == "vernietigd"
    assert await case.fetch("SELECT count(*) FROM workflow.hulpvraag WHERE id = $1", hulpvraag) == 0
    assert await case.fetch("SELECT count(*) FROM workflow.dead_letter") == 0


async def test_what_was_opened_again_is_not_touched_however_old(case: Case) -> None:
    hulpvraag = await case.hulpvraag()
    await case.years_ago(hulpvraag, 5)
    async with case.system.box.connect() as connection:
        await connection.execute("UPDATE workflow.hulpvraag SET einde = false WHERE id = $1", hulpvraag)
    assert str(case.number) not in (await case.retention("show", "PO2507")).out
    async with case.system.services["workflow"].database.transaction() as tx:
        assert not await destroy(tx, hulpvraag, by="operator:jansen")
    assert await case.hulpvraag() == hulpvraag
