"""An OSO dossier from a school's system, through documents and intake: read once, told once, its bijlagen with the hulpvraag.

Longer than most, for it is one road from end to end.
"""

import asyncio
import hashlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from minio import Minio

import intake
from documents.main import make_service as make_documents
from documents.settings import Settings
from intake.main import make_service as make_intake
from intake.organisations import load
from schakel_local.clamav import ClamAV
from schakel_local.ports import free_ports
from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ
from schakel_local.seaweed import SeaweedFS
from shared import clock, failpoints, tokens
from shared.contracts.connector import (
    MAX_FILE,
    Aanvaard,
    BijlagenBericht,
    BijlagenToevoegen,
    DossierBericht,
    Geweigerd,
    HulpvraagIndienen,
    UploadslotsAanvragen,
)
from shared.contracts.every_service import VernietigingBevestigd
from shared.contracts.intake import BijlagenAangeboden, OsoDossierVerwerkt
from shared.contracts.workflow import DossierVernietigd
from shared.envelope import Event
from support import documents, warm
from support.cli import schakel
from support.failpoints import hit_in
from support.intake import EVENTS, Lvs, World, intake_settings, world_of
from support.oso import PO, VO, bijlage, dossier, ingepakt, voorbeeld
from support.ososlot import PUPIL, ours, uploaded
from support.sandbox import WORKFLOW_KEY, Sandbox, eventually, open_sandbox, running, sandbox_on, token_for
from support.served import on_a_port

POINTS = sorted(name for name in failpoints.known() if name.startswith("oso."))
BSN = "111222333"
"""Fictional, and passes the eleven-test."""
EXTRA = {
    "swv": [{"code": "VO00YY", "naam": "SWV VO Elders"}],
    "scholen": [
        {"code": "00YY00", "naam": "OSO Testschool", "bestuur": "70001", "swv": "PO00YY"},
        {"code": "00YY01", "naam": "OSO Testschool VO", "bestuur": "70001", "swv": "VO00YY"},
    ],
}
_numbers = count(1)


@dataclass
class Road:
    """A school's system at one end, documents and intake at the other."""

    sandbox: Sandbox
    world: World
    settings: Settings
    lvs: Lvs
    documents: httpx.AsyncClient
    intake: httpx.AsyncClient
    network: "Network"
    heard: list[dict[str, Any]] = field(default_factory=list)
    actor: tokens.Actor = field(
        default_factory=lambda: tokens.Actor(
            sub=uuid4(), naam="Sanne Bedacht", organisatie="PO00YY", soort="swv", swv="PO00YY", rollen=("administratie",)
        )
    )

    async def slot(self, xml: bytes, *, swv: str = "PO00YY", **own: str) -> str:
        """Put a dossier in an uploadslot."""
        return await uploaded(self.lvs, xml, swv=swv, **own)

    async def submit(self, slot: str, *, message_id: str | None = "", **own: Any) -> int:
        """Send a hulpvraag with the dossier in this slot; it is accepted at once."""
        await self.lvs.send(hulpvraag(osoDossier=slot, **own), kind=HulpvraagIndienen.TYPE, message_id=message_id)
        while (answer := await self.lvs.next(within=30))["_"].type != Aanvaard.TYPE:
            self.heard.append(answer)
        number: int = answer["dossiernummer"]
        return number

    async def told(self) -> dict[str, Any]:
        """What the system hears of the dossier."""
        found = await self.lvs.next(within=30)
        assert found["_"].type == DossierBericht.TYPE, found
        return found

    async def row(self, number: int) -> dict[str, Any]:
        """What intake keeps of the one dossier of a hulpvraag."""
        query = (
            "SELECT o.* FROM intake.osodossier AS o JOIN intake.hulpvraag AS h ON h.id = o.hulpvraag WHERE dossiernummer = $1"
        )
        (found,) = await self.world.fetch(query, number)
        return {**found, "gegevens": json.loads(found["gegevens"] or "null")}

    async def files(self, number: int) -> list[Any]:
        query = "SELECT bijlage.* FROM documents.bijlage JOIN documents.batch ON batch.id = batch WHERE dossiernummer = $1"
        return list(await self.world.fetch(f"{query} ORDER BY naam", number))

    def leave(self, act: str, hulpvraag: UUID, service: str, **other: Any) -> dict[str, str]:
        given = {"act": act, "resource": f"hulpvraag:{hulpvraag}", "bij": hulpvraag}
        given |= {"actor": self.actor.sub, "swv": self.actor.swv, **other}
        capability = tokens.Capability.model_validate(given)
        token = tokens.grant(capability, issuer="workflow", audience=service, key=WORKFLOW_KEY)
        return {**token_for(self.actor, service), "Schakel-Machtiging": token}


def hulpvraag(**own: Any) -> dict[str, Any]:
    return {
        "swv": "PO00YY",
        "eigenReferentie": str(uuid4()),
        "aanvraagtype": "A&K",
        "datum": clock.today().isoformat(),
        "school": {"brin": "00YY", "vestiging": "00"},
        "leerling": PUPIL,
        "contactpersoon": {"naam": "Ina Bedacht", "email": "ina@linde.example"},
        **own,
    }


def example(name: str) -> bytes:
    return voorbeeld(name).read_bytes()


class Network(httpx.ASGITransport):
    """The way from intake to documents, which can be cut."""

    is_cut = False

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        if self.is_cut:
            raise httpx.ConnectError("the network is cut")
        return await super().handle_async_request(request)


@pytest.fixture(scope="module")
async def started(postgres: Postgres, rabbitmq: RabbitMQ, seaweed: SeaweedFS, clamav: ClamAV) -> AsyncIterator[Road]:
    async with sandbox_on(postgres, rabbitmq) as sandbox, world_of(sandbox) as world:
        async with world.database() as database, database.transaction() as tx:
            await load(tx, EXTRA, actor="operator:test")
        settings = documents.settings(sandbox, seaweed, clamav)
        store = make_documents(settings)
        await store.objects.prepare()
        network = Network(app=store.http)
        service = make_intake(intake_settings(sandbox, documents_url="http://documents", oso_backoff=0.3), network)
        async with running(store) as files, running(service) as http:
            await world.add("oso", ("00YY00", "00YY01"), swv=("PO00YY", "VO00YY"))
            await world.served("oso")
            yield Road(sandbox, world, settings, await world.lvs("oso"), files, http, network)


@pytest.fixture
async def road(started: Road) -> AsyncIterator[Road]:
    """The same services, and a connector of its own."""
    name = f"oso-{next(_numbers)}"
    await started.world.add(name, ("00YY00", "00YY01"), swv=("PO00YY", "VO00YY"))
    await started.world.served(name)
    lvs = await started.world.lvs(name)
    yield Road(started.sandbox, started.world, started.settings, lvs, started.documents, started.intake, started.network)
    await lvs.close()


UNREADABLE = {
    "PO": [
        "HandelingsplanRekenen.pdf",
        "Toelichting.pdf",
        "advies mbt gehoor.pdf",
        "advies mbt zicht.pdf",
        "evaluatie 1e helft 2018.txt",
    ],
    "VO": ["Toelichting.pdf", "advies mbt gehoor.pdf", "advies mbt zicht.pdf", "evaluatie 1e helft 2018.txt"],
}
FILES = {
    "PO": [
        "WISC-III NL Performaal.txt",
        "WISC-III NL Verbaal.txt",
        "WISC3NL2005.txt",
        "diagram.png",
        "drem8.jpg",
        "groepsplan.txt",
        "opp.docx",
        "verzuimrapport.txt",
        "verzuimrapport.txt",
    ],
    "VO": ["opp.docx", "rvcrapport.xlsx", "verzuimrapport.txt", "verzuimrapport.txt"],
}
OF_SCHOOL: dict[str, dict[str, Any]] = {"PO": {}, "VO": {"swv": "VO00YY", "school": {"brin": "00YY", "vestiging": "01"}}}


@pytest.mark.parametrize(("kind", "name"), [("PO", PO), ("VO", VO)])
async def test_an_example_dossier_goes_in_with_its_pupil_school_contacts_bijlagen_and_findings(
    road: Road, kind: str, name: str
) -> None:
    xml = example(name)
    number = await road.submit(await road.slot(xml, swv=f"{kind}00YY"), **OF_SCHOOL[kind])
    told, files = await road.told(), await road.lvs.next(within=30)
    assert (told["uitkomst"], told["dossiernummer"], files["_"].type) == ("gelezen", number, BijlagenBericht.TYPE)
    assert sorted(found["bijlage"] for found in told["bevindingen"] if found["code"] == "BL01") == UNREADABLE[kind]
    assert sorted(told["bijlagen"]) == FILES[kind]
    assert sorted(files["toegevoegd"]) == FILES[kind]
    assert "geweigerd" not in files or files["geweigerd"] == []
    assert len(FILES[kind]) + len(UNREADABLE[kind]) == {"PO": 14, "VO": 8}[kind]
    assert {found["ernst"] for found in told["bevindingen"]} == {"waarschuwing"}
    row = await road.row(number)
    data = row["gegevens"]
    assert (row["standaard"], row["profiel"], row["bewaard"], row["bewijs"]) == ("2019.1", f"{kind}SWV", True, None)
    leerling = data["leerling"]
    assert (leerling["roepnaam"], leerling["voorvoegsel"], leerling["achternaam"]) == ("Daan", "van de", "Berg")
    assert (leerling["leerlingid"], leerling["geboortedatum"]) == ("LN094837", "2003-03-17")
    assert (data["school"]["brincode"], data["school"]["naamdirecteur"]) == ("00YY", "P. de Haan")
    assert [person["achternaam"] for person in data["verzorgers"]] == ["Berg", "Berg", "Ruyter", "Berg", "Berg"]
    contacts = [one["nummer"] for one in data["school"]["communicatie"]]
    assert (data["school"]["naam"], contacts[:2]) == ("Testschool", ["0701111111", "testschool@kennisnet.nl"])
    blocks = [len(data.get(name, ())) for name in ("schoolloopbaan", "toetsresultaten", "handelingsplannen")]
    assert (blocks, "verzuim" in data) == {"PO": ([10, 5, 1], True), "VO": ([2, 0, 0], False)}[kind]
    assert not any(person.get("adresgeheim") and person.get("adressen") for person in data["verzorgers"])
    if kind == "VO":
        (other,) = [found for found in told["bevindingen"] if found["code"] == "BL08"]
        assert other["bijlage"] == "beschikking.pdf"
        shown = [file["omschrijving"] for file in await road.files(number) if file["naam"] == "verzuimrapport.txt"]
        assert any(text.startswith("In het OSO-dossier: beschikking.pdf") for text in shown)
    (original,) = [file for file in await road.files(number) if file["soort"] == "oso-dossier"]
    assert (original["staat"], original["sha256"]) == ("beschikbaar", hashlib.sha256(xml).hexdigest())


async def test_the_command_for_builders_sends_a_hulpvraag_with_its_dossier_and_a_bijlage(road: Road, tmp_path: Path) -> None:
    file, xml, plan = tmp_path / "hulpvraag.json", tmp_path / "dossier.xml", tmp_path / "plan.txt"
    file.write_text(json.dumps(hulpvraag()), encoding="utf-8")
    xml.write_bytes(ours(dossier()).bytes())
    plan.write_text("Een plan voor een leerling die niet bestaat.", encoding="utf-8")
    box, user = road.sandbox, road.lvs.user
    url = box.rabbitmq.amqp_url(user, user, box.name)
    own = {"SCHAKEL_LVS_CONNECTOR": road.lvs.connector, "SCHAKEL_LVS_AMQP_URL": url, "SCHAKEL_LVS_STORE": str(tmp_path)}
    along = ("--oso-dossier", xml, "--bijlage", plan)
    first = await schakel("lvs", "send", file, *along, **own)
    assert first.out.startswith("aanvaard  dossiernummer "), first
    number = int(first.out.split()[-1])
    for again in ((), along):
        ran = await schakel("lvs", "send", file, *again, **own)
        assert (ran.out, ran.err) == (first.out, "hetzelfde bericht als eerder, opnieuw\n")
    xml.write_bytes(ours(dossier()).zet("huidigeschool/leerling/voornaam", "Anders").bytes())
    assert "gewijzigd sinds het is verzonden" in (await schakel("lvs", "send", file, *along, **own)).err

    async def is_read() -> bool:
        return bool((await road.row(number))["staat"] == "gelezen")

    await eventually(is_read, within=30)
    files = [(file["naam"], file["soort"]) for file in await road.files(number)]
    assert ("dossier.xml", "oso-dossier") in files
    assert ("plan.txt", "bestand") in files


async def test_the_same_message_or_the_same_slot_again_brings_nothing_new(road: Road) -> None:
    slot, id_, reference = await road.slot(ours(dossier()).bytes()), str(uuid4()), str(uuid4())
    number = await road.submit(slot, message_id=id_, eigenReferentie=reference)
    await road.told()
    await road.lvs.next(within=30)
    before = [file["id"] for file in await road.files(number)]
    assert await road.submit(slot, message_id=id_, eigenReferentie=reference) == number
    await road.lvs.send({"dossiernummer": number, "osoDossier": slot}, kind=BijlagenToevoegen.TYPE)
    assert (await road.lvs.next())["_"].type == Aanvaard.TYPE
    assert [file["id"] for file in await road.files(number)] == before
    assert (await road.row(number))["versie"] >= 1


async def test_the_same_hulpvraag_with_another_dossier_keeps_its_number_and_has_it_read(road: Road) -> None:
    reference = str(uuid4())
    number = await road.submit(
        await road.slot(ours(dossier()).weg("huidigeschool/leerling/voornaam").bytes()), eigenReferentie=reference
    )
    assert (await road.told())["uitkomst"] == "afgewezen"
    mended = await road.slot(ours(dossier()).bytes())
    assert await road.submit(mended, eigenReferentie=reference) == number
    told = await road.told()
    assert (told["uitkomst"], told["uploadslot"], told["dossiernummer"]) == ("gelezen", mended, number)


async def test_a_dossier_with_a_bsn_is_rejected_and_nowhere_kept(road: Road, seaweed: SeaweedFS) -> None:
    xml = ours(dossier()).bij("huidigeschool/leerling", f"<bsn>{BSN}</bsn>").bytes()
    number = await road.submit(await road.slot(xml))
    told = await road.told()
    assert told["uitkomst"] == "afgewezen"
    assert "LL12" in {found["code"] for found in told["bevindingen"] if found["ernst"] == "fout"}
    assert BSN not in str(told)
    row = await road.row(number)
    assert (row["bewaard"], row["gegevens"], row["bijlagen"]) == (False, None, [])

    async def gone() -> bool:
        (file,) = await road.files(number)
        return (file["staat"], file["regel"], file["op_te_ruimen"]) == ("geweigerd", "niet-bewaard", False)

    await eventually(gone)
    client = Minio(seaweed.endpoint, seaweed.access_key, seaweed.secret_key, secure=False, region="us-east-1")
    (file,) = await road.files(number)
    for bucket in (road.settings.s3_bucket_uploads, road.settings.s3_bucket_bijlagen):
        keys = {item.object_name for item in client.list_objects(bucket, recursive=True)}
        assert not {str(file["id"]), str(file["uploadslot"])} & keys


@pytest.mark.parametrize(
    ("own", "code", "veld"),
    [
        ({"leerling": {**PUPIL, "leerlingid": "LN000001"}}, "andere-leerling", "huidigeschool.leerling.leerlingid"),
        ({"leerling": {**PUPIL, "geboortedatum": "2004-03-17"}}, "andere-leerling", "huidigeschool.leerling.geboortedatum"),
    ],
)
async def test_of_a_dossier_of_another_pupil_nothing_is_taken_over_or_kept(
    road: Road, own: dict[str, Any], code: str, veld: str
) -> None:
    number = await road.submit(await road.slot(ours(dossier()).bytes()), **own)
    told = await road.told()
    assert (told["uitkomst"], told["bevindingen"][0]["code"], told["bevindingen"][0]["veld"]) == ("afgewezen", code, veld)
    row = await road.row(number)
    assert (row["bewaard"], row["gegevens"]) == (False, None)
    assert [file["soort"] for file in await road.files(number)] == ["oso-dossier"]


async def test_of_a_dossier_of_another_school_nothing_is_taken_over(road: Road) -> None:
    number = await road.submit(await road.slot(ours(dossier()).zet("huidigeschool/brincode", "99XA").bytes()))
    assert (await road.told())["bevindingen"][0]["code"] == "andere-school"
    assert (await road.row(number))["bewaard"] is False


async def test_with_a_fault_nothing_is_taken_over_the_original_stays_and_a_mended_one_follows(road: Road) -> None:
    number = await road.submit(await road.slot(ours(dossier()).weg("huidigeschool/leerling/voornaam").bytes()))
    told = await road.told()
    assert (told["uitkomst"], told["bevindingen"][0]["code"]) == ("afgewezen", "LL01")
    row = await road.row(number)
    assert (row["bewaard"], row["gegevens"]) == (True, None)
    assert [(file["soort"], file["staat"]) for file in await road.files(number)] == [("oso-dossier", "beschikbaar")]
    mended = await road.slot(ours(dossier()).bytes())
    await road.lvs.send({"dossiernummer": number, "osoDossier": mended}, kind=BijlagenToevoegen.TYPE)
    assert (await road.lvs.next())["_"].type == Aanvaard.TYPE
    assert (await road.told())["uitkomst"] == "gelezen"


@pytest.mark.parametrize(
    ("xml", "code"),
    [(b"<niets/>", "geen-oso"), (b"dit is geen xml", "geen-xml"), (b"<!DOCTYPE a><a/>", "dtd")],
)
async def test_what_is_no_dossier_is_told_so_and_not_kept(road: Road, xml: bytes, code: str) -> None:
    number = await road.submit(await road.slot(xml))
    told = await road.told()
    assert told["uitkomst"] == "afgewezen"
    assert len(told["bevindingen"]) == 1, code
    assert (await road.row(number))["bewaard"] is False


async def test_what_was_not_ticked_is_not_taken_over_and_said_by_name(road: Road) -> None:
    ticked = ["Leerling", "School", "Verzuim"]
    number = await road.submit(await road.slot(example(PO)), gegevensblokken=ticked)
    told = await road.told()
    assert told["uitkomst"] == "gelezen"
    assert told["bijlagen"] == ["verzuimrapport.txt"]
    data = (await road.row(number))["gegevens"]
    assert set(data) <= {"metadata", "inzage", "school", "leerling", "verzuim"}
    left = [found for found in told["bevindingen"] if found["code"] == "niet-aangevinkt"]
    assert {"Ouders/Verzorgers", "Schoolloopbaan", "Onderwijsondersteuning"} <= {found["veld"] for found in left}
    assert {found["bijlage"] for found in left if "bijlage" in found} >= {"opp.docx", "groepsplan.txt"}


async def test_a_slot_counts_for_what_it_was_asked_for(road: Road) -> None:
    xml = ours(dossier()).bytes()
    as_file = await road.slot(b"Verzonnen.", naam="brief.txt", soort="bijlage")
    number = await road.submit(as_file)
    told = await road.told()
    assert (told["uitkomst"], told["bevindingen"][0]["code"]) == ("afgewezen", "uploadslot-soort")
    as_dossier = await road.slot(xml)
    await road.lvs.send({"dossiernummer": number, "uploadslots": [as_dossier]}, kind=BijlagenToevoegen.TYPE)
    assert (await road.lvs.next())["_"].type == Aanvaard.TYPE
    assert (await road.lvs.next(within=30))["geweigerd"][0]["regel"] == "uploadslot-soort"


async def test_a_slot_for_a_dossier_too_large_or_of_another_name_is_refused(road: Road) -> None:
    sha = "0" * 64
    files = [
        {"naam": "dossier.xml", "soort": "oso-dossier", "grootte": road.settings.oso_max + 1, "sha256": sha},
        {"naam": "dossier.pdf", "soort": "oso-dossier", "grootte": 10, "sha256": sha},
    ]
    await road.lvs.send({"swv": "PO00YY", "bestanden": files}, kind=UploadslotsAanvragen.TYPE)
    answer = await road.lvs.next()
    assert [one["regel"] for one in answer["geweigerd"]] == ["te-groot-dossier", "extensie"]
    too_large = {"naam": "groot.pdf", "grootte": 11_000_000, "sha256": sha}
    await road.lvs.send({"swv": "PO00YY", "bestanden": [too_large]}, kind=UploadslotsAanvragen.TYPE)
    answer = await road.lvs.next()
    assert answer["_"].type == Geweigerd.TYPE
    assert answer["fouten"][0]["field"] == "bestanden.0.grootte"


async def test_while_documents_is_away_a_dossier_waits_and_is_read_when_it_is_back(road: Road) -> None:
    slot = await road.slot(ours(dossier()).bytes())
    road.network.is_cut = True
    try:
        number = await road.submit(slot)
        await eventually(lambda: tried(road, number))
    finally:
        road.network.is_cut = False
    assert (await road.told())["uitkomst"] == "gelezen"


async def tried(road: Road, number: int) -> bool:
    row = await road.row(number)
    return bool(row["pogingen"] > 1 and row["staat"] == "te lezen")


async def test_only_with_leave_of_workflow_is_a_dossier_shown_and_its_original_given(road: Road) -> None:
    xml = ours(dossier()).bytes()
    number = await road.submit(await road.slot(xml))
    await road.told()
    row = await road.row(number)
    whose, other = row["hulpvraag"], uuid4()
    asked: dict[str, Any] = {"params": {"hulpvraag": str(whose)}}
    seen = "/osodossiers"
    assert (await road.intake.get(seen, **asked)).status_code == 401
    assert (await road.intake.get(seen, **asked, headers=token_for(road.actor, "intake"))).status_code == 403
    for act, of in (("oso-dossier-bekijken", other), ("bijlagen-bekijken", whose), ("oso-dossier-downloaden", whose)):
        refused = await road.intake.get(seen, **asked, headers=road.leave(act, of, "intake"))
        assert refused.status_code == 403, act
    answer = await road.intake.get(seen, **asked, headers=road.leave("oso-dossier-bekijken", whose, "intake"))
    (shown,) = answer.json()["osodossiers"]
    assert (shown["staat"], shown["gegevens"]["leerling"]["achternaam"], shown["bewaard"]) == ("gelezen", "Verzinsel", True)
    audit = "SELECT count(*) FROM intake.audit_log WHERE action = 'oso-dossier.bekeken' AND subject = $1"
    assert await road.world.fetchval(audit, str(whose)) == 1
    original = f"/oso-dossiers/{row['id']}/originelen"
    for act, of in (("oso-dossier-bekijken", whose), ("bijlage-downloaden", whose), ("oso-dossier-downloaden", other)):
        assert (await road.documents.post(original, **asked, headers=road.leave(act, of, "documents"))).status_code == 403
    foreign = road.leave("oso-dossier-downloaden", other, "documents")
    assert (await road.documents.post(original, params={"hulpvraag": str(other)}, headers=foreign)).status_code == 404
    given = await road.documents.post(original, **asked, headers=road.leave("oso-dossier-downloaden", whose, "documents"))
    async with httpx.AsyncClient() as client:
        assert (await client.get(given.json()["url"])).content == xml


async def test_without_its_proof_and_after_it_was_read_no_dossier_is_given(road: Road) -> None:
    slot = await road.slot(ours(dossier()).bytes())
    road.network.is_cut = True
    try:
        number = await road.submit(slot)
        await eventually(lambda: tried(road, number))
        row = await road.row(number)
        path, proof = f"/oso-dossiers/{row['id']}/downloads", {"Schakel-Bewijs": row["bewijs"]}
        assert (await road.documents.post(path)).status_code == 401
        assert (await road.documents.post(path, headers={"Schakel-Bewijs": "geraden"})).status_code == 403
        assert (await road.documents.post(path, headers=token_for(road.actor, "documents"))).status_code == 401
        told = await road.sandbox.published("intake", "nl.passend-onderwijs.osodossier.aangeboden.v1")
        assert row["bewijs"] not in str(told), "only its hash travels"
        assert (await road.documents.post(path, headers=proof)).status_code == 201
    finally:
        road.network.is_cut = False
    await road.told()

    async def closed() -> bool:
        return (await road.documents.post(path, headers=proof)).status_code == 403

    await eventually(closed)


async def test_after_its_term_nothing_is_left_of_it_anywhere(road: Road, seaweed: SeaweedFS) -> None:
    number = await road.submit(await road.slot(ours(dossier()).bytes()))
    await road.told()
    await road.lvs.next(within=30)
    row = await road.row(number)
    keys = {str(file["id"]) for file in await road.files(number) if file["staat"] == "beschikbaar"}
    data = DossierVernietigd(
        swv="PO00YY", hulpvraag=row["hulpvraag"], dossiernummer=number, vernietiging=uuid4(), op=clock.now()
    )
    await road.sandbox.publish(Event.about(data, subject=f"vernietiging:{data.vernietiging}", sequence=1))

    async def confirmed() -> dict[str, Any]:
        found = {}
        for service in ("intake", "documents"):
            for event in await road.sandbox.published(service, VernietigingBevestigd.TYPE):
                if event["data"]["vernietiging"] == str(data.vernietiging):
                    found[service] = event["data"]["aantallen"]
        return found if len(found) == 2 else {}

    counts = await eventually(confirmed)
    assert counts["intake"]["osodossier"] == 1
    assert counts["documents"]["s3_bijlagen"] == len(keys)
    assert await road.world.fetchval("SELECT count(*) FROM intake.osodossier WHERE id = $1", row["id"]) == 0
    assert await road.files(number) == []
    client = Minio(seaweed.endpoint, seaweed.access_key, seaweed.secret_key, secure=False, region="us-east-1")
    left = {item.object_name for item in client.list_objects(road.settings.s3_bucket_bijlagen, recursive=True)}
    assert not keys & left


def test_every_point_is_in_this_test() -> None:
    assert {name for name in hit_in(intake) if name.startswith("oso.")} == set(POINTS)


@pytest.mark.timeout(240)  # seven processes on a busy machine
@pytest.mark.in_turn(of=2)
async def test_killed_at_every_point_a_dossier_is_read_and_told_once(
    postgres: Postgres, rabbitmq: RabbitMQ, seaweed: SeaweedFS, clamav: ClamAV
) -> None:
    sandbox = await open_sandbox(postgres, rabbitmq)
    async with world_of(sandbox) as world:
        async with world.database() as database, database.transaction() as tx:
            await load(tx, EXTRA, actor="operator:test")
        await world.add("oso", ("00YY00",), swv=("PO00YY",))
        settings = documents.settings(sandbox, seaweed, clamav)
        store = make_documents(settings)
        await store.objects.prepare()
        port, closed = free_ports(2)
        async with running(store) as files, on_a_port(store.http, port) as url:
            quick = intake_settings(sandbox, documents_url=url, oso_lease=3.0, oso_backoff=0.3, documents_timeout=2.0)
            cut = quick.model_copy(update={"documents_url": f"http://127.0.0.1:{closed}"})
            async with running(make_intake(cut), declared_for=EVENTS) as http:
                await world.served("oso")
                road = Road(sandbox, world, settings, await world.lvs("oso"), files, http, Network(app=store.http))
                numbers = [await road.submit(await road.slot(ours(dossier()).bytes())) for _ in POINTS]
                await eventually(lambda: all_waiting(world, len(numbers)))
            for point in POINTS:
                dying = process(quick, SCHAKEL_FAILPOINT=point)
                try:
                    assert await asyncio.to_thread(dying.wait, 40) == -signal.SIGKILL, point
                finally:
                    dying.kill()
                    await asyncio.to_thread(dying.wait)
            async with running(make_intake(quick)):
                numbered: dict[int, dict[str, Any]] = {}
                while len(numbered) < 2 * len(numbers):  # what was sent before a kill may come again, under its number
                    numbered |= {one["_"].headers["volgnummer"]: one for one in road.heard}
                    road.heard = [await road.lvs.next(within=30)] if len(numbered) < 2 * len(numbers) else []
        heard = [one["dossiernummer"] for one in numbered.values() if one["_"].type == DossierBericht.TYPE]
        assert sorted(heard) == sorted(numbers)
        for kind in (OsoDossierVerwerkt, BijlagenAangeboden):
            events = await sandbox.published("intake", kind.TYPE)
            assert len(events) == len(numbers), kind


async def all_waiting(world: World, how_many: int) -> bool:
    found: int = await world.fetchval("SELECT count(*) FROM intake.osodossier WHERE staat = 'te lezen'")
    return found == how_many


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_a_dossier_of_seventy_megabytes_grows_intake_by_less_than_a_hundred(
    road: Road, seaweed: SeaweedFS, clamav: ClamAV, postgres: Postgres, rabbitmq: RabbitMQ
) -> None:
    content = documents.PDF + os.urandom(MAX_FILE - len(documents.PDF) - 1024)
    lijst = "huidigeschool/leerling/overigdocumentlijst"
    files = "".join(bijlage(f"{n}.pdf", ingepakt((f"{n}.pdf", content))) for n in range(5))
    xml = ours(dossier()).weg(f"{lijst}/document").bij(lijst, files).bytes()
    assert len(xml) > 65 * 1024 * 1024
    async with sandbox_on(postgres, rabbitmq) as sandbox, world_of(sandbox) as world:
        async with world.database() as database, database.transaction() as tx:
            await load(tx, EXTRA, actor="operator:test")
        await world.add("oso", ("00YY00",), swv=("PO00YY",))
        settings = documents.settings(sandbox, seaweed, clamav, work_lease=60.0, s3_timeout=20.0, clamd_timeout=30.0)
        store = make_documents(settings)
        await store.objects.prepare()
        [port] = free_ports(1)
        async with running(store) as http, on_a_port(store.http, port) as url:
            given = intake_settings(sandbox, documents_url=url, oso_lease=120.0, documents_timeout=20.0)
            reading = process(given)
            try:
                await world.served("oso")
                small = Road(sandbox, world, settings, await world.lvs("oso"), http, http, road.network)
                await small.submit(await small.slot(ours(dossier()).bytes()))
                assert (await small.told())["uitkomst"] == "gelezen"
                assert (await small.lvs.next(within=30))["_"].type == BijlagenBericht.TYPE
                before = documents.kilobytes(reading.pid, "VmRSS")
                await small.submit(await small.slot(xml))
                told = await small.lvs.next(within=120)
                grown = documents.kilobytes(reading.pid, "VmHWM") - before
            finally:
                reading.kill()
                await asyncio.to_thread(reading.wait)
        print(f"\n{len(xml) // 1024 // 1024} MB of XML; memory {before // 1024} MB, at most {grown // 1024} MB more")
        assert (told["uitkomst"], len([name for name in told["bijlagen"] if name.endswith(".pdf")])) == ("gelezen", 5)
        assert grown < 100 * 1024


def process(settings: Any, **env: str) -> warm.Process:
    """Intake as a process of its own, on any port."""
    given = {f"SCHAKEL_{name.upper()}": str(value) for name, value in _given(settings).items()}
    return warm.popen([sys.executable, "-m", "intake", "serve"], env={**os.environ, **given, "SCHAKEL_PORT": "0", **env})


def _given(settings: Any) -> dict[str, Any]:
    names = ("lease", "poll", "log_level", "documents_url", "oso_lease", "oso_backoff", "documents_timeout", "connector_poll")
    return {
        "database_url": settings.database_url.get_secret_value(),
        "amqp_url": settings.amqp_url.get_secret_value(),
        "gateway_public_key": settings.gateway_public_key,
        **{name: getattr(settings, name) for name in names},
    }
