"""JSON of the routes, in camelCase."""

import json
from datetime import date, datetime
from typing import Annotated, Literal, Self
from uuid import UUID

import asyncpg
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field
from pydantic.alias_generators import to_camel

from documents.domain.verslag import Reactie, Verslag
from documents.domain.weigering import BERICHTEN
from documents.usecases import reading
from shared.contracts.connector import MAX_FILES, BestandOpgave


class Body(BaseModel):
    """JSON as it comes in and goes out."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="forbid", frozen=True)

    def json_object(self) -> dict[str, object]:
        """Return it as it goes out, to be kept and answered again."""
        found: dict[str, object] = json.loads(self.model_dump_json(by_alias=True, exclude_none=True))
        return found


class SlotsGevraagd(Body):
    """Files that a person wants to add to a hulpvraag."""

    hulpvraag: UUID
    bestanden: Annotated[tuple[BestandOpgave, ...], Field(min_length=1, max_length=MAX_FILES)]


class SlotUitgegeven(Body):
    """Where one file goes: POST ``velden`` and then the file as multipart/form-data to ``url``, before ``verlooptOp``."""

    uploadslot: UUID
    naam: str
    url: str
    velden: dict[str, str]
    verloopt_op: datetime


class SlotsUitgegeven(Body):
    """A slot for every file, in the order asked."""

    uploadslots: list[SlotUitgegeven]


class BijlagenAangeboden(Body):
    """The uploaded files of one save; ``dossiernummer`` is that of the hulpvraag."""

    hulpvraag: UUID
    dossiernummer: Annotated[int, Field(gt=0)]
    uploadslots: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=MAX_FILES)]


class Bijlage(Body):
    """A bijlage and where it stands. ``scan`` is ``niet gescand`` when this installation has no virus scanner: show it."""

    bijlage: UUID
    naam: str
    omschrijving: str = ""
    soort: str = "bestand"
    staat: str
    scan: str | None = None
    regel: str | None = None
    bericht: str | None = None
    mediatype: str | None = None
    grootte: int | None = None
    sha256: str | None = None
    toegevoegd_op: datetime | None = None
    beoordeeld_op: datetime | None = None

    @classmethod
    def of(cls, row: asyncpg.Record) -> Self:
        """Make it from its row."""
        given = {name: row[name] for name in cls.model_fields if name not in {"bijlage", "bericht"}}
        return cls(bijlage=row["id"], bericht=BERICHTEN[row["regel"]] if row["regel"] else None, **given)


class BatchAangenomen(Body):
    """The batch was taken; every file ``wordt gescand``."""

    batch: UUID
    bijlagen: list[Bijlage]


class Bijlagen(Body):
    """What stands with a hulpvraag, oldest first."""

    bijlagen: list[Bijlage]


class Scannerstand(Body):
    """``none``: the operator runs without a virus scanner on purpose, and pages say so."""

    scanner: Literal["clamd", "none"]


class Download(Body):
    """A link that works for seconds. It is for whoever asked; nothing in it names a person."""

    url: str
    naam: str
    mediatype: str
    grootte: int
    verloopt_op: datetime


def described(made: reading.Download) -> Download:
    """Say what a link leads to."""
    row = made.bijlage
    return Download(
        url=made.url, naam=row["naam"], mediatype=row["mediatype"], grootte=row["grootte"], verloopt_op=made.expires
    )


class ReactieOpgave(Body):
    """What someone said in an overlegronde."""

    naam: Annotated[str, Field(max_length=200)]
    geplaatst_op: AwareDatetime
    tekst: Annotated[str, Field(max_length=8000)]


class VerslagGevraagd(Body):
    """An overlegronde as the one who asks may read it. ``alleenEigen``: reactions are closed to them, but for their own."""

    overlegronde: UUID
    dossiernummer: Annotated[int, Field(gt=0)]
    onderwerp: Annotated[str, Field(max_length=200)]
    omschrijving: Annotated[str, Field(max_length=4000)]
    organisator: Annotated[str, Field(max_length=200)]
    deadline: date
    alleen_eigen: bool
    deelnemers: Annotated[tuple[Annotated[str, Field(max_length=200)], ...], Field(max_length=500)]
    reacties: Annotated[tuple[ReactieOpgave, ...], Field(max_length=2000)]

    def verslag(self, now: datetime) -> Verslag:
        """Make it what the template is filled from."""
        return Verslag(
            dossiernummer=self.dossiernummer,
            onderwerp=self.onderwerp,
            omschrijving=self.omschrijving,
            organisator=self.organisator,
            deadline=self.deadline,
            alleen_eigen=self.alleen_eigen,
            deelnemers=self.deelnemers,
            reacties=tuple(Reactie(one.naam, one.geplaatst_op, one.tekst) for one in self.reacties),
            gemaakt_op=now,
        )


class VerslagGemaakt(Body):
    """The report; ``pdf`` is in base64."""

    naam: str
    pdf: str
