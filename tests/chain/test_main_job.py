"""The main job, from a school's system to the register: what `make up` shows, asserted.

Read this first: it is the whole of Schakel in one test.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pypdfium2 as pdfium  # type: ignore[import-untyped]  # ships no types
import pytest

from schakel.connector import Connector, Sent, message
from schakel_local.demo import story, table, world
from schakel_local.demo.people import Colleague
from shared.contracts import connector as contract
from support.fleet import System
from support.sandbox import eventually

PERSONAL = [
    *(word for pupil in (world.NOOR, world.SAM, world.BO) for word in (pupil.roepnaam, pupil.achternaam, pupil.leerlingid)),
    *(word for one in world.PEOPLE for word in (one.naam, one.email)),
    "Groeidocument van",
]


@pytest.fixture(scope="module")
async def told(system: System) -> list[int]:
    return await story.tell(system.site, lambda _: None)


async def statuses(system: System, number: int) -> list[str]:
    rows = await system.rows(
        "workflow",
        "SELECT w.status FROM statuswijziging AS w JOIN hulpvraag AS h ON h.id = w.hulpvraag"
        " WHERE h.dossiernummer = $1 ORDER BY w.versie",
        number,
    )
    return [row["status"] for row in rows]


async def test_a_request_for_support_is_filled_up_from_the_lvs_and_finished(system: System, told: list[int]) -> None:
    assert await statuses(system, told[0]) == [
        "A&K aanmelding",
        "A&K aanvraag incompleet",
        "A&K aanvraag aangevuld",
        "A&K in behandeling",
        "A&K afgerond",
    ]


async def test_a_tlv_ends_with_a_numbered_decision_a_letter_and_a_registration(system: System, told: list[int]) -> None:
    assert await statuses(system, told[1]) == ["TLV Aanmelding", "TLV aanvraag in behandeling", "TLV afgegeven"]
    decision = await system.value("workflow", "SELECT nummer FROM besluit WHERE soort = 'TLV'")
    assert decision == f"PO2507-{system.site.begun.year}-00001"
    letter = (await system.rows("documents", "SELECT * FROM brief WHERE dossiernummer = $1", told[1]))[0]
    assert (letter["brief"], letter["bij"], letter["staat"]) == ("TLV-brief", "hulpvraag", "gemaakt")
    registration = (await system.rows("bron-export", "SELECT * FROM registratie WHERE dossiernummer = $1", told[1]))[0]
    assert (registration["nummer"], registration["staat"]) == (decision, "geaccepteerd")


async def test_an_arrangement_by_hand_ends_with_a_school_letter_and_a_registration(system: System, told: list[int]) -> None:
    assert await statuses(system, told[2]) == ["ARR Aanmelding", "Arrangementsaanvraag in behandeling", "Arrangement toegekend"]
    letter = (await system.rows("documents", "SELECT * FROM brief WHERE dossiernummer = $1", told[2]))[0]
    assert (letter["brief"], letter["bij"], letter["staat"]) == ("schoolbrief", "besluit", "gemaakt")
    staat = await system.value("bron-export", "SELECT staat FROM registratie WHERE dossiernummer = $1", told[2])
    assert staat == "geaccepteerd"


async def test_every_status_was_mailed_without_a_childs_name_in_the_subject(system: System, told: list[int]) -> None:
    planned = await system.value("notify", "SELECT count(*) FROM mail WHERE staat = 'aangeboden'")
    mails = system.stack.mail.mails(limit="1000")
    assert len(mails) == planned == await system.value("notify", "SELECT count(*) FROM mail")
    changes = await system.value("workflow", "SELECT count(*) FROM statuswijziging")
    assert len(mails) >= changes
    for mail in mails:
        assert not any(name in mail["subject"] for name in ("Noor", "Sam", "Bo ", "Voorbeeld", "Verzonnen", "Fictief"))
        assert any(str(number) in mail["subject"] for number in told)


async def test_each_change_of_status_is_told_to_the_applicant_exactly_once(system: System, told: list[int]) -> None:
    changes = await system.rows(
        "workflow",
        "SELECT w.id, h.dossiernummer FROM statuswijziging AS w JOIN hulpvraag AS h ON h.id = w.hulpvraag"
        " WHERE h.dossiernummer = ANY($1)",
        told,
    )
    assert len(changes) == 11, "five, three and three: the tests above name them"

    async def all_handed_over() -> list[Any]:
        mails = await system.rows(
            "notify", "SELECT * FROM mail WHERE doelgroep = 'aanvrager' AND dossiernummer = ANY($1)", told
        )
        return mails if len(mails) >= len(changes) and {mail["staat"] for mail in mails} == {"aangeboden"} else []

    mails = await eventually(all_handed_over)
    assert Counter((mail["wijziging"], mail["dossiernummer"]) for mail in mails) == dict.fromkeys(map(tuple, changes), 1)
    applicants = dict(zip(told, (world.person(name).email for name in ("i.linde", "b.beuk", "f.fabriek")), strict=True))
    assert {(mail["dossiernummer"], mail["email"]) for mail in mails} == set(applicants.items())
    handed_over = Counter(mail["message_id"] for mail in system.stack.mail.mails(limit="1000"))
    assert {handed_over[mail["message_id"]] for mail in mails} == {1}


async def test_the_school_downloads_the_tlv_letter_from_the_bijlagen(system: System, told: list[int]) -> None:
    async with httpx.AsyncClient(timeout=30, trust_env=False) as http:
        school = await Colleague.log_in(system.site, http, "b.beuk")
        listed = (await school._get(f"/hulpvragen/{told[1]}/bijlagen")).json()["bijlagen"]
        (letter,) = [bijlage for bijlage in listed if bijlage["naam"].startswith("TLV-brief")]
        assert letter["staat"] == "beschikbaar"
        file = await school._get(f"/hulpvragen/{told[1]}/bijlagen/{letter['bijlage']}/bestand")
        stranger = await Colleague.log_in(system.site, http, "i.linde")
        refused = await stranger._get(f"/hulpvragen/{told[1]}/bijlagen/{letter['bijlage']}/bestand")
    assert (file.status_code, file.headers["content-type"], refused.status_code) == (200, "application/pdf", 404)
    pages = [page.get_textpage().get_text_range() for page in pdfium.PdfDocument(file.content)]
    assert "Sam van der Verzonnen toelaatbaar is tot het speciaal onderwijs" in " ".join(" ".join(pages).split())


async def test_the_same_story_again_changes_nothing(system: System, told: list[int]) -> None:
    before = (await table.lines(system.site, told))[-1]
    assert await story.tell(system.site, lambda _: None) == told
    assert (await table.lines(system.site, told))[-1] == before


async def test_the_table_shows_every_step_of_each_hulpvraag(system: System, told: list[int]) -> None:
    lines = "\n".join(await table.lines(system.site, told))
    for word in ("TLV afgegeven", "A&K aanvraag aangevuld", "TLV-brief", "schoolbrief", "geaccepteerd", "aangeboden"):
        assert word in lines


async def test_no_log_holds_personal_data_or_a_secret(system: System, told: list[int]) -> None:
    logs = system.logs()
    assert '"event": "service_ready"' in logs
    secrets = [system.site.password("a.drost"), system.site.totp("a.drost"), system.site.memory["sessies"]["a.drost"]]
    found = [word for word in [*PERSONAL, *secrets] if word in logs]
    assert found == []


async def test_one_trace_runs_from_the_connectors_publish_to_the_smtp_hand_over(system: System) -> None:
    """Over two outbox hops: intake → workflow, workflow → notify."""
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    pupil = world.Pupil("99XA00", "trace-1", "Teun", "", "Spoor", world.NOOR.geboren)
    command = story._hulpvraag(system.site, pupil, "A&K", ())
    sent: Sent = message(command)
    async with Connector.open(system.site.environment["SCHAKEL_LVS_AMQP_URL"], world.CONNECTOR) as lvs:
        answer = await lvs.ask(sent, traceparent=f"00-{trace}-00f067aa0ba902b7-01")
    assert isinstance(answer, contract.Aanvaard)

    async def spans() -> list[dict[str, Any]]:
        folder = Path(system.services["notify"].settings["trace_file"]).parent
        every = [json.loads(line) for file in folder.glob("*.jsonl") for line in file.read_text().splitlines()]
        mine = [span for span in every if span["context"]["trace_id"] == f"0x{trace}"]
        return mine if any(span["name"] == "hand over mail" for span in mine) else []

    found = await eventually(spans)
    names = [(span["resource"]["attributes"]["service.name"], span["name"]) for span in found]
    for service, part in (
        ("intake", "hulpvraag.ingediend"),
        ("workflow", "handle workflow.hulpvraag-ingediend"),
        ("workflow", "status-gewijzigd"),
        ("notify", "handle notify.status-gewijzigd"),
    ):
        assert any(one == service and part in name for one, name in names), (service, part, names)
    ids = {span["context"]["span_id"] for span in found}
    orphans = [span["name"] for span in found if span["parent_id"] not in ids and span["parent_id"] != "0x00f067aa0ba902b7"]
    assert orphans == []
