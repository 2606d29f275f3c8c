"""What workflow said of titles."""

from collections.abc import Sequence

from intake.domain.titels import Titelregels
from shared.contracts.workflow import RegelsGepubliceerd
from shared.database import Transaction

_KEEP = """
INSERT INTO titelregels (swv, versie, inhoud) VALUES ($1, $2, $3)
ON CONFLICT (swv) DO UPDATE SET versie = EXCLUDED.versie, inhoud = EXCLUDED.inhoud WHERE titelregels.versie < EXCLUDED.versie
"""
_OF = "SELECT inhoud FROM titelregels WHERE swv = ANY($1::text[])"


async def keep(tx: Transaction, told: RegelsGepubliceerd) -> None:
    """Remember the titles of an SWV; an older version than known is ignored."""
    await tx.execute(_KEEP, told.swv, told.versie, told.model_dump(mode="json"))


async def of(tx: Transaction, swvs: Sequence[str]) -> dict[str, Titelregels]:
    """The titles of these SWVs, as far as they are known."""
    rows = await tx.fetch(_OF, list(swvs)) if swvs else []
    found = (RegelsGepubliceerd.model_validate(row["inhoud"]) for row in rows)
    return {
        told.swv: Titelregels(
            told.swv,
            told.onbekende_titel == "weigeren",
            told.zonder_leerlingnaam,
            {(one.niveau, one.titel): one.kanaal for one in told.titels},
            {(one.niveau, one.titel): one.bijlagen for one in told.titels},
        )
        for told in found
    }
