"""Settings of workflow, from ``SCHAKEL_*``."""

from pathlib import Path

from pydantic import Field, SecretStr

from shared.settings import BaseServiceSettings


class Settings(BaseServiceSettings):
    """What workflow needs on top of the chassis."""

    capability_key: SecretStr = Field(description="Ed25519 private JWK (JSON) that signs capabilities for documents")
    rulesets: Path | None = Field(None, description="folder with rule sets (*.yaml) that go before those of the package")
