"""The main job, from a school's system to the register: what `make up` shows, asserted.

Read this first: it is the whole of Schakel in one test.
"""

import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import httpx
import pypdfium2 as pdfium  # type: ignore[import-untyped]  # ships no types
import pytest

from schakel.config import SERVICES
from schakel_local.demo import story, table, world
from schakel_local.demo.people import Colleague
from schakel_local.loopback import NO_TLS
from schakel_lvs import Connector, Refused, Sent, Store, message
from schakel_lvs import berichten as contract
from support.fleet import System
from support.sandbox import eventually

PERSONAL = [
    *(word for pupil in (world.NOOR, world.SAM, world.BO) for word in (pupil.roepnaam, pupil.achternaam, pupil.leerlingid)),
    *(pupil.geboren.isoformat() for pupil in (world.NOOR, world.SAM, world.BO)),
    *(word for one in world.PEOPLE for word in (one.naam, one.email)),
    "000-1234567",  # the telephone number of every contactpersoon
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
    async with httpx.AsyncClient(timeout=30, trust_env=False, verify=NO_TLS) as http:
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


async def test_the_lvs_fetches_the_letter_of_its_own_hulpvraag_and_of_no_other(
    system: System, told: list[int], tmp_path: Path
) -> None:
    letters = await system.rows("documents", "SELECT dossiernummer, sha256 FROM brief WHERE dossiernummer = ANY($1)", told)
    sha256 = {row["dossiernummer"]: row["sha256"] for row in letters}
    path = tmp_path / "brief.pdf"
    url = system.site.environment["SCHAKEL_LVS_AMQP_URL"]
    async with Connector.open(url, world.CONNECTOR, Store(":memory:")) as lvs:
        link = await lvs.letter(told[1], sha256[told[1]], path)
        with pytest.raises(Refused, match="staat geen brief met dit controlegetal"):
            await lvs.letter(told[2], sha256[told[2]], tmp_path / "ander.pdf")  # typed in by hand: no connector's
    assert (link.brief, hashlib.sha256(path.read_bytes()).hexdigest()) == ("TLV-brief", sha256[told[1]])


async def test_the_same_story_again_changes_nothing(system: System, told: list[int]) -> None:
    before = (await table.lines(system.site, told))[-1]
    assert await story.tell(system.site, lambda _: None) == told
    assert (await table.lines(system.site, told))[-1] == before


async def test_the_table_shows_every_step_of_each_hulpvraag(system: System, told: list[int]) -> None:
    lines = "\n".join(await table.lines(system.site, told))
    for word in ("TLV afgegeven", "A&K aanvraag aangevuld", "TLV-brief", "schoolbrief", "geaccepteerd", "aangeboden"):
        assert word in lines


async def a_link(system: System) -> str:
    """Have someone ask for another password and look at the link; its token."""
    person = world.person("i.linde")
    gateway = system.services["gateway"].url
    async with httpx.AsyncClient(timeout=30, trust_env=False, verify=NO_TLS) as http:
        form = {"organisatie": person.organisatie, "gebruikersnaam": person.gebruikersnaam}
        asked = await http.post(f"{gateway}/wachtwoord-vergeten", data=form, headers={"origin": gateway})
        assert asked.status_code == 200, asked.text

        async def mailed() -> str | None:
            mails = [mail for mail in system.stack.mail.mails(limit="1000") if mail["to"] == [person.email]]
            texts = [str(system.stack.mail.request("GET", f"mails/{mail['id']}")["text"]) for mail in mails]
            return next((found[1] for text in texts if (found := re.search(r"/koppeling/(\S+)", text))), None)

        token: str = await eventually(mailed)
        assert (await http.get(f"{gateway}/koppeling/{token}")).status_code == 303
    return token


def canaries(system: System, link: str) -> dict[str, str]:
    """What must stand nowhere, by what it is: personal data, and what opens something of people, services or stores."""
    site, stack = system.site, system.stack
    people = [person.gebruikersnaam for person in world.PEOPLE]
    kept = [f"{name.replace('-', '_')} {role}" for name in SERVICES for role in ("app", "migrator")]
    kept += [*(f"{name} amqp" for name in SERVICES), "connector amqp"]
    return {
        **{word: word for word in PERSONAL},
        "token of a link": link,
        **{f"password of {name}": site.password(name) for name in people},
        **{f"code secret of {name}": site.totp(name) for name in people},
        **{f"session of {name}": token for name, token in site.memory["sessies"].items()},
        **{f"private key of {name}": json.loads(site.keys[f"{name} private"])["d"] for name in ("gateway", "workflow")},
        **{f"key of {name}": site.keys[name] for name in ("totp", "link")},
        **{f"password {name}": stack.kept.secret(name) for name in kept},
        **{f"S3 key of {name}": stack.s3.keys(name).secret_key for name in ("admin", "documents")},
        "password of mail": stack.mail.password,
    }


TOKEN = re.compile(r"eyJ[\w-]{8,}\.[\w-]{8,}")
"""A JWT: whoever asks, and leave to do something."""


async def told_around(system: System) -> dict[str, str]:
    """Everything that may be read by who runs the system, by where it stands."""
    found = {f"log of {server.name}": server.log.read_text(errors="replace") for server in system.stack.servers}
    folder = Path(system.services["notify"].settings["trace_file"]).parent
    found |= {f"trace {file.stem}": file.read_text() for file in folder.glob("*.jsonl")}
    async with httpx.AsyncClient(timeout=30, trust_env=False, verify=NO_TLS) as http:
        for name, service in system.services.items():
            found[f"metrics of {name}"] = (await http.get(f"{service.url}/metrics")).text
    for name in SERVICES:
        sent = await system.rows(name, "SELECT routing_key, subject, headers::text, traceparent, body FROM outbox")
        bodies = [json.loads(row["body"]) for row in sent]
        attributes = [{key: value for key, value in body.items() if key != "data"} for body in bodies if "specversion" in body]
        found[f"events of {name}"] = f"{[tuple(row)[:4] for row in sent]} {attributes}"
        found[f"audit log of {name}"] = str([tuple(row) for row in await system.rows(name, "SELECT * FROM audit_log")])
    mails = [system.stack.mail.request("GET", f"mails/{mail['id']}") for mail in system.stack.mail.mails(limit="1000")]
    found["subjects of mails"] = "\n".join(str(mail["subject"]) for mail in mails)
    links = [url for mail in mails for url in re.findall(r"https?://\S+", str(mail["text"]))]
    found["links in mails"] = "\n".join(url for url in links if "/koppeling/" not in url)
    return found


async def test_no_log_metric_trace_event_attribute_subject_or_link_holds_personal_data_or_a_secret(
    system: System, told: list[int]
) -> None:
    link = await a_link(system)
    async with httpx.AsyncClient(timeout=30, trust_env=False, verify=NO_TLS) as http:
        school = await Colleague.log_in(system.site, http, "i.linde")
        await school._get(f"/hulpvragen?zoek={world.NOOR.roepnaam}")
    places = await told_around(system)
    assert '"event": "service_ready"' in places["log of workflow"]
    assert "hulpvraag.status-gewijzigd" in places["events of workflow"]
    assert str(told[0]) in places["subjects of mails"]
    found = [
        (place, what, text[max(text.index(word) - 300, 0) : text.index(word)])
        for what, word in canaries(system, link).items()
        for place, text in places.items()
        if word in text
    ]
    assert found == []
    assert [place for place, text in places.items() if TOKEN.search(text)] == []


async def test_one_trace_runs_from_the_connectors_publish_to_the_smtp_hand_over(system: System) -> None:
    """Over two outbox hops: intake → workflow, workflow → notify."""
    trace = "4bf92f3577b34da6a3ce929d0e0e4736"
    pupil = world.Pupil("99XA00", "trace-1", "Teun", "", "Spoor", world.NOOR.geboren)
    command = story._hulpvraag(system.site, pupil, "A&K", ())
    sent: Sent = message(command)
    async with Connector.open(system.site.environment["SCHAKEL_LVS_AMQP_URL"], world.CONNECTOR, Store(":memory:")) as lvs:
        answer = await lvs.ask(sent, traceparent=f"00-{trace}-00f067aa0ba902b7-01")
    assert isinstance(answer, contract.Aanvaard)

    parts = {
        ("intake", "send nl.passend-onderwijs.hulpvraag.ingediend.v1"),
        ("workflow", "handle workflow.hulpvraag-ingediend"),
        ("workflow", "send nl.passend-onderwijs.hulpvraag.status-gewijzigd.v1"),
        ("notify", "handle notify.status-gewijzigd"),
        ("notify", "hand over mail"),
    }

    async def spans() -> list[dict[str, Any]]:
        folder = Path(system.services["notify"].settings["trace_file"]).parent
        every = [json.loads(line) for file in folder.glob("*.jsonl") for line in file.read_text().splitlines()]
        mine = [span for span in every if span["context"]["trace_id"] == f"0x{trace}"]
        names = {(span["resource"]["attributes"]["service.name"], span["name"]) for span in mine}
        return mine if parts <= names else []  # one that began first need not be written first

    found = await eventually(spans)
    ids = {span["context"]["span_id"] for span in found}
    orphans = [span["name"] for span in found if span["parent_id"] not in ids and span["parent_id"] != "0x00f067aa0ba902b7"]
    assert orphans == []
