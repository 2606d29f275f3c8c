"""Settings every service has, read from ``SCHAKEL_*`` and from files in ``/run/secrets``.

A service adds its own by inheriting::

    class Settings(BaseServiceSettings):
        smtp_host: str = "localhost"        # SCHAKEL_SMTP_HOST
"""

from pathlib import Path
from typing import ClassVar, Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared import tls

SECRETS = Path("/run/secrets")


class BaseServiceSettings(BaseSettings):
    """What the chassis needs. Durations are in seconds."""

    model_config = SettingsConfigDict(
        env_prefix="SCHAKEL_", secrets_dir=str(SECRETS) if SECRETS.is_dir() else None, extra="ignore", frozen=True
    )

    database_url: SecretStr = Field(description="postgresql://role:password@host:port/database of this service's app role")
    amqp_url: SecretStr = Field(description="amqp(s)://user:password@host:port/vhost of this service's RabbitMQ user")
    tls_ca: Path | None = Field(
        None,
        description="authorities (PEM) of the servers inside; PostgreSQL, RabbitMQ, S3 and services are then called over TLS",
    )
    tls_certificate: Path | None = Field(None, description="certificate chain (PEM) of the HTTP server; empty: plain HTTP")
    tls_key: Path | None = Field(None, description="its private key (PEM)")
    host: str = Field("127.0.0.1", description="address the HTTP server listens on")
    port: int = Field(8000, ge=0, le=65535, description="port the HTTP server listens on")
    pool_size: int = Field(10, ge=2, le=100, description="database connections at most")
    prefetch: int = Field(20, ge=1, le=500, description="unacknowledged messages per queue")
    heartbeat: int = Field(10, ge=2, description="AMQP heartbeat; a frozen broker is noticed after about four of them")
    publish_timeout: float = Field(5.0, gt=0, description="wait for a publisher confirm; after that the outcome is unknown")
    lease: float = Field(10.0, gt=1, description="life of the relay's lease; another replica takes over after it")
    poll: float = Field(1.0, gt=0, description="how often rows are looked for when nobody woke us")
    graceful_timeout: float = Field(20.0, gt=0, description="how long running handlers may take after SIGTERM")
    retry_delays: tuple[float, ...] = Field((1, 10, 60, 600), description="rungs of the retry ladder")
    outbox_keep_days: int = Field(7, ge=1, description="how long sent outbox rows are kept")
    inbox_keep_days: int = Field(400, ge=400, description="how long message ids are remembered (G4: never under 400)")
    idempotency_keep_days: int = Field(
        30, ge=1, description="how long the answer to an Idempotency-Key is kept, to be given again"
    )
    anchor_every: float = Field(
        3600.0, gt=0, description="how often the head of the audit log is told, to be kept in S3 under a lock"
    )
    gateway_public_key: str = Field("", description="Ed25519 public JWK (JSON) that signs actor tokens")
    erase_settle: float = Field(
        120.0, ge=0, description="between the word that a hulpvraag is erased and erasing it: longer than any transaction runs"
    )
    workflow_public_key: str = Field("", description="Ed25519 public JWK (JSON) that signs capabilities")
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    otlp_endpoint: str = Field("", description="OTLP/HTTP traces endpoint; empty: no traces leave the process")
    trace_file: str = Field("", description="append finished spans to this file as JSON lines; empty: do not")

    inside: ClassVar[tuple[str, ...]] = ()
    """The settings that name servers of our own over HTTP; an empty one names none."""

    @property
    def database_address(self) -> str:
        """Where PostgreSQL is, and how to be sure of it."""
        return tls.database_url(self.database_url.get_secret_value(), self.tls_ca)

    @property
    def broker_address(self) -> str:
        """Where RabbitMQ is, and how to be sure of it."""
        return tls.broker_url(self.amqp_url.get_secret_value(), self.tls_ca)

    @model_validator(mode="after")
    def _nothing_plain(self) -> Self:
        if (self.tls_certificate is None) != (self.tls_key is None):
            msg = "tls_certificate and tls_key go together"
            raise ValueError(msg)
        if self.tls_ca is not None:
            tls.require("amqp_url", self.amqp_url.get_secret_value(), "amqps")
            for name in self.inside:
                if getattr(self, name):
                    tls.require(name, getattr(self, name))
        return self


class MigratorSettings(BaseSettings):
    """What the one-shot job ``prepare`` needs on top: the role that owns the schema."""

    model_config = SettingsConfigDict(
        env_prefix="SCHAKEL_", secrets_dir=str(SECRETS) if SECRETS.is_dir() else None, extra="ignore", frozen=True
    )

    migrations: Path | None = Field(None, description="folder of the service's migrations, where it is not beside the code")
    migrator_url: SecretStr = Field(description="postgresql:// URL of the schema's owner; never given to a service")
    tls_ca: Path | None = Field(None, description="as for the service")

    @property
    def database_address(self) -> str:
        """Where PostgreSQL is, and how to be sure of it."""
        return tls.database_url(self.migrator_url.get_secret_value(), self.tls_ca)
