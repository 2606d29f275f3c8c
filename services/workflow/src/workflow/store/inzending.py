"""What was submitted, version by version: a later one is what the school changed it to. None is ever rewritten."""

from typing import Any
from uuid import UUID

from shared.contracts.intake import HulpvraagIngediend
from shared.database import Transaction
from workflow.domain.hulpvraag import Hulpvraag, display_name, search_words

JOINED = "JOIN inzending ON (inzending.hulpvraag, inzending.versie) = (hulpvraag.id, hulpvraag.inhoudsversie)"
"""The version that counts, beside its ``hulpvraag``."""

# A contactpersoon that was set here since (usecases/overdracht) stays, unless the school itself names another now.
_PUT = """
WITH vorige AS (
    SELECT inhoud -> 'contactpersoon' IS DISTINCT FROM $3::jsonb -> 'contactpersoon' AS ander FROM inzending
    WHERE hulpvraag = $1 AND versie = $7
), nieuw AS (
    INSERT INTO inzending (hulpvraag, versie, inhoud) VALUES ($1, $2, $3)
)
UPDATE hulpvraag SET inhoudsversie = $2, titel = $4, naam = $5, zoek = array_to_tsvector($6::text[]),
    contact_naam = CASE WHEN NOT ander THEN contact_naam END, contact_email = CASE WHEN NOT ander THEN contact_email END,
    contact_functie = CASE WHEN NOT ander THEN contact_functie END
FROM vorige WHERE id = $1
"""
_CONTENTS = "SELECT inhoud FROM inzending WHERE hulpvraag = $1 ORDER BY versie"


async def put(tx: Transaction, hulpvraag: Hulpvraag, versie: int, inhoud: HulpvraagIngediend) -> None:
    """Let a locked hulpvraag hold this from now on. Its school stays the one that it is of."""
    words = search_words(
        inhoud.model_copy(update={"school": hulpvraag.ingediend.school}),
        hulpvraag.aanvraagtype,
        hulpvraag.status,
        hulpvraag.coordinator,
        hulpvraag.labels,
    )
    content = inhoud.model_dump(mode="json")
    named = (inhoud.aanvraagtype, display_name(inhoud))
    await tx.execute(_PUT, hulpvraag.id, versie, content, *named, words, hulpvraag.inhoudsversie)


async def contents(tx: Transaction, hulpvraag: UUID) -> list[dict[str, Any]]:
    """Every version of what was submitted, as it came, the oldest first."""
    return [row["inhoud"] for row in await tx.fetch(_CONTENTS, hulpvraag)]
