"""Settings of notify, on top of what every service has."""

from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from notify.domain import address
from shared.secretbox import read_keys
from shared.settings import BaseServiceSettings


class Contact(BaseModel):
    """Whom a school asks about its hulpvragen at one SWV; answers to mails go to ``email``."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    naam: str
    email: str = ""
    telefoon: str = ""

    @field_validator("email")
    @classmethod
    def _address(cls, value: str) -> str:
        return address.parse(value).wire if value else ""


class Settings(BaseServiceSettings):
    """Durations are in seconds."""

    smtp_host: str = Field("localhost", description="mail server; the certificate must carry this name")
    smtp_port: int = Field(587, ge=1, le=65535, description="its port: 587 with starttls, 465 with tls")
    smtp_tls: Literal["starttls", "tls", "none"] = Field("starttls", description="none only for a test server on this machine")
    smtp_ca_file: Path | None = Field(None, description="authorities to trust, in PEM; empty: those of the system")
    smtp_user: str = Field("", description="account to log in with; empty: do not log in")
    smtp_password: SecretStr = Field(SecretStr(""), description="its password")
    smtp_connections: int = Field(4, ge=1, le=50, description="connections to the mail server at most, per process")
    smtp_mails_per_connection: int = Field(200, ge=1, description="after so many mails a connection is made anew")
    smtp_timeout: float = Field(30.0, gt=0, description="for connecting, and for all commands before the text of a mail")
    smtp_data_timeout: float = Field(120.0, gt=0, description="for the answer to the text; after that the outcome is unknown")
    smtp_probe_every: float = Field(10.0, gt=0, description="how often a server that is away is tried, at the slowest")
    smtp_rate: float = Field(0.0, ge=0, description="mails a second at most, per process; 0: as fast as the server takes them")
    mail_from: str = Field("no-reply@schakel.example", description="sender, and where refusals come back to")
    mail_from_name: str = Field("Schakel", description="name of the sender")
    mail_reply_to: str = Field("", description="where answers go when the SWV has no contact; empty: nowhere")
    mail_domain: str = Field("", description="domain in Message-ID and EHLO; empty: that of mail_from")
    mail_lease: float = Field(15.0, gt=1, description="after so long without a sign of life another process takes a mail over")
    link_key: SecretStr = Field(description="key of 32 bytes in base64, the gateway's: opens the links and codes it has mailed")
    contacten: dict[str, Contact] = Field(
        {}, description='per SWV, in JSON: {"PO2507": {"naam": …, "email": …, "telefoon": …}}'
    )
    portal_url: str = Field("http://localhost:8000", description="address of the portal, for the links in mails")

    @field_validator("mail_from", "mail_reply_to")
    @classmethod
    def _address(cls, value: str) -> str:
        return address.parse(value).wire if value else ""

    @field_validator("portal_url")
    @classmethod
    def _url(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"http", "https"} or not parts.hostname or not value.isascii():
            raise ValueError("portal_url must be an http(s) address")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _complete(self) -> Self:
        read_keys(self.link_key.get_secret_value())
        if not self.mail_from:
            raise ValueError("mail_from must not be empty")
        if self.smtp_tls == "none" and self.smtp_user:
            raise ValueError("a password never travels without TLS: set smtp_tls, or leave smtp_user empty")
        return self

    @property
    def domain(self) -> str:
        """The domain this service speaks for."""
        return self.mail_domain or self.mail_from.partition("@")[2]
