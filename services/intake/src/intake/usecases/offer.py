"""Uploaded files passed on to documents, as one batch of a hulpvraag: with the hulpvraag, with a change of it, or apart."""

from collections.abc import Sequence
from uuid import UUID

from intake.domain import names
from intake.domain.facts import Facts, HulpvraagFact
from intake.store import submissions
from intake.store.outgoing import Outcome
from intake.usecases import osodossiers
from intake.usecases.answers import accepted
from intake.usecases.batch import Accepted
from shared.contracts.connector import BijlagenToevoegen, HulpvraagIndienen
from shared.contracts.intake import BijlagenAangeboden
from shared.database import Transaction
from shared.envelope import Event


async def offer(tx: Transaction, connector: str, facts: Facts, asked: Sequence[Accepted[BijlagenToevoegen]]) -> list[Outcome]:
    """Pass batches of files on; never makes a hulpvraag (manual 000, ch. 1 step 4)."""
    if not asked:
        return []
    hulpvragen = [facts.hulpvragen[each.command.dossiernummer] for each in asked]
    brought = {hulpvraag.id: each.command.uploadslots for each, hulpvraag in zip(asked, hulpvragen, strict=True)}
    places = await submissions.advance(tx, brought)
    outcomes = []
    for each, hulpvraag in zip(asked, hulpvragen, strict=True):
        with each.at_work("bijlagen.toevoegen"):
            if each.command.uploadslots:
                tx.publish(offered(connector, each, hulpvraag, each.command.uploadslots, places[hulpvraag.id]))
            await osodossiers.offer(tx, connector, each, hulpvraag)
            tx.audit("bijlagen.aangeboden", subject=hulpvraag.id, actor=names.aanbieder(connector))
            outcomes.append(accepted(each.item, hulpvraag.id, hulpvraag.dossiernummer))
    return outcomes


def offered(
    connector: str,
    each: Accepted[HulpvraagIndienen] | Accepted[BijlagenToevoegen],
    hulpvraag: HulpvraagFact,
    uploadslots: Sequence[UUID],
    sequence: int,
) -> Event[BijlagenAangeboden]:
    """Make the event that passes one batch of files on; the same message makes the same batch."""
    data = BijlagenAangeboden(
        swv=hulpvraag.swv,
        hulpvraag=hulpvraag.id,
        dossiernummer=hulpvraag.dossiernummer,
        batch=names.derived(connector, each.identity, "batch"),
        aanbieder=names.aanbieder(connector),
        uploadslots=tuple(uploadslots),
    )
    return Event[BijlagenAangeboden].about(data, subject=hulpvraag.id, sequence=sequence)
