"""The settings of intake, next to those of every service."""

from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field

from shared.settings import BaseServiceSettings


class Settings(BaseServiceSettings):
    """Durations are in seconds, sizes in bytes."""

    inside: ClassVar[tuple[str, ...]] = ("documents_url",)

    max_message: int = Field(262_144, ge=1024, description="largest message of a connector; a larger one is refused")
    messages_per_minute: int = Field(6000, ge=1, description="messages a minute that are read from a connector; the rest waits")
    connector_prefetch: int = Field(100, ge=1, le=1000, description="messages of one connector in hand")
    connector_poll: float = Field(5.0, gt=0, description="how often new and stopped connectors are looked for")
    pace: float = Field(0.02, ge=0, le=1, description="messages within this time of each other are handled together")
    window: int = Field(1000, ge=1, description="unread messages in a connector's queue; the rest waits as rows")
    documents_url: str = Field("http://127.0.0.1:8012", description="address of documents, for OSO dossiers")
    documents_timeout: float = Field(30.0, gt=0, description="wait for documents or S3, per piece of a file")
    oso_xsd: Path | None = Field(None, description="XSD of the OSO gegevensset against which dossiers are checked as well")
    oso_ernst: dict[str, Literal["fout", "waarschuwing"]] = Field(
        default_factory=dict, description='how serious a rule is, by code, where not as in the table: {"MD03": "waarschuwing"}'
    )
    oso_readers: int = Field(2, ge=1, le=16, description="OSO dossiers read at the same time, each with temporary files")
    oso_lease: float = Field(600.0, gt=1, description="after this another replica takes over an OSO dossier that is being read")
    oso_backoff: float = Field(600.0, gt=0, description="longest wait between two tries at the same OSO dossier")
    moves_every: float = Field(15.0, gt=0, description="how often is looked for schools whose day to go elsewhere has come")
    refused_keep_days: int = Field(30, ge=1, description="how long the original of a refused message is kept")
    answer_keep_days: int = Field(400, ge=400, description="how long answers are kept to be given again")
    oso_oin: str = Field("", pattern=r"^(\d{20})?$", description="our OIN as a supplier in the OSR; empty: no OSO-SWV here")
    oso_osr_url: str = Field("", description="root of the Onderwijs Service Register (OSR)")
    oso_traffic_center_url: str = Field("", description="address of the Traffic Center of OSO")
    oso_dienst: str = Field(
        "http://xml.kennisnet.nl/schemas/Overstapservice/20200910", description="namespace under which the OSR knows OSO-SWV"
    )
    oso_doelen: dict[str, str] = Field(
        default_factory=dict, description="JSON: the SWV by the routeringskenmerk under which it is reached; else by the school"
    )
    oso_certificate: str = Field("", description="file with our client certificate (PKIoverheid, ODOC)")
    oso_certificate_key: str = Field("", description="file with its key, where that is not in the same file")
    oso_ca_file: str = Field("", description="file with the authorities that we trust; empty: those of the machine")
    oso_timeout: float = Field(30.0, gt=0, le=300, description="one exchange with a LAS or the Traffic Center")
    oso_osr_timeout: float = Field(5.0, gt=0, le=60, description="one question to the OSR: a LAS waits for it")
    oso_mandate_age: float = Field(
        3600.0, ge=0, description="how long a mandate that the OSR confirmed is not asked about again"
    )
    oso_retry: float = Field(30.0, gt=0, description="before the second try at a LAS or the Traffic Center; doubled each time")
    oso_longest: float = Field(3600.0, gt=0, description="longest wait between two tries")
    oso_max_dossier: int = Field(
        20_000_000, ge=100_000, description="largest answer with a dossier; a larger one waits for a person"
    )
