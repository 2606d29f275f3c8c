"""A connector fetches a letter: documents is asked for a link to one that stands with this connector's own hulpvraag."""

from collections.abc import Sequence

from intake.domain import names
from intake.domain.brieven import no_such_letter
from intake.domain.facts import Facts
from intake.store import outgoing, submissions
from intake.store.outgoing import Outcome
from intake.usecases.batch import Accepted
from shared.contracts.connector import BriefLink, BriefOphalen, Geweigerd
from shared.contracts.documents import BriefVerstrekt
from shared.contracts.intake import BriefOpgevraagd
from shared.database import Transaction
from shared.envelope import Event


async def ask_letters(tx: Transaction, connector: str, facts: Facts, asked: Sequence[Accepted[BriefOphalen]]) -> list[Outcome]:
    """Ask documents for these; the answer to the connector comes with ``BriefVerstrekt``."""
    if not asked:
        return []
    outcomes = []
    requests = []
    aanbieder = names.aanbieder(connector)
    for each in asked:
        hulpvraag = facts.hulpvragen[each.command.dossiernummer]
        aanvraag = names.derived(connector, each.identity, "brief")
        asking = BriefOpgevraagd(
            swv=hulpvraag.swv, aanvraag=aanvraag, aanbieder=aanbieder, hulpvraag=hulpvraag.id, sha256=each.command.sha256
        )
        with each.at_work("brief.ophalen"):
            tx.publish(Event.about(asking, subject=aanvraag, sequence=1))
            tx.audit("brief.opgevraagd", subject=hulpvraag.id, actor=aanbieder)
        requests.append((aanvraag, each.item.number, each.item.reading.betreft))
        outcomes.append(Outcome(each.item.number, "doorgegeven", hulpvraag=hulpvraag.id))
    await submissions.slot_requests(tx, connector, requests)
    return outcomes


async def report_letter(tx: Transaction, told: BriefVerstrekt) -> str | None:
    """Answer who asked, once: with the link, or that there is no such letter. Return the connector that may read now."""
    betreft = await outgoing.asked(tx, told.aanvraag)
    if betreft is None:
        return None
    number = await outgoing.number(tx, told.hulpvraag)
    if told.brief is None or number is None:  # erased after its term since it was asked
        return await outgoing.reply(tx, told.aanvraag, Geweigerd.TYPE, Geweigerd(betreft=betreft, fouten=(no_such_letter(),)))
    link = BriefLink(betreft=betreft, dossiernummer=number, **told.brief.model_dump())
    return await outgoing.reply(tx, told.aanvraag, BriefLink.TYPE, link, hulpvraag=told.hulpvraag)
