"""OSO-SWV from a LAS's notificatie to a hulpvraag with its dossier read: intake and documents, and a simulated chain."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import httpx
import pytest

import intake
from documents.main import make_service as make_documents
from intake.main import make_service as make_intake
from intake.simulator.voorbeeld import dossier
from schakel_local.clamav import ClamAV
from schakel_local.ports import free_ports
from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ
from schakel_local.seaweed import SeaweedFS
from shared import clock
from shared.contracts.intake import HulpvraagIngediend, OsoDossierAangeboden
from shared.contracts.workflow import RegelsGepubliceerd, StatusGewijzigd, Titel
from shared.envelope import Event
from support import documents
from support.failpoints import hit_in
from support.intake import world_of
from support.oso_swv import FORMULIER, Chain, OsoLas, chain, oso_settings
from support.processes import intake_process
from support.sandbox import eventually, open_sandbox, running, sandbox_on
from support.served import on_a_port

SCHOOL, BRANCH = "99XA00", "99XA01"
BSN = "111222333"
"""Fictional, and passes the eleven-test."""
POINTS = (
    "doorgeven.after-read",
    "doorgeven.before-ask",
    "doorgeven.after-ask",
    "doorgeven.after-upload",
    "doorgeven.before-submit",
    "doorgeven.after-submit",
    "intake.before-commit",
    "intake.after-commit",
)
"""Where a process dies on the way from a dossier to a hulpvraag, in the order of that way."""


@pytest.fixture(scope="module")
async def keten() -> AsyncIterator[Chain]:
    async with chain("99XA") as keten:
        yield keten


@pytest.fixture(scope="module")
async def las(
    postgres: Postgres, rabbitmq: RabbitMQ, seaweed: SeaweedFS, clamav: ClamAV, keten: Chain
) -> AsyncIterator[OsoLas]:
    async with sandbox_on(postgres, rabbitmq) as sandbox, world_of(sandbox) as world:
        store = make_documents(documents.settings(sandbox, seaweed, clamav))
        await store.objects.prepare()
        settings = oso_settings(sandbox, keten, documents_url="http://documents", oso_backoff=0.3)
        service = make_intake(settings, httpx.ASGITransport(app=store.http))
        async with running(store), running(service) as http:
            yield await OsoLas.add(world, keten, http)


def status(hulpvraag: UUID, dossiernummer: int, versie: int, name: str) -> Event[StatusGewijzigd]:
    told = StatusGewijzigd(
        swv="PO2507",
        hulpvraag=hulpvraag,
        dossiernummer=dossiernummer,
        aanvraagtype="TLV",
        wijziging=clock.new_id(),
        versie=versie,
        status=name,
        toelichting="Wij missen het OPP.",
        gewijzigd_op=clock.now(),
        door="automatisch",
    )
    return Event[StatusGewijzigd].about(told, subject=hulpvraag, sequence=versie)


async def test_an_announced_dossier_becomes_a_hulpvraag_with_the_dossier_read_and_the_las_hears_its_number_and_each_status(
    las: OsoLas,
) -> None:
    sleutel = await las.meld(BRANCH)
    row = await las.reaches(sleutel, "verwerkt")
    [made] = await las.world.fetch("SELECT * FROM intake.hulpvraag WHERE id = $1", row["hulpvraag"])
    number = made["dossiernummer"]
    assert await las.told(sleutel) == [{"resultaat": "aanvaard", "dossiernummer": str(number)}]
    assert (made["swv"], made["school"], made["connector"]) == ("PO2507", BRANCH, las.connector)
    assert (made["aanvraagtype"], made["omschrijving"]) == (FORMULIER["aanvraagtype"], FORMULIER["omschrijving"])
    contact = json.loads(made["contactpersoon"])
    assert (contact["naam"], contact["email"]) == (FORMULIER["contactpersoon"], FORMULIER["email"])
    pupil = json.loads(await las.world.fetchval("SELECT gegevens FROM intake.dossier WHERE id = $1", made["dossier"]))
    assert (pupil["roepnaam"], pupil["voorvoegsel"], pupil["achternaam"]) == ("Noor", "van", "Voorbeeld")

    async def read() -> list[str]:
        rows = await las.world.fetch("SELECT gegevens FROM intake.osodossier WHERE hulpvraag = $1", row["hulpvraag"])
        return [one["gegevens"] for one in rows if one["gegevens"]]

    [gegevens] = await eventually(read)
    assert json.loads(gegevens)["leerling"]["leerlingid"] == f"SIM-{BRANCH}"
    assert await las.dossiers(sleutel) == []  # documents has it now
    for versie, name in ((1, "Aanvraag ontvangen"), (3, "Aanvulling gevraagd"), (2, "te laat verteld")):
        await las.world.sandbox.publish(status(row["hulpvraag"], number, versie, name))
        if versie == 3:
            await las.told(sleutel, 3)
    _, first, second = await las.told(sleutel, 3)
    assert (first["status"], second["status"]) == ("Aanvraag ontvangen", "Aanvulling gevraagd")
    assert (second["toelichting"], second["dossiernummer"]) == ("Wij missen het OPP.", str(number))


async def test_neither_answers_nor_news_wait_in_a_queue_that_the_las_never_reads(las: OsoLas) -> None:
    sleutel = await las.meld(SCHOOL)
    row = await las.reaches(sleutel, "verwerkt")
    number = await las.world.fetchval("SELECT dossiernummer FROM intake.hulpvraag WHERE id = $1", row["hulpvraag"])
    await las.world.sandbox.publish(status(row["hulpvraag"], number, 1, "Aanvraag ontvangen"))
    await las.told(sleutel, 2)
    read = "SELECT count(*) FROM intake.osodossier WHERE hulpvraag = $1 AND staat = 'gelezen'"
    await eventually(lambda: las.world.fetchval(read, row["hulpvraag"]))
    query = """
        SELECT type FROM intake.uitgaand WHERE ontvangst = (SELECT ontvangst FROM intake.hulpvraag WHERE id = $1)
            OR hulpvraag = $1 OR type LIKE '%antwoord.uploadslots%'
    """
    assert await las.world.fetch(query, row["hulpvraag"]) == []


async def test_a_notificatie_that_comes_again_gives_one_hulpvraag_and_one_terugkoppeling(las: OsoLas) -> None:
    sleutel, bericht = await las.klaar(SCHOOL)
    await las.send(bericht)
    await las.send(bericht)
    row = await las.reaches(sleutel, "verwerkt")
    await las.send(bericht)
    assert await las.reaches(sleutel, "verwerkt") == row
    assert len(await las.told(sleutel)) == 1
    rows = await las.world.fetch("SELECT FROM intake.ontvangst WHERE eigenschappen->>'notificatie' = $1", str(row["id"]))
    assert len(rows) == 1


async def test_without_a_formulier_it_is_refused_and_the_las_hears_which_fields(las: OsoLas) -> None:
    sleutel = await las.meld(SCHOOL, formulier={"omschrijving": "Wij vragen advies.", "datum": "2026-11-27"})
    await las.reaches(sleutel, "geweigerd", "formulier-ontbreekt")
    [told] = await las.told(sleutel)
    assert told["regel"] == "formulier-ontbreekt"
    assert [line.partition(":")[0] for line in told["toelichting"].splitlines()[1:]] == [
        "aanvraagtype",
        "contactpersoon",
        "email",
    ]
    assert await las.dossiers(sleutel) == []


async def test_a_dossier_with_a_fault_is_refused_with_every_fault_and_nothing_of_it_is_kept(las: OsoLas) -> None:
    wrong = dossier(SCHOOL).replace(b"<leerlingid>", f"<bsn>{BSN}</bsn><leerlingid>".encode())
    sleutel = await las.meld(SCHOOL, dossier=wrong.decode())
    await las.reaches(sleutel, "geweigerd", "dossier-geweigerd")
    [told] = await las.told(sleutel)
    assert told["toelichting"].startswith("Het dossier klopt niet.\nhuidigeschool.leerling.bsn: ")
    assert BSN not in str(told)
    assert await las.dossiers(sleutel) == []


async def test_what_intake_refuses_the_las_hears_with_every_fault(las: OsoLas) -> None:
    rules = RegelsGepubliceerd(
        swv="PO2507",
        versie=7,
        onbekende_titel="weigeren",
        titels=(Titel(titel=FORMULIER["aanvraagtype"], niveau="leerling", kanaal="beide"),),
    )
    await las.world.sandbox.publish(Event.about(rules, subject=uuid4(), sequence=7))
    await eventually(lambda: las.world.fetchval("SELECT versie = 7 FROM intake.titelregels WHERE swv = 'PO2507'"))
    sleutel = await las.meld(SCHOOL, formulier={**FORMULIER, "aanvraagtype": "Onbekende titel", "datum": "gisteren"})
    await las.reaches(sleutel, "geweigerd", "hulpvraag-geweigerd")
    [told] = await las.told(sleutel)
    assert "\ndatum: " in told["toelichting"]
    sleutel = await las.meld(SCHOOL, formulier={**FORMULIER, "aanvraagtype": "Onbekende titel"})
    await las.reaches(sleutel, "geweigerd", "hulpvraag-geweigerd")
    [told] = await las.told(sleutel)
    assert told["toelichting"].startswith("De hulpvraag klopt niet.\naanvraagtype: ")
    assert await las.dossiers(sleutel) == []


async def test_what_was_told_goes_with_the_hulpvraag_and_the_koppelsleutel_stays_known(las: OsoLas) -> None:
    sleutel, bericht = await las.klaar(SCHOOL)
    await las.send(bericht)
    row = await las.reaches(sleutel, "verwerkt")
    await las.told(sleutel)
    mark = """
        INSERT INTO intake.vernietigd (hulpvraag, dossiernummer, vernietiging, gemeld_op) VALUES ($1, 1, $1, now())
    """
    await las.world.fetch(mark, row["hulpvraag"])
    await las.world.fetchval("SELECT intake.vernietig($1)", row["hulpvraag"])
    assert await las.world.fetch("SELECT FROM intake.terugkoppeling WHERE notificatie = $1", row["id"]) == []
    assert (await las.send(bericht)).status_code == 200
    assert (await las.row(sleutel))["staat"] == "verwerkt"


def test_every_point_on_the_way_is_in_this_test() -> None:
    assert {name for name in hit_in(intake) if name.startswith("doorgeven.")} == {
        name for name in POINTS if name.startswith("doorgeven.")
    }


@pytest.mark.timeout(240)  # nine processes on a busy machine
async def test_killed_at_every_point_a_dossier_becomes_one_hulpvraag(
    postgres: Postgres, rabbitmq: RabbitMQ, seaweed: SeaweedFS, clamav: ClamAV, keten: Chain
) -> None:
    sandbox = await open_sandbox(postgres, rabbitmq)
    async with world_of(sandbox) as world:
        store = make_documents(documents.settings(sandbox, seaweed, clamav))
        await store.objects.prepare()
        [port] = free_ports(1)
        async with running(store), on_a_port(store.http, port) as url:
            settings = oso_settings(sandbox, keten, documents_url=url, oso_backoff=0.3)
            await keten.misbehave("las", "storing", keren=None)
            async with running(make_intake(settings)) as http:
                las = await OsoLas.add(world, keten, http)
                sleutels = [await las.meld(SCHOOL) for _ in POINTS]
            await keten.call("DELETE", "/simulator/gedrag")
            environment = {
                "SCHAKEL_OSO_OIN": keten.boek.ons_oin,
                "SCHAKEL_OSO_OSR_URL": keten.url,
                "SCHAKEL_OSO_TRAFFIC_CENTER_URL": f"{keten.url}/traffic-center",
                "SCHAKEL_DOCUMENTS_URL": url,
            }
            for point in POINTS:
                await world.fetch("UPDATE intake.notificatie SET geclaimd_tot = now() WHERE geclaimd_tot IS NOT NULL")
                with intake_process(sandbox, **environment, SCHAKEL_FAILPOINT=point) as (dying, _):
                    assert await asyncio.to_thread(dying.wait, 40) == -signal.SIGKILL, point
            await world.fetch("UPDATE intake.notificatie SET geclaimd_tot = now() WHERE geclaimd_tot IS NOT NULL")
            async with running(make_intake(settings)):
                rows = [await las.reaches(sleutel, "verwerkt") for sleutel in sleutels]
        assert len({row["hulpvraag"] for row in rows}) == len(POINTS)
        assert await world.fetchval("SELECT count(*) FROM intake.hulpvraag") == len(POINTS)
        told = await world.fetch("SELECT inhoud->>'resultaat' AS resultaat FROM intake.terugkoppeling")
        assert [one["resultaat"] for one in told] == ["aanvaard"] * len(POINTS)
        for kind in (HulpvraagIngediend, OsoDossierAangeboden):
            assert len(await sandbox.published("intake", kind.TYPE)) == len(POINTS), kind
