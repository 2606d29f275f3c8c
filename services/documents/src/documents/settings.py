"""Settings of documents, on top of what every service has."""

from typing import ClassVar, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from shared.contracts.connector import MAX_OSO
from shared.settings import BaseServiceSettings


class Settings(BaseServiceSettings):
    """Durations are in seconds."""

    inside: ClassVar[tuple[str, ...]] = ("s3_endpoint", "s3_public_endpoint")

    s3_endpoint: str = Field("http://localhost:8333", description="address of the S3 server for this service; http or https")
    s3_public_endpoint: str = Field("", description="address of the same server for who uploads and downloads; empty: the same")
    s3_access_key: SecretStr = Field(SecretStr(""), description="may read, write and list the four buckets, and no more")
    s3_secret_key: SecretStr = Field(SecretStr(""), description="its secret")
    s3_region: str = Field("us-east-1", description="region in signatures")
    s3_bucket_uploads: str = Field("uploads", description="what was uploaded and is not judged yet")
    s3_bucket_bijlagen: str = Field("bijlagen", description="what passed every check")
    s3_bucket_brieven: str = Field(
        "brieven", description="letters; each is written once, under object lock where the server has it"
    )
    s3_bucket_logboek: str = Field("logboek", description="heads of the audit logs, under object lock where the server has it")
    s3_lock_days: int = Field(
        1095, ge=0, description="days a letter or head cannot be removed (three years: WPO 18a lid 13); 0: no lock"
    )
    s3_threads: int = Field(8, ge=1, le=64, description="requests to S3 at the same time")
    s3_timeout: float = Field(20.0, gt=0, description="wait for an answer of the S3 server")

    scanner: Literal["clamd", "none"] = Field(
        "clamd", description="none: on purpose without; every bijlage then says niet gescand"
    )
    clamd_host: str = Field("localhost", description="clamd; its StreamMaxLength must be over 10 MB")
    clamd_port: int = Field(3310, ge=1, le=65535)
    clamd_timeout: float = Field(60.0, gt=0, description="wait for a judgement on one file")

    oso_max: int = Field(
        104_857_600, ge=1, le=MAX_OSO, description="bytes of an OSO dossier; clamd's StreamMaxLength must be over it"
    )
    scans: int = Field(
        4, ge=1, le=50, description="files judged at the same time, each with a temporary file: 10 MB, an OSO dossier `oso_max`"
    )
    letters: int = Field(2, ge=1, le=16, description="letters made at the same time")
    work_lease: float = Field(180.0, gt=0, description="after this another replica takes over a bijlage or letter")
    work_poll: float = Field(
        5.0, gt=0, description="how often work is looked for when nobody woke us, and between tries in an outage"
    )
    work_backoff: float = Field(600.0, gt=0, description="longest wait between two tries at the same bijlage or letter")

    slot_lifetime_connector: int = Field(3600, ge=60, le=86400, description="how long a connector may upload")
    slot_lifetime_person: int = Field(900, ge=60, le=86400, description="how long a person may upload")
    orphan_age: float = Field(
        7 * 86400.0, ge=0, description="how long an upload waits for its batch, and an object without a row is left alone"
    )
    sweep_every: float = Field(60.0, gt=0, description="how often judged uploads and expired slots are cleared")
    inspect_every: float = Field(3600.0, gt=0, description="how often the buckets are compared with the rows")

    @field_validator("s3_endpoint", "s3_public_endpoint")
    @classmethod
    def _origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.path not in {"", "/"}):
            raise ValueError("must be an origin, such as https://s3.example")
        return value.rstrip("/")

    @model_validator(mode="after")
    def _in_time(self) -> Self:
        if self.clamd_timeout + self.s3_timeout >= self.work_lease:
            raise ValueError("work_lease must be longer than clamd_timeout and s3_timeout together")
        return self
