"""Settings every service has, read from ``SCHAKEL_*`` and from files in ``/run/secrets``.

A service adds its own by inheriting::

    class Settings(BaseServiceSettings):
        smtp_host: str = "localhost"        # SCHAKEL_SMTP_HOST
"""

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRETS = Path("/run/secrets")


class BaseServiceSettings(BaseSettings):
    """What the chassis needs. Durations are in seconds."""

    model_config = SettingsConfigDict(
        env_prefix="SCHAKEL_", secrets_dir=str(SECRETS) if SECRETS.is_dir() else None, extra="ignore", frozen=True
    )

    database_url: SecretStr = Field(description="postgresql://role:password@host:port/database of this service's app role")
    amqp_url: SecretStr = Field(description="amqp(s)://user:password@host:port/vhost of this service's RabbitMQ user")
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


class MigratorSettings(BaseSettings):
    """What the one-shot job ``prepare`` needs on top: the role that owns the schema."""

    model_config = SettingsConfigDict(
        env_prefix="SCHAKEL_", secrets_dir=str(SECRETS) if SECRETS.is_dir() else None, extra="ignore", frozen=True
    )

    migrations: Path | None = Field(None, description="folder of the service's migrations, where it is not beside the code")
    migrator_url: SecretStr = Field(description="postgresql:// URL of the schema's owner; never given to a service")
