"""Commands of a connector that passed every rule: stored, told to the others, and answered."""

from collections.abc import Sequence

from intake.domain import names
from intake.domain.facts import Facts, HulpvraagFact
from intake.domain.rules import school_code
from intake.domain.submission import About, Submission, fingerprint
from intake.domain.wijziging import change_faults
from intake.store import bestaand, gelijkenis, submissions
from intake.store.outgoing import Outcome
from intake.usecases import osodossiers
from intake.usecases.answers import accepted, refused
from intake.usecases.batch import Accepted
from intake.usecases.change import Change, again, change
from intake.usecases.offer import offered
from shared import clock
from shared.contracts.connector import HulpvraagIndienen, UploadslotsAanvragen
from shared.contracts.intake import Bestand, UploadslotsGevraagd
from shared.database import Transaction
from shared.envelope import Event
from shared.errors import Fault


async def submit(tx: Transaction, connector: str, facts: Facts, asked: Sequence[Accepted[HulpvraagIndienen]]) -> list[Outcome]:
    """Store what is new, change what has other content now, and answer the rest as it was answered before."""
    if not asked:
        return []
    keys = [(school_code(each.command), each.command.eigen_referentie) for each in asked]
    known = await bestaand.references(tx, connector, keys)
    erased = await submissions.erased_references(tx, connector, keys)
    outcomes: list[Outcome] = []
    fresh: list[tuple[Accepted[HulpvraagIndienen], Submission]] = []
    changed: list[Change] = []
    for each, key in zip(asked, keys, strict=True):
        earlier = known.get(key)
        if key in erased:
            outcomes.append(refused(each.item, (_erased(),)))
        elif earlier is None:
            fresh.append((each, _submission(connector, facts, each)))
        elif earlier.fingerprint == fingerprint(each.command) and not earlier.brings(each.command):
            outcomes.append(accepted(each.item, earlier.fact.id, earlier.fact.dossiernummer, facts))
        elif faults := change_faults(earlier, each.command):
            outcomes.append(refused(each.item, tuple(faults)))
        else:
            submission = _submission(connector, facts, each)
            changed.append(Change(each, earlier, again(submission, earlier, each.command)))
    return outcomes + await _store(tx, connector, facts, fresh) + await change(tx, connector, facts, changed)


async def ask_slots(
    tx: Transaction, connector: str, _: Facts, asked: Sequence[Accepted[UploadslotsAanvragen]]
) -> list[Outcome]:
    """Ask documents for uploadslots; the answer to the connector comes with ``UploadslotsUitgegeven``."""
    if not asked:
        return []
    outcomes = []
    requests = []
    for each in asked:
        aanvraag = names.derived(connector, each.identity, "uploadslots")
        bestanden = tuple(Bestand(**bestand.model_dump()) for bestand in each.command.bestanden)
        aanbieder = names.aanbieder(connector)
        asking = UploadslotsGevraagd(swv=each.command.swv, aanvraag=aanvraag, aanbieder=aanbieder, bestanden=bestanden)
        with each.at_work("uploadslots.aanvragen"):
            tx.publish(Event.about(asking, subject=aanvraag, sequence=1))
        requests.append((aanvraag, each.item.number, each.item.reading.betreft))
        outcomes.append(Outcome(each.item.number, "doorgegeven"))
    await submissions.slot_requests(tx, connector, requests)
    return outcomes


async def _store(
    tx: Transaction, connector: str, facts: Facts, fresh: Sequence[tuple[Accepted[HulpvraagIndienen], Submission]]
) -> list[Outcome]:
    """Give each its dossier and its dossiernummer, and tell the others."""
    if not fresh:
        return []
    stored = await submissions.store(tx, [submission for _, submission in fresh])
    await gelijkenis.propose(tx, [(stored[submission.id].dossier, submission.about) for _, submission in fresh])
    actor = names.aanbieder(connector)
    outcomes = []
    for each, submission in fresh:
        number, dossier = stored[submission.id].dossiernummer, stored[submission.id].dossier
        with each.at_work("hulpvraag.indienen"):
            tx.publish(Event.about(submission.told(dossier, number), subject=submission.id, sequence=1))
            hulpvraag = HulpvraagFact(submission.id, number, submission.about.swv, submission.about.school)
            if submission.uploadslots:
                tx.publish(offered(connector, each, hulpvraag, submission.uploadslots, 1))
            await osodossiers.offer(tx, connector, each, hulpvraag)
            tx.audit("hulpvraag.ingediend", subject=submission.id, actor=actor, dossier=dossier, dossiernummer=number)
            if stored[submission.id].changed:
                tx.audit("dossier.gewijzigd", subject=dossier, actor=actor, hulpvraag=submission.id)
            outcomes.append(accepted(each.item, submission.id, number, facts))
    return outcomes


def _submission(connector: str, facts: Facts, each: Accepted[HulpvraagIndienen]) -> Submission:
    command = each.command
    school = facts.schools[school_code(command)]
    return Submission(
        id=clock.new_id(),
        about=About.leerling(command.swv, school.code, command.leerling),
        school=school,
        aanvraagtype=command.aanvraagtype,
        omschrijving=command.omschrijving,
        datum=command.datum,
        contactpersoon=command.contactpersoon,
        ontvangst=each.item.number,
        ingediend_op=each.item.row["ontvangen_op"],
        connector=connector,
        reference=command.eigen_referentie,
        fingerprint=fingerprint(command),
        uploadslots=command.uploadslots,
        sent_for=school_code(command),
        opp=command.opp,
    )


def _erased() -> Fault:
    message = (
        "Onder deze eigenReferentie diende u een hulpvraag in die na de bewaartermijn is vernietigd. "
        "Gebruik voor een nieuwe hulpvraag een nieuwe referentie."
    )
    return Fault(field="eigenReferentie", rule="dossier-vernietigd", message=message)
