"""Start and stop the mail sink, and talk to its JSON interface."""

import json
import socket
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar

import httpx

from schakel_local.certificates import issue, lasts
from schakel_local.loopback import NO_TLS
from schakel_local.process import NotReadyError, Server

USER = "schakel"


class SmtpSink(Server):
    """A mail server on loopback that demands STARTTLS and a login, and keeps each mail in ``data``.

    Clients trust ``authority`` and log in as ``user`` with ``password``. People look at ``url``.
    """

    name = "mail"
    host: ClassVar[str] = "localhost"  # a name: the certificate is checked against it
    user: ClassVar[str] = USER

    @property
    def port(self) -> int:
        """The SMTP port on 127.0.0.1."""
        return self.kept.port("smtp")

    @property
    def url(self) -> str:
        """The address of the inbox for people."""
        return f"http://127.0.0.1:{self.kept.port('http')}/"

    @property
    def password(self) -> str:
        """The password of ``user``."""
        return self.kept.secret("password")

    @property
    def authority(self) -> Path:
        """The certificate authority to trust, in PEM; anyone may read it."""
        return self.folder / "authority.pem"

    def facts(self) -> Mapping[str, object]:
        """Give addresses and login."""
        login = {"user": self.user, "password": self.password}
        return {"host": self.host, "port": self.port, **login, "authority": self.authority, "url": self.url}

    def prepare(self) -> None:
        """Make a certificate when there is none or it runs out, and write the configuration."""
        certificate = self.folder / "certificate.pem"
        if not certificate.exists() or not lasts(certificate.read_text(encoding="ascii")):
            made = issue(self.host)
            self.lay("authority.pem", made.authority)
            self.lay("key.pem", made.key, secret=True)
            self.lay("certificate.pem", made.certificate)
        configuration = {
            "smtp_port": self.port,
            "http_port": self.kept.port("http"),
            "user": self.user,
            "password": self.password,
            "certificate": str(certificate),
            "key": str(self.folder / "key.pem"),
            "mailbox": str(self.data / "mails"),
        }
        self.lay("configuration.json", json.dumps(configuration), secret=True)

    def command(self) -> Sequence[str]:
        """Give the command line."""
        return [sys.executable, "-m", "schakel_local.smtpsink", str(self.folder / "configuration.json")]

    def check(self) -> None:
        """Wait for the SMTP greeting and the API."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
            if not connection.recv(4).startswith(b"220"):
                raise NotReadyError("the SMTP port does not greet")
            connection.sendall(b"QUIT\r\n")
        self.request("GET", "counters")

    def request(self, method: str, path: str, *, query: Mapping[str, str] | None = None, content: object = None) -> Any:  # noqa: ANN401 - JSON
        """Call ``/api/<path>`` and give the decoded answer. Raises httpx.HTTPError."""
        answer = httpx.request(
            method, f"{self.url}api/{path}", params=query, json=content, timeout=10, trust_env=False, verify=NO_TLS
        )
        answer.raise_for_status()
        return answer.json()

    def mails(self, **query: str) -> list[dict[str, Any]]:
        """Give the mails, oldest first: ``mails(to="*@school.nl", subject="Besluit")``. ``from_`` stands for ``from``."""
        if "from_" in query:
            query["from"] = query.pop("from_")
        found: list[dict[str, Any]] = self.request("GET", "mails", query=query)["mails"]
        return found

    def clear(self) -> None:
        """Throw all mails away, take the faults back and start counting anew."""
        self.request("DELETE", "mails")
        self.request("DELETE", "counters")
        self.misbehave()

    def misbehave(self, *rules: Mapping[str, object]) -> None:
        """Set these faults in place of those in force; without any the sink behaves. See script.py for what a rule can say."""
        self.request("PUT", "rules", content=list(rules))

    def counters(self) -> dict[str, int]:
        """Give what was counted since the start or the last ``clear``."""
        counted: dict[str, int] = self.request("GET", "counters")
        return counted
