"""Files to upload, events and people for tests of documents, and a desk that does what connectors and people do.

>>> desk = Desk(sandbox, seaweed, http)
>>> slot, = await desk.slots([("verslag.pdf", PDF)])
>>> await desk.upload(slot, PDF)
"""

import hashlib
import json
import os
import struct
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
from pydantic import SecretStr

from documents.adapters.s3 import S3
from documents.ports import ObjectMissing
from documents.settings import Settings
from schakel_local.clamav import ClamAV
from schakel_local.loopback import NO_TLS
from schakel_local.seaweed import SeaweedFS
from shared import tokens
from shared.contracts.common import Contactpersoon, Leerling, School
from shared.contracts.documents import BijlagenToegevoegd, BriefGemaakt, BriefVerstrekt, UploadslotsUitgegeven
from shared.contracts.intake import Bestand, BijlagenAangeboden, UploadslotsGevraagd
from shared.contracts.workflow import Afzender, BesluitGenomen
from shared.envelope import Event
from support import warm
from support.sandbox import WORKFLOW_KEY, Sandbox, eventually, token_for

SWV = "PO2507"
CONNECTOR = "connector:parnassys"
PDF = b"%PDF-1.7\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR" + bytes(20)
WORD_TYPES = (
    b'<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    b'wordprocessingml.document.main+xml"/></Types>'
)
OTHER_EVENTS = (UploadslotsUitgegeven.TYPE, BijlagenToegevoegd.TYPE, BriefGemaakt.TYPE, BriefVerstrekt.TYPE)


def zipped(parts: Mapping[str, bytes], *, compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP with these parts, in this order; ``mimetype`` is stored, as ODF asks."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", compression) as package:
        for name, content in parts.items():
            package.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else compression)
    return made.getvalue()


def docx(more: Mapping[str, bytes] | None = None, types: bytes = WORD_TYPES) -> bytes:
    """A Word document with whatever else is put into it."""
    return zipped({"[Content_Types].xml": types, "word/document.xml": b"<w:document/>" * 20, **(more or {})})


def odt(more: Mapping[str, bytes] | None = None, mimetype: bytes = b"application/vnd.oasis.opendocument.text") -> bytes:
    """An OpenDocument text."""
    return zipped({"mimetype": mimetype, "content.xml": b"<office:document-content/>", **(more or {})})


def ole(*names: str, sector: int = 512) -> bytes:
    """An OLE file whose directory holds these names: header, one FAT sector, the directory."""
    entries = ["Root Entry", *names]
    per_sector = sector // 128
    sectors = -(-len(entries) // per_sector)
    header = bytearray(sector)
    header[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, sector.bit_length() - 1, 6)
    struct.pack_into("<II", header, 44, 1, 1)
    struct.pack_into("<II", header, 68, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", header, 76, 0, *[0xFFFFFFFF] * 108)
    chain = [0xFFFFFFFD, *range(2, sectors + 1), 0xFFFFFFFE]
    fat = struct.pack(f"<{sector // 4}I", *chain, *[0xFFFFFFFF] * (sector // 4 - len(chain)))
    directory = b"".join(_entry(name) for name in entries).ljust(sectors * sector, b"\0")
    return bytes(header) + fat + directory


def _entry(name: str) -> bytes:
    text = name.encode("utf-16-le")
    return text.ljust(64, b"\0") + struct.pack("<HB", len(text) + 2, 2) + bytes(61)


def besluit(**other: Any) -> BesluitGenomen:
    """A plainly fictional decision: a TLV, granted, unless ``other`` says otherwise."""
    given: dict[str, Any] = {
        "swv": SWV,
        "hulpvraag": uuid4(),
        "dossiernummer": 20014,
        "besluit": uuid4(),
        "versie": 1,
        "nummer": "PO2507-26-00012",
        "soort": "TLV",
        "toegekend": True,
        "categorie": "M",
        "begin": date(2026, 12, 1),
        "eind": date(2028, 7, 31),
        "omschrijving": "Toelaatbaar tot het speciaal onderwijs.",
        "motivering": "Noor heeft veel behoefte aan structuur en nabijheid.\n\nDe deskundigen adviseren een TLV.",
        "genomen_op": date(2026, 11, 23),
        "niveau": "leerling",
        "school": School(code="99XA00", naam="De Verzonnen Linde", bestuur="99901"),
        "leerling": Leerling(
            dossier=uuid4(), leerlingid="L-1", roepnaam="Noor", achternaam="Voorbeeld", geboortedatum=date(2018, 3, 3)
        ),
        "contactpersoon": Contactpersoon(naam="Iris Fictief", email="iris@linde.example", functie="intern begeleider"),
        "afzender": Afzender(
            naam="Samenwerkingsverband De Verzonnen Stroom",
            adres="Voorbeeldlaan 12",
            postcode="1234 AB",
            plaats="Nergenshuizen",
            telefoon="010 000 00 00",
            email="info@stroom.example",
        ),
        "brief": "TLV-brief",
        "brief_bij": "hulpvraag",
        "registratie": "TLV",
    }
    return BesluitGenomen(**{**given, **other})


_CONTENT = {
    "omschrijving": "Begeleiding bij werkhouding, twee uur per week.",
    "motivering": "De school heeft gedaan wat zij kon.\n\nExtra begeleiding helpt leerling en leerkracht verder.",
}


def arrangement(**other: Any) -> BesluitGenomen:
    """The same for an arrangement."""
    own = {"soort": "arrangement", "categorie": None, "brief": "schoolbrief", "brief_bij": "besluit"}
    return besluit(**{**own, "registratie": "onderwijsarrangement", "begeleider": "Bram Verzonnen", **_CONTENT, **other})


def settings(sandbox: Sandbox, seaweed: SeaweedFS, clamav: ClamAV, **own: Any) -> Settings:
    """Settings of documents in this sandbox, with buckets of its own and short waits."""
    given = {
        "s3_endpoint": seaweed.url,
        "s3_access_key": seaweed.access_key,
        "s3_secret_key": seaweed.secret_key,
        "s3_timeout": 4.0,
        "clamd_host": clamav.host,
        "clamd_port": clamav.port,
        "clamd_timeout": 4.0,
        **{
            f"s3_bucket_{name}": f"{sandbox.name.replace('_', '-')}-{name}"
            for name in ("uploads", "bijlagen", "brieven", "logboek")
        },
        "work_lease": 9.0,
        "work_poll": 0.1,
        "work_backoff": 0.3,
    }
    return sandbox.settings(Settings, "documents", **{**given, **own})


@dataclass
class Desk:
    """Whoever brings files to one hulpvraag: a connector by event, a person over HTTP."""

    sandbox: Sandbox
    http: httpx.AsyncClient
    hulpvraag: UUID = field(default_factory=uuid4)
    dossiernummer: int = 20014
    actor: tokens.Actor = field(
        default_factory=lambda: tokens.Actor(
            sub=uuid4(), naam="Iris Fictief", organisatie="99XA00", soort="school", swv=SWV, rollen=("IB'er",)
        )
    )

    async def slots(self, files: Sequence[tuple[str, bytes]], *, aanbieder: str = CONNECTOR) -> list[dict[str, Any]]:
        """Ask for slots as a connector does; return the answer's slots."""
        asked = uuid4()
        bestanden = tuple(bestand(name, content) for name, content in files)
        data = UploadslotsGevraagd(swv=SWV, aanvraag=asked, aanbieder=aanbieder, bestanden=bestanden)
        await self.sandbox.publish(Event.about(data, subject=asked, sequence=1))

        async def answer() -> Any:
            found = await self.sandbox.published("documents", UploadslotsUitgegeven.TYPE)
            return next((event["data"] for event in found if event["data"]["aanvraag"] == str(asked)), None)

        given: list[dict[str, Any]] = (await eventually(answer))["uploadslots"]
        return given

    async def upload(self, slot: Mapping[str, Any], content: bytes) -> int:
        """POST a file to its slot; return the status."""
        async with httpx.AsyncClient(verify=NO_TLS) as client:
            answer = await client.post(slot["url"], data=dict(slot["velden"]), files={"file": ("bestand", content)})
        return answer.status_code

    def offer(self, *slots: Mapping[str, Any] | UUID, aanbieder: str = CONNECTOR, **other: Any) -> Event[BijlagenAangeboden]:
        """The event by which a connector saves these as one batch."""
        data = BijlagenAangeboden(
            swv=SWV,
            hulpvraag=self.hulpvraag,
            dossiernummer=self.dossiernummer,
            batch=uuid4(),
            aanbieder=aanbieder,
            uploadslots=tuple(slot if isinstance(slot, UUID) else UUID(slot["uploadslot"]) for slot in slots),
        ).model_copy(update=other)
        return Event.about(data, subject=self.hulpvraag, sequence=1)

    async def bring(self, *files: tuple[str, bytes]) -> Event[BijlagenAangeboden]:
        """Ask slots, upload, save as one batch: everything a connector does."""
        given = await self.slots(files)
        for slot, (_, content) in zip(given, files, strict=True):
            assert await self.upload(slot, content) == 204
        event = self.offer(*given)
        await self.sandbox.publish(event)
        return event

    async def events(self, type_: str) -> list[dict[str, Any]]:
        """What documents told of this hulpvraag."""
        found = await self.sandbox.published("documents", type_)
        return [event for event in found if event["subject"] == str(self.hulpvraag)]

    async def told(self, batch: UUID, within: float = 20) -> Any:
        """Wait for the event that tells of a batch; return its data."""

        async def found() -> Any:
            events = await self.sandbox.published("documents", BijlagenToegevoegd.TYPE)
            return next((event["data"] for event in events if event["data"]["batch"] == str(batch)), None)

        return await eventually(found, within=within)

    def leave(self, act: str, resource: str, **other: Any) -> dict[str, str]:
        """The headers of this person with a capability of workflow."""
        lifetime = other.pop("lifetime", timedelta(seconds=60))
        audience = other.pop("audience", "documents")
        key = other.pop("key", WORKFLOW_KEY)
        given = {"act": act, "resource": resource, "bij": self.hulpvraag, "actor": self.actor.sub, "swv": self.actor.swv}
        capability = tokens.Capability.model_validate({**given, **other})
        token = tokens.grant(capability, issuer="workflow", audience=audience, key=key, lifetime=lifetime)
        return {**token_for(self.actor, "documents"), "Schakel-Machtiging": token}

    def may_add(self, **other: Any) -> dict[str, str]:
        """Leave to add bijlagen to this hulpvraag, for one new command."""
        return {**self.leave("bijlage-toevoegen", f"hulpvraag:{self.hulpvraag}", **other), "Idempotency-Key": str(uuid4())}

    async def listed(self) -> list[dict[str, Any]]:
        """What stands with the hulpvraag, as this person sees it."""
        headers = self.leave("bijlagen-bekijken", f"hulpvraag:{self.hulpvraag}")
        answer = await self.http.get("/bijlagen", params={"hulpvraag": str(self.hulpvraag)}, headers=headers)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["bijlagen"]
        return found

    async def download(self, bijlage: str, **other: Any) -> httpx.Response:
        """Ask a link and follow it; a refusal is returned as it is."""
        headers = self.leave("bijlage-downloaden", f"bijlage:{bijlage}", **other)
        answer = await self.http.post(f"/bijlagen/{bijlage}/downloads", headers=headers)
        if answer.status_code != 201:
            return answer
        async with httpx.AsyncClient(verify=NO_TLS) as client:
            return await client.get(answer.json()["url"])


def bestand(naam: str, content: bytes) -> Bestand:
    """What is said of a file before it is uploaded."""
    return Bestand(naam=naam, grootte=len(content), sha256=hashlib.sha256(content).hexdigest())


async def faults(sandbox: Sandbox, made: Settings) -> list[str]:
    """What S3 and the rows disagree on (I7): nothing, when each bijlage that may be seen has its object and no other is."""
    store = S3(made)
    async with sandbox.connect() as connection, store.opened():
        rows = await connection.fetch("SELECT * FROM documents.bijlage")
        found = [f"{row['id']} is still {row['staat']}" for row in rows if row["staat"] == "wordt gescand"]
        seen = [row for row in rows if row["staat"] == "beschikbaar"]
        for row in seen:
            with BytesIO() as content:
                try:
                    got = await store.download(row["bucket"], row["sleutel"], content, at_most=row["grootte"])
                except ObjectMissing:
                    found.append(f"{row['id']} has no object")
                else:
                    found += [f"{row['id']} has another object"] if got.sha256 != row["sha256"] else []
        expected = {(row["bucket"], row["sleutel"]) for row in seen}
        for bucket in (made.s3_bucket_uploads, made.s3_bucket_bijlagen, made.s3_bucket_brieven):
            async for page in store.listed(bucket):
                found += [f"{bucket}/{item.key} belongs to nothing" for item in page if (bucket, item.key) not in expected]
        return found


def environment(made: Settings) -> dict[str, str]:
    """The environment of a process of documents with these settings."""
    given = {}
    for name in type(made).model_fields:
        value = getattr(made, name)
        plain = value.get_secret_value() if isinstance(value, SecretStr) else value
        if plain is not None:
            given[f"SCHAKEL_{name.upper()}"] = json.dumps(plain) if isinstance(plain, tuple) else str(plain)
    return {**os.environ, **given}


def kilobytes(pid: int, what: str) -> int:
    """VmRSS is what a process has now, VmHWM the most it ever had."""
    lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what))


@contextmanager
def processes(made: Settings, *failpoints: str) -> Iterator[list[warm.Process]]:
    """One process of documents for each failpoint, on any port; ended with the block when they have not ended themselves."""
    env = {**environment(made), "SCHAKEL_PORT": "0"}
    command = [sys.executable, "-m", "documents", "serve"]
    children = []
    for point in failpoints:
        given = {**env, "SCHAKEL_FAILPOINT": point}
        children.append(warm.popen(command, env=given))
    try:
        yield children
    finally:
        for child in children:
            child.kill()
            child.wait()
