"""Who saw and did what with one hulpvraag, as the log of one service has it: for people, and for who must answer to them.

>>> service.shows_log()                # adds GET /logboek, against a capability of workflow

Fields after Logius Logboek Dataverwerkingen: what (``handeling``), when, who (``door``, ``organisatie``, ``rollen``), on what
ground and until when, and whether it was refused. ``schakel audit export`` writes its records.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import asyncpg
from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

from shared.capability import CurrentCapability, permit
from shared.database import Database, Transaction

PAGE = 100
_ABOUT = """
SELECT id, at, action, actor, details FROM audit_log WHERE subject = ANY($1::text[]) AND ($3::uuid IS NULL OR id < $3)
UNION
SELECT id, at, action, actor, details FROM audit_log
WHERE details -> 'dossiernummers' @> to_jsonb($2::bigint) AND ($3::uuid IS NULL OR id < $3)
ORDER BY id DESC LIMIT $4
"""


class Logregel(BaseModel):
    """One act. ``door`` is an account's id, or the part of the system that acted; ``tot`` the end of extra access."""

    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True)

    regel: UUID
    op: datetime
    handeling: str
    door: str | None
    organisatie: str | None
    rollen: list[str]
    grond: str | None
    tot: datetime | None
    geweigerd: bool

    @classmethod
    def of(cls, row: asyncpg.Record) -> "Logregel":
        """Read a row of the log."""
        details: dict[str, Any] = row["details"]
        return cls(
            regel=row["id"],
            op=row["at"],
            handeling=row["action"],
            door=row["actor"],
            organisatie=details.get("organisatie"),
            rollen=details.get("rollen") or [],
            grond=details.get("grond"),
            tot=details.get("tot"),
            geweigerd=row["action"] == "verzoek.geweigerd",
        )


class Logboek(BaseModel):
    """A page of acts, the newest first; ``meer`` when there are older ones."""

    regels: list[Logregel]
    meer: bool


async def about(tx: Transaction, hulpvraag: UUID, dossiernummer: int, voor: UUID | None) -> Logboek:
    """Read a page about one hulpvraag: what names it, and lists it stood in. ``voor`` is the last row of the page before."""
    subjects: Sequence[str] = [str(hulpvraag), f"dossiernummer:{dossiernummer}"]
    rows = await tx.fetch(_ABOUT, subjects, dossiernummer, voor, PAGE + 1)
    return Logboek(regels=[Logregel.of(row) for row in rows[:PAGE]], meer=len(rows) > PAGE)


def routes(database: Database) -> APIRouter:
    """Make the route."""
    router = APIRouter(tags=["logboek"])

    @router.get("/logboek")
    async def logboek(
        hulpvraag: Annotated[UUID, Query()],
        dossiernummer: Annotated[int, Query(gt=0, lt=2**63)],
        capability: CurrentCapability,
        voor: Annotated[UUID | None, Query()] = None,
    ) -> Logboek:
        """Who saw and did what with this hulpvraag here, the newest first."""
        permit(capability, "logboek-bekijken", f"hulpvraag:{hulpvraag}")
        async with database.transaction() as tx:
            found = await about(tx, hulpvraag, dossiernummer, voor)
            tx.audit("logboek.bekeken", subject=hulpvraag, actor=capability.actor)
        return found

    return router
