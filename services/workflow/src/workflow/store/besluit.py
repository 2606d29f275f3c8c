"""Decisions, their numbers and versions, and what became of them elsewhere."""

from datetime import date, datetime
from uuid import UUID

import asyncpg

from shared.contracts.bron_export import RegistratieGewijzigd
from shared.contracts.documents import BriefGemaakt
from shared.database import Transaction
from workflow.domain.besluit import Reeks, Voorstel
from workflow.domain.ruleset import Uitkomst

_NEXT = """
INSERT INTO besluitnummer (swv, reeks, jaar, laatste) VALUES ($1, $2, $3, 1)
ON CONFLICT (swv, reeks, jaar) DO UPDATE SET laatste = besluitnummer.laatste + 1 RETURNING laatste
"""
_CREATE = "INSERT INTO besluit (id, hulpvraag, soort, toegekend, nummer) VALUES ($1, $2, $3, $4, $5)"
_VERSION = """
INSERT INTO besluitversie (besluit, versie, categorie, begin, eind, omschrijving, begeleider, motivering, genomen_op, account,
    naam, rol, vastgelegd_op) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""
_RAISE = "UPDATE besluit SET versie = $2 WHERE id = $1"
_DECIDED = "SELECT toegekend, nummer FROM besluit WHERE hulpvraag = $1"
_SHOWN = """
besluit.id, besluit.soort, besluit.toegekend, besluit.nummer, besluit.versie, inhoud.categorie, inhoud.begin, inhoud.eind,
inhoud.omschrijving, inhoud.begeleider, inhoud.motivering, inhoud.genomen_op, inhoud.naam, inhoud.rol, inhoud.vastgelegd_op
"""
# ruff: noqa: S608 - statements are put together from the constant above, never from input
_OF_HULPVRAAG = f"""
SELECT {_SHOWN} FROM besluit JOIN besluitversie AS inhoud ON inhoud.besluit = besluit.id AND inhoud.versie = besluit.versie
WHERE besluit.hulpvraag = $1 ORDER BY besluit.id
"""
_ONE = f"""
SELECT {_SHOWN} FROM besluit JOIN besluitversie AS inhoud ON inhoud.besluit = besluit.id AND inhoud.versie = besluit.versie
WHERE besluit.hulpvraag = $1 AND besluit.id = $2
"""
_LETTER = """
WITH bestand AS (
    INSERT INTO bijlage (id, hulpvraag, naam) VALUES ($5, $9, $6) ON CONFLICT (id) DO NOTHING
)
INSERT INTO brief (besluit, brief, versie, bij, bijlage, naam, grootte, sha256) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (besluit, brief) DO UPDATE SET versie = EXCLUDED.versie, bij = EXCLUDED.bij, bijlage = EXCLUDED.bijlage,
    naam = EXCLUDED.naam, grootte = EXCLUDED.grootte, sha256 = EXCLUDED.sha256 WHERE brief.versie < EXCLUDED.versie
RETURNING true
"""
_LETTERS = """
SELECT brief.* FROM brief JOIN besluit ON besluit.id = brief.besluit
WHERE besluit.hulpvraag = $1 ORDER BY besluit.id, brief.brief
"""
_REGISTRATION = """
INSERT INTO registratiestaat (registratie, besluit, soort, staat, versie, signalen, gewijzigd_op)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (registratie) DO UPDATE SET staat = EXCLUDED.staat, versie = EXCLUDED.versie, signalen = EXCLUDED.signalen,
    gewijzigd_op = EXCLUDED.gewijzigd_op WHERE registratiestaat.versie < EXCLUDED.versie
RETURNING true
"""
_REGISTRATIONS = """
SELECT registratiestaat.* FROM registratiestaat JOIN besluit ON besluit.id = registratiestaat.besluit
WHERE besluit.hulpvraag = $1 ORDER BY registratiestaat.registratie
"""


async def next_number(tx: Transaction, swv: str, reeks: Reeks, year: int) -> int:
    """Take the next number of a series; others wait until this transaction ends, and a rollback gives it back."""
    return int(await tx.fetchval(_NEXT, swv, reeks, year))


async def outcomes(tx: Transaction, hulpvraag: UUID) -> dict[Uitkomst, str]:
    """What was decided on a hulpvraag, and under which number."""
    found = await tx.fetch(_DECIDED, hulpvraag)
    return {"toegekend" if row["toegekend"] else "afgewezen": row["nummer"] for row in found}


async def create(tx: Transaction, id_: UUID, hulpvraag: UUID, voorstel: Voorstel, nummer: str) -> None:
    """Store a new decision; its content follows with ``add_version``."""
    await tx.execute(_CREATE, id_, hulpvraag, voorstel.soort, voorstel.toegekend, nummer)


async def add_version(
    tx: Transaction, id_: UUID, versie: int, voorstel: Voorstel, who: tuple[UUID, str, str], at: datetime
) -> None:
    """Store one version of a decision's content; ``who`` is account, name and role."""
    await tx.execute(
        _VERSION,
        id_,
        versie,
        voorstel.categorie,
        voorstel.begin,
        voorstel.eind,
        voorstel.omschrijving,
        voorstel.begeleider,
        voorstel.motivering,
        voorstel.genomen_op,
        *who,
        at,
    )
    if versie > 1:
        await tx.execute(_RAISE, id_, versie)


async def of_hulpvraag(tx: Transaction, hulpvraag: UUID) -> list[asyncpg.Record]:
    """The decisions on a hulpvraag in their newest version, oldest decision first."""
    return await tx.fetch(_OF_HULPVRAAG, hulpvraag)


async def one(tx: Transaction, hulpvraag: UUID, besluit: UUID) -> asyncpg.Record | None:
    """One decision on this hulpvraag in its newest version."""
    return await tx.fetchrow(_ONE, hulpvraag, besluit)


async def keep_letter(tx: Transaction, data: BriefGemaakt) -> bool:
    """Remember where a letter stands; False for an older or known version."""
    return bool(
        await tx.fetchval(
            _LETTER,
            data.besluit,
            data.brief,
            data.versie,
            data.bij,
            data.bijlage,
            data.naam,
            data.grootte,
            data.sha256,
            data.hulpvraag,
        )
    )


async def letters(tx: Transaction, hulpvraag: UUID) -> list[asyncpg.Record]:
    """The letters of a hulpvraag's decisions."""
    return await tx.fetch(_LETTERS, hulpvraag)


async def keep_registration(tx: Transaction, data: RegistratieGewijzigd) -> bool:
    """Remember the state of a registration; False for an older or known version."""
    signals = [signal.model_dump(mode="json") for signal in data.signalen]
    return bool(
        await tx.fetchval(
            _REGISTRATION, data.registratie, data.besluit, data.soort, data.staat, data.versie, signals, data.gewijzigd_op
        )
    )


async def registrations(tx: Transaction, hulpvraag: UUID) -> list[asyncpg.Record]:
    """The registrations of a hulpvraag's decisions and their states."""
    return await tx.fetch(_REGISTRATIONS, hulpvraag)


def proposal(row: asyncpg.Record) -> Voorstel:
    """The content of a stored decision as it was put forward."""
    made: date = row["genomen_op"]
    return Voorstel(
        soort=row["soort"],
        toegekend=row["toegekend"],
        motivering=row["motivering"],
        genomen_op=made,
        categorie=row["categorie"],
        begin=row["begin"],
        eind=row["eind"],
        omschrijving=row["omschrijving"],
        begeleider=row["begeleider"],
    )
