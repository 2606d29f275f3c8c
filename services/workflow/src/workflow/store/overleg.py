"""The SQL of overlegrondes."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import asyncpg

from shared.database import Transaction
from workflow.domain.overleg import Deelnemer, Ronde

_ROUNDS = """
SELECT id, onderwerp, omschrijving, tot, gesloten, besloten_reacties, besloten_deelname, organisator, organisator_naam,
    begonnen_op
FROM overlegronde WHERE hulpvraag = $1 AND ($2::uuid IS NULL OR id = $2) ORDER BY begonnen_op DESC, id
"""
_PEOPLE = """
SELECT overlegronde, id, account, naam, email, mails FROM overlegdeelnemer
WHERE overlegronde = ANY($1::uuid[]) AND verwijderd_op IS NULL ORDER BY sinds, id
"""
_START = """
INSERT INTO overlegronde (id, hulpvraag, onderwerp, omschrijving, tot, besloten_reacties, besloten_deelname, organisator,
    organisator_naam, begonnen_op, organisator_email, rollen, herinneren_op)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""
_MOVE = "UPDATE overlegronde SET tot = $2, gesloten = $3, herinneren_op = $4 WHERE id = $1"
_JOIN = """
INSERT INTO overlegdeelnemer (id, overlegronde, account, naam, email, mails, sinds) VALUES ($1, $2, $3, $4, $5, $6, $7)
"""
_LEAVE = "UPDATE overlegdeelnemer SET verwijderd_op = $2 WHERE id = $1"
_REJOIN = """
UPDATE overlegdeelnemer SET verwijderd_op = NULL WHERE id = $1 AND NOT EXISTS (
    SELECT FROM overlegdeelnemer AS again WHERE again.verwijderd_op IS NULL
        AND (again.overlegronde, again.account) = (overlegdeelnemer.overlegronde, overlegdeelnemer.account))
"""
_ROUND_OF = "SELECT overlegronde FROM overlegdeelnemer WHERE id = $1"
_TAKE_OUT = """
UPDATE overlegdeelnemer SET verwijderd_op = $4
WHERE overlegronde = $1 AND account = $2 AND sinds = $3 AND verwijderd_op IS NULL
"""
_PUT_ORGANISER = """
UPDATE overlegronde SET organisator = $2::text::uuid, organisator_naam = $3, organisator_email = $4, rollen = $5 WHERE id = $1
"""
_MAILS = "UPDATE overlegdeelnemer SET mails = $2 WHERE id = $1"
_REACT = """
INSERT INTO overlegreactie (id, overlegronde, account, naam, tekst, geplaatst_op) VALUES ($1, $2, $3, $4, $5, $6)
"""
_REACTIONS = """
SELECT id AS reactie, account, naam, tekst, geplaatst_op FROM overlegreactie WHERE overlegronde = $1 ORDER BY id
"""
_AUTHOR = """
SELECT account FROM overlegreactie WHERE overlegronde = $1 AND id = $2
    AND ($3::uuid IS NULL OR EXISTS (SELECT FROM overlegbijlage WHERE reactie = $2 AND id = $3 AND bericht IS NULL))
"""
_IS_REACTION = "SELECT EXISTS (SELECT FROM overlegreactie WHERE id = $1)"
_KEEP_FILE = "INSERT INTO overlegbijlage (id, reactie, naam, bericht) VALUES ($1, $2, $3, $4) ON CONFLICT (id) DO NOTHING"
_FILES = """
SELECT overlegbijlage.reactie, overlegbijlage.id AS bijlage, overlegbijlage.naam, overlegbijlage.bericht
FROM overlegbijlage JOIN overlegreactie ON overlegreactie.id = overlegbijlage.reactie
WHERE overlegreactie.overlegronde = $1 ORDER BY overlegbijlage.id
"""
_SHARED = """
SELECT hulpvraag.dossiernummer, overlegronde.id AS overlegronde, overlegronde.onderwerp,
    overlegronde.organisator_naam AS organisator, overlegronde.tot
FROM overlegdeelnemer JOIN overlegronde ON overlegronde.id = overlegdeelnemer.overlegronde
    JOIN hulpvraag ON hulpvraag.id = overlegronde.hulpvraag
WHERE overlegdeelnemer.account = $1 AND overlegdeelnemer.verwijderd_op IS NULL AND hulpvraag.swv = $2 AND overlegronde.tot > $3
    AND overlegronde.organisator <> $1 AND (hulpvraag.zichtbaar_voor = '{}' OR hulpvraag.zichtbaar_voor && overlegronde.rollen)
ORDER BY overlegronde.tot, overlegronde.id LIMIT 200
"""
_DUE = """
SELECT overlegronde.id, hulpvraag.id AS hulpvraag, hulpvraag.swv, hulpvraag.dossiernummer, hulpvraag.versie,
    coalesce(hulpvraag.aanvraagtype, hulpvraag.titel) AS aanvraagtype
FROM overlegronde JOIN hulpvraag ON hulpvraag.id = overlegronde.hulpvraag
WHERE overlegronde.herinneren_op <= $1 ORDER BY overlegronde.herinneren_op LIMIT 1 FOR UPDATE OF overlegronde SKIP LOCKED
"""
_REMINDED = "UPDATE overlegronde SET herinneren_op = NULL WHERE id = $1"


async def rounds(tx: Transaction, hulpvraag: UUID, id_: UUID | None = None) -> list[Ronde]:
    """The overlegrondes of a hulpvraag with who takes part, the newest first; with ``id_`` that one, if it is one of it."""
    rows = await tx.fetch(_ROUNDS, hulpvraag, id_)
    people: dict[UUID, list[Deelnemer]] = {row["id"]: [] for row in rows}
    for one in await tx.fetch(_PEOPLE, list(people)) if rows else ():
        given = dict(one)
        people[given.pop("overlegronde")].append(Deelnemer(**given))
    return [Ronde(**dict(row), deelnemers=people[row["id"]]) for row in rows]


async def start(
    tx: Transaction, hulpvraag: UUID, ronde: Ronde, email: str, rollen: Collection[str], remind: datetime | None
) -> None:
    """Keep a new one and who takes part. ``email`` and ``rollen`` are the organiser's."""
    what = (ronde.onderwerp, ronde.omschrijving, ronde.tot, ronde.besloten_reacties, ronde.besloten_deelname)
    who = (ronde.organisator, ronde.organisator_naam, ronde.begonnen_op)
    await tx.execute(_START, ronde.id, hulpvraag, *what, *who, email, sorted(rollen), remind)
    for one in ronde.deelnemers:
        await join(tx, ronde.id, one, ronde.begonnen_op)


async def move(tx: Transaction, id_: UUID, tot: datetime, remind: datetime | None, *, gesloten: bool) -> None:
    """Let it end at another moment."""
    await tx.execute(_MOVE, id_, tot, gesloten, remind)


async def join(tx: Transaction, id_: UUID, who: Deelnemer, at: datetime) -> None:
    """Let someone take part."""
    await tx.execute(_JOIN, who.id, id_, who.account, who.naam, who.email, who.mails, at)


async def leave(tx: Transaction, deelnemer: UUID, at: datetime) -> None:
    """Someone takes part no more."""
    await tx.execute(_LEAVE, deelnemer, at)


async def rejoin(tx: Transaction, deelnemer: UUID) -> None:
    """Someone who was taken out takes part again, unless they do already."""
    await tx.execute(_REJOIN, deelnemer)


async def round_of(tx: Transaction, deelnemer: UUID) -> UUID:
    """In which round someone takes part, or did."""
    found: UUID = await tx.fetchval(_ROUND_OF, deelnemer)
    return found


async def take_out(tx: Transaction, ronde: UUID, account: UUID, since: datetime, at: datetime) -> None:
    """Take out who came in at one moment, and nobody who was in it before."""
    await tx.execute(_TAKE_OUT, ronde, account, since, at)


async def put_organiser(tx: Transaction, ronde: UUID, waarde: Mapping[str, Any]) -> None:
    """Put another in the place of who began it: ``organisator`` is their account, ``naam``, ``email``, ``rollen``."""
    await tx.execute(_PUT_ORGANISER, ronde, *(waarde[key] for key in ("organisator", "naam", "email", "rollen")))


async def choose_mails(tx: Transaction, deelnemer: UUID, *, mails: bool) -> None:
    """Someone who takes part wants mails, or none."""
    await tx.execute(_MAILS, deelnemer, mails)


async def react(tx: Transaction, id_: UUID, ronde: UUID, by: tuple[UUID, str], tekst: str, at: datetime) -> None:
    """Keep a reaction. ``by`` is account and name."""
    await tx.execute(_REACT, id_, ronde, *by, tekst, at)


async def reactions(tx: Transaction, ronde: UUID) -> list[dict[str, Any]]:
    """Every reaction with its files, oldest first, whoever may read it."""
    files: dict[UUID, list[dict[str, Any]]] = {}
    for row in await tx.fetch(_FILES, ronde):
        given = dict(row)
        files.setdefault(given.pop("reactie"), []).append(given)
    return [{**dict(row), "bijlagen": files.get(row["reactie"], [])} for row in await tx.fetch(_REACTIONS, ronde)]


async def author(tx: Transaction, ronde: UUID, reactie: UUID, bijlage: UUID | None = None) -> UUID | None:
    """Whose reaction this is; None when it is none of this round, or has no such file."""
    found: UUID | None = await tx.fetchval(_AUTHOR, ronde, reactie, bijlage)
    return found


async def keep_files(tx: Transaction, reactie: UUID, files: Iterable[tuple[UUID, str, str | None]]) -> bool:
    """Keep what became of the files of a reaction: id, name, why it was refused. False when there is no such reaction."""
    if not await tx.fetchval(_IS_REACTION, reactie):
        return False
    await tx.executemany(_KEEP_FILE, [(id_, reactie, naam, bericht) for id_, naam, bericht in files])
    return True


async def shared_with(tx: Transaction, account: UUID, swv: str, now: datetime) -> list[asyncpg.Record]:
    """The overlegrondes of this SWV that others opened for this account and that run, the first to end first."""
    return await tx.fetch(_SHARED, account, swv, now)


async def due(tx: Transaction, now: datetime) -> asyncpg.Record | None:
    """One whose end is to be told, locked."""
    return await tx.fetchrow(_DUE, now)


async def reminded(tx: Transaction, id_: UUID) -> None:
    """It was told."""
    await tx.execute(_REMINDED, id_)
