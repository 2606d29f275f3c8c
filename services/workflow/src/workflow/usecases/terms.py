"""Terms, brought up to date with every change."""

from datetime import date
from uuid import UUID

from shared import clock
from shared.database import Transaction
from workflow.domain.hulpvraag import Hulpvraag
from workflow.domain.kalender import Dagen
from workflow.domain.termijnen import niet_voor, standen
from workflow.domain.verloop import Regels, Verloop
from workflow.store import termijn as store


async def keep_terms(
    tx: Transaction, regels: Regels, verloop: Verloop | None, hulpvraag: UUID, *, silent: bool = False
) -> None:
    """Work the terms of a hulpvraag out anew, after its row of history is written. Costs nothing where there are none."""
    if verloop is None or not verloop.heeft_termijnen:
        return
    verhaal = await store.story(tx, hulpvraag, verloop.eindstatussen)
    await store.keep(tx, hulpvraag, standen(verloop.type.termijnen, verhaal, regels.dagen), silent=silent)


def earliest(verloop: Verloop | None, dagen: Dagen, hulpvraag: Hulpvraag) -> date | None:
    """The first day on which it may be discussed, when it missed the deadline of its year."""
    if verloop is None:
        return None
    ingediend = hulpvraag.ingediend.ingediend_op.astimezone(clock.NETHERLANDS).date()
    return niet_voor(verloop.type.termijnen, ingediend, dagen)
