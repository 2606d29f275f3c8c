"""One claimed mail: hand it over, and say what that makes of it."""

import random
import time
from dataclasses import dataclass

from opentelemetry.trace import SpanKind

from notify.adapters.smtp import Envelope
from notify.claims import Mail, Settled
from notify.domain import fate
from notify.domain.fate import Outcome, Staat
from notify.pool import Pool
from shared import clock, context, telemetry
from shared.log import get_logger

log = get_logger()

GONE = "De mailserver is niet bereikbaar. Deze mail gaat zodra dat weer kan."


@dataclass(slots=True)
class Claim:
    """A mail in our hands, and until when it certainly is ours (monotonic seconds)."""

    mail: Mail
    until: float


async def deliver(pool: Pool, claim: Claim, envelope: Envelope) -> Settled:
    """Try this mail, unless the server is away or the claim ran out: then it goes back as it came."""
    mail = claim.mail
    outcome: Outcome | None = None
    try:
        async with pool.connection() as connection:
            if pool.gate.is_open and time.monotonic() < claim.until:
                with (
                    context.bound(context.Work(mail.correlation_id)),
                    telemetry.span("hand over mail", mail.traceparent, SpanKind.CLIENT, {"schakel.mail": str(mail.id)}),
                ):
                    outcome = await connection.send(envelope)
    except Exception as error:
        log.exception("mail_failed", mail=str(mail.id))
        return failed(mail, error)
    return _tried(mail, outcome) if outcome else _untried(mail, is_away=not pool.gate.is_open)


def failed(mail: Mail, error: Exception) -> Settled:
    """Put off a mail over which our own program stumbled. It holds up no other, and is given up when that does not pass."""
    return _tried(mail, Outcome("uitgesteld", None, f"Fout in het programma ({type(error).__name__})."))


def _tried(mail: Mail, outcome: Outcome) -> Settled:
    now, attempts = clock.now(), mail.pogingen + 1
    what = fate.after(outcome, attempts, now, random.uniform(-1, 1))
    return Settled(clock.new_id(), mail, what.staat, attempts, what.next_attempt or mail.volgende_poging, now, outcome)


def _untried(mail: Mail, *, is_away: bool) -> Settled:
    """Give the mail back: no attempt counts, and its turn is what it was."""
    staat: Staat = "uitgesteld" if is_away and mail.was == "gepland" else mail.was
    note = GONE if is_away else ""
    return Settled(clock.new_id(), mail, staat, mail.pogingen, mail.volgende_poging, clock.now(), None, note)
