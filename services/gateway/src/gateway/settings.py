"""The settings of the gateway, on top of those every service has."""

import ipaddress
from typing import ClassVar, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator

from shared.secretbox import read_keys
from shared.settings import BaseServiceSettings


class Settings(BaseServiceSettings):
    """What the gateway needs. Durations are in minutes where the name says so."""

    inside: ClassVar[tuple[str, ...]] = ("workflow_url", "intake_url", "documents_url", "notify_url", "bron_export_url")

    gateway_private_key: SecretStr = Field(description="Ed25519 private JWK (JSON) that signs actor tokens")
    totp_keys: SecretStr = Field(
        description="keys of 32 bytes in base64 that encrypt TOTP secrets at rest, newest first, with commas between"
    )
    link_key: SecretStr = Field(
        description="key of 32 bytes in base64 by which only notify reads the links and codes that go out by mail"
    )
    public_url: str = Field(description="the origin people type, https://portal.example; forms from elsewhere are refused")
    insecure_cookie: bool = Field(
        default=False, description="log in over plain http; refused unless public_url is on this machine (make up)"
    )
    workflow_url: str = "http://127.0.0.1:8010"
    intake_url: str = "http://127.0.0.1:8011"
    documents_url: str = "http://127.0.0.1:8012"
    notify_url: str = "http://127.0.0.1:8013"
    bron_export_url: str = "http://127.0.0.1:8014"
    service_timeout: float = Field(10.0, gt=0, description="seconds a service may take to answer")
    upload_timeout: float = Field(60.0, gt=0, description="seconds the S3 server may take for one file")
    trusted_proxies: tuple[str, ...] = Field(
        (), description="networks of the proxies in front, as JSON; only these may say where a request came from"
    )
    idle_minutes: int = Field(30, ge=1, le=60, description="a session ends after this long without use")
    absolute_minutes: int = Field(720, ge=1, le=1440, description="a session ends after this long in any case")
    requests_per_minute: int = Field(
        300, ge=1, description="requests of one session or token, or of one address that is not logged in"
    )
    token_days: int = Field(365, ge=1, le=366, description="days ahead that the end of an API token may lie")
    contact_name: str = Field("Beheer van Schakel", description="who to ask about the API; stands in its OpenAPI document")
    contact_email: str = Field("beheer@schakel.example", description="the same, mail address")

    @model_validator(mode="after")
    def _check(self) -> Self:
        url = urlsplit(self.public_url)
        on_this_machine = url.hostname in {"127.0.0.1", "localhost", "::1"}
        if url.scheme not in {"http", "https"} or not url.hostname or url.path not in {"", "/"}:
            msg = "public_url must be an origin: https://portal.example"
            raise ValueError(msg)
        if url.scheme == "http" and not (self.insecure_cookie and on_this_machine):
            msg = "public_url must be https; http is for this machine only, and then insecure_cookie says so"
            raise ValueError(msg)
        if self.insecure_cookie and url.scheme == "https":
            msg = "insecure_cookie makes no sense on https"
            raise ValueError(msg)
        for network in self.trusted_proxies:
            ipaddress.ip_network(network)
        self.keys()
        read_keys(self.link_key.get_secret_value())
        return self

    @property
    def origin(self) -> str:
        """The one origin whose forms are accepted, as browsers write it."""
        return self.public_url.rstrip("/")

    def keys(self) -> list[bytes]:
        """Return the keys for TOTP secrets, the one to encrypt with first."""
        return read_keys(self.totp_keys.get_secret_value())
