"""What operators hear of mails: counted always, logged when something is not as it should be. Identifiers only."""

from collections.abc import Collection, Sequence
from uuid import UUID

import asyncpg

from notify.claims import Mail, Settled
from notify.metrics import HANDED_OVER, MAILS
from shared.log import get_logger

log = get_logger()


def settled(mails: Sequence[Settled], written: Collection[UUID]) -> None:
    """Tell what became of these mails; ``written`` are those whose claim still stood."""
    for each in mails:
        if each.outcome is None:
            continue
        MAILS.labels(each.staat).inc()
        about = {"mail": str(each.mail.id), "subject": str(each.mail.subject), "attempt": each.pogingen}
        if each.mail.id not in written:
            log.warning("mail_claim_lost", outcome=each.outcome.kind, **about)
        match each.staat:
            case "aangeboden":
                HANDED_OVER.observe((each.op - each.mail.gepland_op).total_seconds())
            case "geweigerd":
                log.warning("mail_refused", code=each.outcome.code, **about)
            case "opgegeven":
                log.error("mail_given_up", code=each.outcome.code, **about)
            case "onbekend":
                log.warning("mail_unknown", **about)
            case _:
                log.info("mail_deferred", code=each.outcome.code, **about)


def recovered(rows: Sequence[asyncpg.Record]) -> None:
    """Tell which mails a process that died had in hand."""
    for row in rows:
        MAILS.labels(row["staat"]).inc()
        log.warning("mail_unknown", mail=str(row["id"]), subject=str(row["subject"]), attempt=row["pogingen"])


def put_aside(mail: Mail) -> None:
    """Tell that a mail was not to be sent any more when its turn came."""
    MAILS.labels(mail.naar).inc()
    if mail.naar == "opgegeven":
        log.warning("mail_expired", mail=str(mail.id), subject=str(mail.subject))
