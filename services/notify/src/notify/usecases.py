"""What notify does, one function each."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import asyncpg

from notify import store
from notify.domain import access, account_wording, address, overdracht_wording, wording
from notify.domain.address import UndeliverableError
from notify.domain.content import NAME, AccountContent, Content, OverdrachtContent
from notify.domain.fate import Staat
from notify.domain.text import line
from notify.metrics import MAILS
from notify.store import Planned
from shared import clock, context, telemetry
from shared.contracts.gateway import AccountMailGevraagd
from shared.contracts.workflow import (
    Geadresseerde,
    OverdrachtGedaan,
    OverlegGemeld,
    StatusGewijzigd,
    TermijnBereikt,
    ToegangGemeld,
)
from shared.database import Transaction
from shared.errors import NotFound
from shared.tokens import Actor, Capability

ALL = 100_000
"""More mails than one hulpvraag ever has."""
PAGE = 50


@dataclass(frozen=True, slots=True)
class Preference:
    """What was chosen for one address; ``changed_at`` is None when nobody ever chose."""

    email: str
    statusmails: bool
    changed_at: datetime | None


async def plan_mails(
    tx: Transaction,
    told: StatusGewijzigd | TermijnBereikt | ToegangGemeld | OverlegGemeld,
    *,
    domain: str,
    wake: Callable[[], None],
) -> None:
    """Plan one mail per recipient of this change of status, this term that runs out, access given or ending, or overlegronde.

    The same one planned again adds nothing; a status that is entered again is another change, and mails again. A recipient
    who switched these mails off, or whose address is none, gets a row too: it says so.
    """
    if not told.mails:
        return
    if isinstance(told, StatusGewijzigd):
        content, cause = Content.about(told), told.wijziging
    elif isinstance(told, TermijnBereikt):
        content, cause = Content.about_term(told), told.moment
    else:
        content, cause = Content.about_access(told), told.melding
    states = await store.plan(
        tx,
        [_planned(to, told.dossiernummer, content, domain) for to in told.mails],
        swv=told.swv,
        hulpvraag=told.hulpvraag,
        dossiernummer=told.dossiernummer,
        wijziging=cause,
        content=content,
        at=clock.now(),
        correlation_id=context.current().correlation_id,
        traceparent=telemetry.current(),
    )
    tx.after_commit(lambda: _planned_all(states, wake))


async def plan_account_mail(tx: Transaction, asked: AccountMailGevraagd, *, domain: str, wake: Callable[[], None]) -> None:
    """Plan a mail about an account, which no preference switches off; asked again it adds nothing."""
    found, state, answer = _address(asked.email)
    subject = account_wording.OF[asked.soort].subject
    mail = Planned(
        asked.mail,
        f"<{asked.mail}@{domain}>",
        "account",
        line(asked.naam, NAME),
        found.wire,
        found.key,
        account_wording.TEMPLATE,
        subject,
        state,
        answer,
    )
    content = AccountContent.about(asked)
    work = context.current().correlation_id
    if await store.plan_account_mail(tx, mail, asked, content, correlation_id=work, traceparent=telemetry.current()):
        tx.after_commit(lambda: _planned_all([state], wake))


async def plan_handover_mail(tx: Transaction, told: OverdrachtGedaan, *, domain: str, wake: Callable[[], None]) -> None:
    """Plan the mail to who took over, which no preference switches off: it is about their work. Told again it adds nothing."""
    content = OverdrachtContent.about(told)
    for to in told.mails:
        key = clock.new_id()
        found, state, answer = _address(to.email)
        mail = Planned(
            key,
            f"<{key}@{domain}>",
            line(to.doelgroep, NAME),
            line(to.naam, NAME),
            found.wire,
            found.key,
            overdracht_wording.TEMPLATE,
            overdracht_wording.SUBJECT,
            state,
            answer,
        )
        work = context.current().correlation_id
        if await store.plan_handover_mail(tx, mail, told, content, correlation_id=work, traceparent=telemetry.current()):
            tx.after_commit(lambda state=state: _planned_all([state], wake))  # type: ignore[misc]


def _address(email: str) -> tuple[address.Address, Staat, str]:
    text = line(email, 320)
    try:
        return address.parse(text), "gepland", ""
    except UndeliverableError as error:
        return address.Address(text, text.lower()), "geweigerd", str(error)


def _planned(to: Geadresseerde, dossiernummer: int, content: Content, domain: str) -> Planned:
    key = clock.new_id()
    found, state, answer = _address(to.email)
    return Planned(
        key,
        f"<{key}@{domain}>",
        line(to.doelgroep, NAME),
        line(to.naam, NAME),
        found.wire,
        found.key,
        line(to.sjabloon, NAME),
        wording.subject(to.sjabloon, dossiernummer, content),
        state,
        answer,
    )


def _planned_all(states: Sequence[Staat], wake: Callable[[], None]) -> None:
    for state in states:
        MAILS.labels(state).inc()
    if "gepland" in states:
        wake()


async def list_mails(tx: Transaction, actor: Actor, *, hulpvraag: UUID | None, page: int) -> tuple[list[asyncpg.Record], bool]:
    """Give a page of the mails this actor may see, the newest first, and whether there are more.

    Those to the actor's own address; the administration of the SWV sees all about one hulpvraag of it. What is not theirs is
    not there, like what does not exist. Raises Forbidden for an actor without an address.
    """
    offset = (page - 1) * PAGE
    if hulpvraag is not None and access.sees_all_mails(actor):
        rows = await store.about(tx, hulpvraag, actor.swv, limit=PAGE + 1, offset=offset)
    else:
        rows = await store.own(tx, access.own_key(actor), actor.swv, hulpvraag, limit=PAGE + 1, offset=offset)
    tx.audit("mails.bekeken", subject=hulpvraag or actor.sub, actor=actor.sub)
    return rows[:PAGE], len(rows) > PAGE


async def all_mails(tx: Transaction, hulpvraag: UUID, capability: Capability) -> list[asyncpg.Record]:
    """Give every mail about a hulpvraag, the newest first, for a copy that a parent asked for."""
    tx.audit("mails.inzage", subject=hulpvraag, actor=capability.actor)
    return await store.about(tx, hulpvraag, capability.swv, limit=ALL, offset=0)


async def list_attempts(tx: Transaction, actor: Actor, mail: UUID) -> list[asyncpg.Record]:
    """Give every attempt to send this mail, oldest first. Raises NotFound for a mail this actor may not see."""
    row = await store.find(tx, mail, actor.swv)
    if row is None or not (access.sees_all_mails(actor) or (actor.email and row["adres"] == access.own_key(actor))):
        raise NotFound("Deze mail bestaat niet.")
    tx.audit("pogingen.bekeken", subject=row["hulpvraag"], actor=actor.sub, mail=str(mail))
    return await store.attempts(tx, mail)


async def show_preference(tx: Transaction, actor: Actor) -> Preference:
    """Give what the actor chose. Raises Forbidden for an actor without an address."""
    row = await store.preference(tx, access.own_key(actor))
    return Preference(actor.email, row["statusmails"] if row else True, row["gewijzigd_op"] if row else None)


async def change_preference(tx: Transaction, actor: Actor, *, statusmails: bool) -> Preference:
    """Switch mails about statuses on or off for the actor's address. Counts for mails that are planned already, too."""
    now = clock.now()
    await store.prefer(tx, access.own_key(actor), now, statusmails=statusmails)
    tx.audit("voorkeur.gewijzigd", subject=actor.sub, actor=actor.sub, statusmails=statusmails)
    return Preference(actor.email, statusmails, now)
