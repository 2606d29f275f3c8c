"""A hulpvraag that a person types in: a school for itself, or the SWV for one of its schools (manual 000, ch. 3).

>>> answer = await submit_directly(tx, actor, opgave, body, key)
Answer(status=202, body={'dossiernummer': 100017, 'hulpvraag': '…'})
"""

import hashlib
import json
from collections.abc import Iterator
from datetime import date

from intake.domain.facts import SchoolFact
from intake.domain.opgave import HulpvraagOpgave, level_faults
from intake.domain.rules import closed, date_faults, pupil_faults
from intake.domain.submission import About, Submission
from intake.domain.texts import text_faults
from intake.domain.titels import title_faults
from intake.domain.waarschuwingen import warnings
from intake.store import gelijkenis, organisations, received, submissions, titelregels
from intake.usecases.consult import may_submit, scope
from shared import clock, idempotency
from shared.database import Transaction
from shared.envelope import Event
from shared.errors import Fault, Forbidden, InvalidInput
from shared.idempotency import Answer
from shared.tokens import Actor


async def submit_directly(tx: Transaction, actor: Actor, opgave: HulpvraagOpgave, body: bytes, key: str) -> Answer:
    """Store it, once per Idempotency-Key. ``body`` is the request as received, and is kept.

    Raises Forbidden for who never submits, InvalidInput with every fault. A school that is not theirs is unknown to them.
    """
    if not may_submit(actor):
        raise Forbidden("U kunt geen hulpvragen indienen.")
    earlier = await idempotency.seen(tx, key, actor.sub, body)
    if earlier is not None:
        return earlier
    school = await _school(tx, actor, opgave)
    regels = (await titelregels.of(tx, [actor.swv])).get(actor.swv)
    faults = [
        *_addressed(actor, opgave, school),
        *_faults(opgave, body, clock.today()),
        *title_faults(regels, opgave.aanvraagtype, opgave.niveau, "direct", opgave.leerling),
    ]
    if school is None or faults:
        raise InvalidInput(faults)
    hulpvraag = clock.new_id()
    properties = {"kanaal": "direct", "account": str(actor.sub), "organisatie": actor.organisatie}
    digest = hashlib.sha256(body).digest()
    ontvangst = await received.store_direct(tx, properties, body, digest, clock.now(), hulpvraag)
    submission = Submission(
        id=hulpvraag,
        about=_about(opgave, actor.swv, school),
        school=school,
        aanvraagtype=opgave.aanvraagtype,
        omschrijving=opgave.omschrijving,
        datum=opgave.datum or clock.today(),
        contactpersoon=opgave.contactpersoon,
        ontvangst=ontvangst,
        ingediend_op=clock.now(),
    )
    stored = (await submissions.store(tx, [submission]))[hulpvraag]
    number, dossier = stored.dossiernummer, stored.dossier
    await gelijkenis.propose(tx, [(dossier, submission.about)])
    tx.publish(Event.about(submission.told(dossier, number), subject=hulpvraag, sequence=1))
    tx.audit("hulpvraag.ingediend", subject=hulpvraag, actor=actor.sub, dossier=dossier, dossiernummer=number)
    if stored.changed:
        tx.audit("dossier.gewijzigd", subject=dossier, actor=actor.sub, hulpvraag=hulpvraag)
    warned = [fault.model_dump() for fault in warnings(opgave.omschrijving, opgave.leerling, opgave.contactpersoon)]
    given = {"dossiernummer": number, "hulpvraag": str(hulpvraag), "dossier": str(dossier), "waarschuwingen": warned}
    answer = Answer(202, given)
    await idempotency.remember(tx, key, actor.sub, body, answer, hulpvraag=hulpvraag)
    return answer


async def _school(tx: Transaction, actor: Actor, opgave: HulpvraagOpgave) -> SchoolFact | None:
    code = opgave.school.brin + opgave.school.vestiging
    own, _, platforms = scope(actor)
    return await organisations.school(tx, code, actor.swv, platforms) if own in {None, code} else None


def _addressed(actor: Actor, opgave: HulpvraagOpgave, school: SchoolFact | None) -> Iterator[Fault]:
    if opgave.swv not in {None, actor.swv}:
        message = f"U werkt voor samenwerkingsverband {actor.swv}, niet voor {opgave.swv}."
        yield Fault(field="swv", rule="swv-niet-toegestaan", message=message)
    if school is None:
        code = opgave.school.brin + opgave.school.vestiging
        message = f"De school {code} kennen wij niet, of is niet van uw organisatie."
        yield Fault(field="school", rule="school-onbekend", message=message)
    elif not school.is_open:
        yield closed(school.code)


def _faults(opgave: HulpvraagOpgave, body: bytes, today: date) -> Iterator[Fault]:
    yield from text_faults(json.loads(body))
    yield from level_faults(opgave)
    if opgave.datum is not None:
        yield from date_faults(opgave.datum, today, opgave.leerling)
    if opgave.leerling is not None:
        yield from pupil_faults(opgave.leerling, today)


def _about(opgave: HulpvraagOpgave, swv: str, school: SchoolFact) -> About:
    if opgave.leerling is not None:
        return About.leerling(swv, school.code, opgave.leerling)
    return About(swv, school.code, opgave.niveau, opgave.groep or "", {})
