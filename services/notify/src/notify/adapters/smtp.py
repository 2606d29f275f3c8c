"""One connection to the mail server, and what each answer of it means for a mail (RFC 5321; TLS: RFC 3207; login: RFC 4954).

>>> connection = Connection(Server.of(settings))
>>> await connection.send(Envelope("no-reply@schakel.example", "ank@linde.example", content))
Outcome(kind='aangeboden', code=250, text='2.0.0 OK')

Where the connection breaks decides what is known. Before the text went out: the server has nothing. After it, without an
answer: unknown. Whatever fails before there is a recipient is the server's affair and no attempt of the mail: ServerAwayError.
"""

import asyncio
import ssl
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import Literal, Self

import aiosmtplib

from notify.domain import fate
from notify.domain.fate import Outcome
from notify.domain.text import line
from notify.settings import Settings
from shared import failpoints

failpoints.register(
    "notify.before-mail-from", "notify.after-rcpt", "notify.before-data", "notify.after-data", "notify.after-250"
)

IDLE = 15.0
"""Seconds without use after which a connection is asked whether it is still there."""
ANSWER = 300
"""Characters kept of what the server says."""
_LOST = (OSError, aiosmtplib.SMTPException)  # OSError: also ssl.SSLError, ConnectionError and TimeoutError
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (aiosmtplib.SMTPAuthenticationError, "aanmelden-geweigerd"),
    (aiosmtplib.SMTPResponseException, "geweigerd"),
    (ssl.SSLError, "tls"),
    (TimeoutError, "geen-antwoord"),
    (OSError, "geen-verbinding"),
)


class ServerAwayError(Exception):
    """The server cannot be used now; no mail is to blame. ``reason`` is a slug, ``code`` the server's answer, if any."""

    def __init__(self, reason: str, code: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.code = code


@dataclass(frozen=True, slots=True)
class Server:
    """Where the mail server is and how to talk to it. ``context`` is None only for a server without TLS."""

    host: str
    port: int
    tls: Literal["starttls", "tls", "none"]
    context: ssl.SSLContext | None
    user: str
    password: str
    domain: str
    timeout: float
    data_timeout: float
    mails_per_connection: int

    @classmethod
    def of(cls, settings: Settings) -> Self:
        """Read the settings; the certificate of the server is always checked."""
        context = None
        if settings.smtp_tls != "none":
            context = ssl.create_default_context(cafile=settings.smtp_ca_file)
            context.minimum_version = ssl.TLSVersion.TLSv1_2
        return cls(
            settings.smtp_host,
            settings.smtp_port,
            settings.smtp_tls,
            context,
            settings.smtp_user,
            settings.smtp_password.get_secret_value(),
            settings.domain,
            settings.smtp_timeout,
            settings.smtp_data_timeout,
            settings.smtp_mails_per_connection,
        )


@dataclass(frozen=True, slots=True)
class Envelope:
    """One mail for one recipient. Addresses are as ``domain.address`` gives them, ``content`` has CR LF at each line's end."""

    sender: str
    recipient: str
    content: bytes


class _RefusedError(Exception):
    """The server answered a command with another code than was hoped for."""

    def __init__(self, answer: aiosmtplib.SMTPResponse) -> None:
        super().__init__(answer.code)
        self.code = answer.code
        self.text = line(answer.message, ANSWER)


class Connection:
    """Made when first needed, kept for many mails, made again when it is gone. For one task at a time."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._smtp: aiosmtplib.SMTP | None = None
        self._mails = 0
        self._used = 0.0

    @property
    def is_open(self) -> bool:
        """Whether the connection stands, as far as the socket tells."""
        return self._smtp is not None and self._smtp.is_connected

    async def open(self) -> None:
        """Connect, encrypt, log in; an open connection is asked whether it is there. Raises ServerAwayError."""
        if await self._is_usable():
            return
        await self.close()
        server = self._server
        smtp = aiosmtplib.SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user or None,
            password=server.password if server.user else None,
            local_hostname=server.domain,
            use_tls=server.tls == "tls",
            start_tls=server.tls == "starttls",
            tls_context=server.context,
            timeout=None,  # one limit for all of it, below
        )
        try:
            async with asyncio.timeout(server.timeout):
                await smtp.connect()
                await smtp.ehlo()
        except _LOST as error:
            smtp.close()
            raise _away(error) from error
        self._smtp, self._mails, self._used = smtp, 0, time.monotonic()

    async def send(self, envelope: Envelope) -> Outcome:
        """Hand over one mail. Raises ServerAwayError when the server would not even hear for whom it is."""
        failpoints.hit("notify.before-mail-from")
        smtp = await self._begin(envelope.sender)
        self._mails += 1
        try:
            async with asyncio.timeout(self._server.timeout):
                await _command(smtp, 250, b"RCPT", b"TO:<%b>" % envelope.recipient.encode())
                failpoints.hit("notify.after-rcpt")
                await _command(smtp, 354, b"DATA")
        except _RefusedError as refusal:
            await self._forget_envelope(smtp)
            return fate.answered(refusal.code, refusal.text)
        except _LOST as error:
            smtp.close()
            return Outcome("uitgesteld", None, f"De verbinding met de mailserver viel weg ({type(error).__name__}).")
        outcome = await self._transmit(smtp, envelope.content)
        self._used = time.monotonic()
        return outcome

    async def close(self) -> None:
        """Say goodbye and close; a server that does not answer is left at once."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        if smtp.is_connected:
            with suppress(*_LOST):
                async with asyncio.timeout(2):
                    await smtp.quit()
        smtp.close()

    async def _begin(self, sender: str) -> aiosmtplib.SMTP:
        """Name the sender. A connection the server is done with shows here, and is made anew once."""
        for fresh in (not self.is_open, True):
            await self.open()
            smtp = self._smtp
            if smtp is None:
                raise ServerAwayError("verbroken")
            try:
                async with asyncio.timeout(self._server.timeout):
                    await _command(smtp, 250, b"MAIL", b"FROM:<%b>" % sender.encode())
            except _RefusedError as refusal:
                await self.close()
                if fresh:
                    raise ServerAwayError("afzender-geweigerd", refusal.code) from refusal
            except _LOST as error:
                smtp.close()
                if fresh:
                    raise _away(error) from error
            else:
                return smtp
        raise ServerAwayError("verbroken")

    async def _transmit(self, smtp: aiosmtplib.SMTP, content: bytes) -> Outcome:
        """Send the text and read the answer. The library's own ``data`` hides on which side of the text a connection broke."""
        protocol = smtp.protocol
        if protocol is None:
            return Outcome("uitgesteld", None, "De verbinding met de mailserver viel weg.")
        failpoints.hit("notify.before-data")
        try:
            async with asyncio.timeout(self._server.data_timeout):
                protocol.write(_stuffed(content))
                failpoints.hit_soon("notify.after-data", 0.02)
                answer = await protocol.read_response()
        except _LOST as error:
            smtp.close()
            return Outcome("onbekend", None, f"De mailserver gaf geen antwoord op de tekst ({type(error).__name__}).")
        failpoints.hit("notify.after-250")
        said = line(answer.message, ANSWER)
        if 200 <= answer.code < 300:
            return Outcome("aangeboden", answer.code, said)
        return fate.answered(answer.code, said)

    async def _forget_envelope(self, smtp: aiosmtplib.SMTP) -> None:
        try:
            async with asyncio.timeout(self._server.timeout):
                await _command(smtp, 250, b"RSET")
        except (_RefusedError, *_LOST):
            smtp.close()

    async def _is_usable(self) -> bool:
        smtp = self._smtp
        if smtp is None or not smtp.is_connected or self._mails >= self._server.mails_per_connection:
            return False
        if time.monotonic() - self._used < IDLE:
            return True
        try:
            async with asyncio.timeout(self._server.timeout):
                await _command(smtp, 250, b"NOOP")
        except (_RefusedError, *_LOST):
            return False
        self._used = time.monotonic()
        return True


async def _command(smtp: aiosmtplib.SMTP, hoped_for: int, *words: bytes) -> None:
    answer = await smtp.execute_command(*words, timeout=None)
    if answer.code != hoped_for and not (hoped_for == 250 and answer.code == 251):
        raise _RefusedError(answer)


def _stuffed(content: bytes) -> bytes:
    """Double the dots at the start of lines and end with a line of one dot (RFC 5321, 4.5.2)."""
    dotted = content.replace(b"\r\n.", b"\r\n..")
    return (b"." if content.startswith(b".") else b"") + dotted + b".\r\n"


def _away(error: Exception) -> ServerAwayError:
    """Name what failed, from the kind of error; its text may quote the server at length."""
    root = error.__cause__ if isinstance(error.__cause__, ssl.SSLError) else error
    reason = next((slug for kind, slug in _REASONS if isinstance(root, kind)), "geen-tls-of-aanmelding")
    return ServerAwayError(reason, error.code if isinstance(error, aiosmtplib.SMTPResponseException) else None)
