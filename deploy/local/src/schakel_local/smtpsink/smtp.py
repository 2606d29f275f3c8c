"""The SMTP side of the sink: STARTTLS, then AUTH, then mail; misbehaves where the script says so.

Use: ``loop.create_server(Sink(...).session, "127.0.0.1", port)``. Source: RFC 5321, RFC 3207 (STARTTLS), RFC 4954 (AUTH).
"""

import asyncio
import hmac
import ssl
from dataclasses import asdict, dataclass
from itertools import count
from typing import Any, assert_never

from aiosmtpd.smtp import MISSING, SMTP, AuthResult, Envelope, LoginPassword, Session

from schakel_local.smtpsink.mailbox import Mailbox
from schakel_local.smtpsink.script import Rule, Script, Stage

LARGEST = 25 * 1024 * 1024  # bytes; larger is refused with 552


@dataclass(slots=True)
class Counters:
    """What happened since the start or the last reset; ``open`` is how many connections there are now."""

    connections: int = 0
    open: int = 0
    authenticated: int = 0
    accepted: int = 0
    faults: int = 0


class _Session(SMTP):
    """One connection."""

    def __init__(self, sink: "Sink", context: ssl.SSLContext) -> None:
        super().__init__(
            sink,
            hostname="localhost",
            ident="Schakel mail sink",
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            tls_context=context,
            require_starttls=True,
            auth_required=True,
            auth_require_tls=True,
            authenticator=sink.authenticate,
            loop=asyncio.get_running_loop(),
        )
        self._sink = sink
        sink.counters.connections += 1
        sink.counters.open += 1
        self.number = next(sink.serial)

    def connection_lost(self, error: Exception | None) -> None:
        """Count, then clean up."""
        self._sink.counters.open -= 1
        super().connection_lost(error)


class Sink:
    """What all connections share: the mailbox, the script, the counters and the one account."""

    def __init__(self, mailbox: Mailbox, script: Script, context: ssl.SSLContext, user: str, password: str) -> None:
        self.mailbox = mailbox
        self.script = script
        self.counters = Counters()
        self.serial = count(1)
        self._context = context
        self._user = user.encode()
        self._password = password.encode()

    def session(self) -> SMTP:
        """Make the protocol for a new connection."""
        return _Session(self, self._context)

    def reset_counters(self) -> None:
        """Start counting anew; open connections stay counted."""
        self.counters = Counters(open=self.counters.open)

    def counted(self) -> dict[str, int]:
        """Give the counters by name."""
        return asdict(self.counters)

    def authenticate(self, _server: SMTP, _session: Session, _envelope: Envelope, _how: str, sent: Any) -> AuthResult:  # noqa: ANN401 - aiosmtpd
        """Compare with the one account."""
        right = (
            isinstance(sent, LoginPassword)
            and hmac.compare_digest(sent.login, self._user)
            and hmac.compare_digest(sent.password, self._password)
        )
        self.counters.authenticated += right
        return AuthResult(success=right, handled=False)

    async def handle_EHLO(  # noqa: N802 - aiosmtpd looks the method up by the command's name
        self, server: SMTP, session: Session, _envelope: Envelope, hostname: str, answers: list[str]
    ) -> list[str]:
        """Greet; a rule may hide that TLS is offered."""
        session.host_name = hostname
        rule = self.script.take("ehlo")
        if rule and rule.action == "hide-starttls":
            self.counters.faults += 1
            return [answer for answer in answers if "STARTTLS" not in answer]
        refusal = await self._act(rule, server)
        return [refusal] if refusal else answers

    async def handle_AUTH(self, server: SMTP, _session: Session, _envelope: Envelope, _args: list[str]) -> Any:  # noqa: ANN401, N802 - aiosmtpd
        """Refuse to let anyone in when a rule says so; MISSING means: go on as usual."""
        return await self._fault("auth", server) or MISSING

    async def handle_MAIL(  # noqa: N802 - aiosmtpd
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Begin a mail."""
        if refusal := await self._fault("mail", server):
            return refusal
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Accept a recipient; those refused do not stop the others."""
        if refusal := await self._fault("rcpt", server, address):
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, server: "_Session", _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd
        """Keep the mail, then answer."""
        rule = self.script.take("data", envelope.rcpt_tos)
        loses = rule is not None and rule.action == "lose-answer"
        if not loses and (refusal := await self._act(rule, server)):
            return refusal
        mail = self.mailbox.add(
            envelope.mail_from or "",
            envelope.rcpt_tos,
            envelope.original_content or b"",
            connection=server.number,
            answered=not loses,
        )
        self.counters.accepted += 1
        if loses:
            await self._act(rule, server)
        return f"250 2.0.0 OK {mail.id}"

    async def _fault(self, stage: Stage, server: SMTP, recipient: str | None = None) -> str | None:
        return await self._act(self.script.take(stage, [recipient] if recipient else []), server)

    async def _act(self, rule: Rule | None, server: SMTP) -> str | None:
        """Do what the rule says and give the refusal to answer with, None to go on."""
        if rule is None:
            return None
        self.counters.faults += 1
        match rule.action:
            case "refuse":
                if rule.code == 421:  # RFC 5321, 3.8: after this answer the server closes
                    asyncio.get_running_loop().call_soon(_close, server)
                return f"{rule.code} {rule.text}"
            case "slow":
                await asyncio.sleep(rule.seconds)
            case "hang":
                await asyncio.Event().wait()
            case "close" | "lose-answer":
                if isinstance(server.transport, asyncio.Transport):
                    server.transport.abort()
                await asyncio.Event().wait()  # until the lost connection cancels this task
            case "hide-starttls":
                pass
            case _:
                assert_never(rule.action)
        return None


def _close(server: SMTP) -> None:
    if server.transport:
        server.transport.close()
