"""A hulpvraag that its school changed and sent again: the same hulpvraag with other content (manuals 001:163, 002:111)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from intake.domain import names
from intake.domain.facts import Facts
from intake.domain.submission import Submission
from intake.domain.wijziging import Known
from intake.store import bestaand, gelijkenis
from intake.store.outgoing import Outcome
from intake.usecases import osodossiers
from intake.usecases.answers import accepted
from intake.usecases.batch import Accepted
from intake.usecases.offer import offered
from shared.contracts.connector import HulpvraagIndienen
from shared.database import Transaction
from shared.envelope import Event


@dataclass(frozen=True, slots=True)
class Change:
    """A command with other content than was known, and the content as it becomes, under the id that the hulpvraag has."""

    each: Accepted[HulpvraagIndienen]
    known: Known
    submission: Submission


def again(submission: Submission, known: Known, command: HulpvraagIndienen) -> Submission:
    """Return what was sent as the new content of what is known, with only the files that did not come along before."""
    return replace(submission, id=known.fact.id, uploadslots=known.further(command))


async def change(tx: Transaction, connector: str, facts: Facts, changes: Sequence[Change]) -> list[Outcome]:
    """Keep what stood there as a version, tell the others what stands there now, and offer the files as a further batch.

    What was overtaken by a later message is answered, and changes nothing.
    """
    if not changes:
        return []
    done = await bestaand.change(tx, [one.submission for one in changes])
    after = [(found.dossier, one.submission.about) for one in changes if (found := done.get(one.known.fact.id))]
    await gelijkenis.propose(tx, after)
    actor = names.aanbieder(connector)
    outcomes = []
    for one in changes:
        fact, submission, changed = one.known.fact, one.submission, done.get(one.known.fact.id)
        outcomes.append(accepted(one.each.item, fact.id, fact.dossiernummer, facts))
        if changed is None:
            continue
        with one.each.at_work("hulpvraag.wijzigen"):
            if changed.anders:
                told = submission.told_again(changed.dossier, fact.dossiernummer, changed.ingediend_op, changed.versie)
                tx.publish(Event.about(told, subject=fact.id, sequence=changed.volgorde))
                tx.audit("hulpvraag.gewijzigd", subject=fact.id, actor=actor, versie=changed.versie)
            if submission.uploadslots:
                tx.publish(offered(connector, one.each, fact, submission.uploadslots, changed.volgorde))
                tx.audit("bijlagen.aangeboden", subject=fact.id, actor=actor)
            await osodossiers.offer(tx, connector, one.each, fact)
            if changed.dossier_anders:
                tx.audit("dossier.gewijzigd", subject=changed.dossier, actor=actor, hulpvraag=fact.id)
    return outcomes
