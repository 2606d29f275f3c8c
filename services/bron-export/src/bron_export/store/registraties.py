"""Registrations. Everything about one decision is changed under the lock of its ``besluit`` row.

>>> reeks = await load_locked(tx, besluit)
>>> await save(tx, reeks, domain.corrigeer(reeks, …))
"""

from datetime import datetime
from uuid import UUID

import asyncpg

from bron_export.domain.gegevens import Gegevens
from bron_export.domain.reeks import Reeks
from bron_export.domain.registratie import Registratie
from shared import clock
from shared.contracts.common import Signaal
from shared.database import Transaction

_MAKE_BESLUIT = "INSERT INTO besluit (besluit, versie, gezien_op) VALUES ($1, 0, $2) ON CONFLICT DO NOTHING"
_LOCK_BESLUIT = "SELECT versie FROM besluit WHERE besluit = $1 FOR UPDATE"
_RAISE_BESLUIT = "UPDATE besluit SET versie = $2, gezien_op = $3 WHERE besluit = $1"
_SELECT = """
SELECT registratie.*, platformschool.platform FROM registratie LEFT JOIN platformschool USING (swv, school)
"""
_OF_BESLUIT = f"{_SELECT} WHERE besluit = $1 ORDER BY besluitversie"
_FIND = f"{_SELECT} WHERE id = $1"
_LIST = f"""{_SELECT}
WHERE swv = $1 AND ($2::text IS NULL OR school = $2) AND ($3::text IS NULL OR bestuur = $3)
    AND ($4::text[] IS NULL OR platform = ANY($4))
    AND ($5::uuid IS NULL OR hulpvraag = $5) AND ($6::text IS NULL OR staat = $6)
ORDER BY gewijzigd_op DESC, id DESC LIMIT $7 OFFSET $8
"""
_INSERT = """
INSERT INTO registratie (id, besluit, besluitversie, hulpvraag, dossiernummer, bestuur, soort, swv, school, leerlingid, nummer,
    categorie, begin_op, eind_op, omschrijving, begeleider, volgnummer, staat, versie, signalen, reden, mandaat, poging,
    vruchteloos, twijfel, volgende_poging_op, gewijzigd_op, correlation_id, traceparent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26,
    $27, $28, $29)
"""
_UPDATE = """
UPDATE registratie SET begin_op = $2, eind_op = $3, omschrijving = $4, begeleider = $5, volgnummer = $6, staat = $7,
    versie = $8, signalen = $9, reden = $10, mandaat = $11, poging = $12, vruchteloos = $13, twijfel = $14,
    volgende_poging_op = $15, gewijzigd_op = $16
WHERE id = $1
"""
_CLAIM = """
UPDATE registratie SET geclaimd_tot = now() + $2 * interval '1 second'
WHERE id IN (
    SELECT id FROM registratie WHERE volgende_poging_op <= $1 AND (geclaimd_tot IS NULL OR geclaimd_tot < now())
    ORDER BY volgende_poging_op LIMIT $3 FOR UPDATE SKIP LOCKED)
RETURNING id, besluit, correlation_id, traceparent, geclaimd_tot
"""
_RELEASE = "UPDATE registratie SET geclaimd_tot = NULL WHERE id = $1 AND geclaimd_tot = $2"
_FIGURES = """
SELECT staat, count(*) AS aantal, coalesce(extract(epoch FROM $1::timestamptz - min(gewijzigd_op)), 0)::float8 AS oudste
FROM registratie WHERE staat IN ('te verzenden', 'verzonden', 'onbekend', 'afgekeurd') GROUP BY staat
"""


async def load_locked(tx: Transaction, besluit: UUID) -> Reeks:
    """Lock a decision, known or new, and return all its registrations."""
    await tx.execute(_MAKE_BESLUIT, besluit, clock.now())
    versie: int = await tx.fetchval(_LOCK_BESLUIT, besluit)
    rows = await tx.fetch(_OF_BESLUIT, besluit)
    return Reeks(besluit, versie, tuple(_registratie(row) for row in rows))


async def save(tx: Transaction, old: Reeks, new: Reeks) -> None:
    """Write what changed, older versions first: one accepted registration makes room before the next takes its place."""
    if new.versie != old.versie:
        await tx.execute(_RAISE_BESLUIT, new.besluit, new.versie, clock.now())
    known = {each.id: each for each in old.registraties}
    for each in new.registraties:
        if each.id not in known:
            await tx.execute(_INSERT, *_values(each))
        elif each != known[each.id]:
            data = each.gegevens
            await tx.execute(
                _UPDATE,
                each.id,
                data.begin,
                data.eind,
                data.omschrijving,
                data.begeleider,
                each.volgnummer,
                each.staat,
                each.versie,
                [signaal.model_dump() for signaal in each.signalen],
                each.reden,
                each.mandaat,
                each.poging,
                each.vruchteloos,
                each.twijfel,
                each.volgende_poging_op,
                each.gewijzigd_op,
            )


async def find(tx: Transaction, registratie: UUID) -> Registratie | None:
    """Return one registration, as it stands now."""
    row = await tx.fetchrow(_FIND, registratie)
    return None if row is None else _registratie(row)


async def listed(
    tx: Transaction,
    *,
    swv: str,
    school: str | None,
    bestuur: str | None,
    platforms: tuple[str, ...] | None,
    hulpvraag: UUID | None,
    staat: str | None,
    limit: int,
    offset: int,
) -> list[Registratie]:
    """List registrations, last changed first. None is: no such condition."""
    rows = await tx.fetch(_LIST, swv, school, bestuur, platforms, hulpvraag, staat, limit, offset)
    return [_registratie(row) for row in rows]


async def claim(tx: Transaction, lease: float, limit: int) -> list[asyncpg.Record]:
    """Take what is due for ``lease`` seconds, so that no other replica does."""
    return await tx.fetch(_CLAIM, clock.now(), lease, limit)


async def release(tx: Transaction, registratie: UUID, geclaimd_tot: datetime) -> None:
    """Give up a claim, if it is still ours."""
    await tx.execute(_RELEASE, registratie, geclaimd_tot)


async def figures(tx: Transaction) -> list[asyncpg.Record]:
    """Count what is not settled, by state, with the age in seconds of the oldest."""
    return await tx.fetch(_FIGURES, clock.now())


def _values(each: Registratie) -> tuple[object, ...]:
    data = each.gegevens
    return (
        each.id,
        each.besluit,
        each.besluitversie,
        each.hulpvraag,
        each.dossiernummer,
        each.bestuur,
        data.soort,
        data.swv,
        data.school,
        data.leerlingid,
        data.nummer,
        data.categorie,
        data.begin,
        data.eind,
        data.omschrijving,
        data.begeleider,
        each.volgnummer,
        each.staat,
        each.versie,
        [signaal.model_dump() for signaal in each.signalen],
        each.reden,
        each.mandaat,
        each.poging,
        each.vruchteloos,
        each.twijfel,
        each.volgende_poging_op,
        each.gewijzigd_op,
        each.correlation_id,
        each.traceparent,
    )


def _registratie(row: asyncpg.Record) -> Registratie:
    gegevens = Gegevens(
        soort=row["soort"],
        swv=row["swv"],
        school=row["school"],
        leerlingid=row["leerlingid"],
        nummer=row["nummer"],
        categorie=row["categorie"],
        begin=row["begin_op"],
        eind=row["eind_op"],
        omschrijving=row["omschrijving"],
        begeleider=row["begeleider"],
    )
    return Registratie(
        id=row["id"],
        besluit=row["besluit"],
        besluitversie=row["besluitversie"],
        hulpvraag=row["hulpvraag"],
        dossiernummer=row["dossiernummer"],
        bestuur=row["bestuur"],
        gegevens=gegevens,
        gewijzigd_op=row["gewijzigd_op"],
        correlation_id=row["correlation_id"],
        traceparent=row["traceparent"],
        volgnummer=row["volgnummer"],
        staat=row["staat"],
        versie=row["versie"],
        signalen=tuple(Signaal.model_validate(signaal) for signaal in row["signalen"]),
        reden=row["reden"],
        mandaat=row["mandaat"],
        poging=row["poging"],
        vruchteloos=row["vruchteloos"],
        twijfel=row["twijfel"],
        volgende_poging_op=row["volgende_poging_op"],
        platform=row["platform"],
    )
