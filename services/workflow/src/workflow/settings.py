"""Settings of workflow, from ``SCHAKEL_*``."""

from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, Field, SecretStr

from shared.settings import BaseServiceSettings

Folder = Annotated[Path | None, BeforeValidator(lambda value: value or None)]
"""A folder; an empty setting is none, and not the folder the process happens to be in."""


class Settings(BaseServiceSettings):
    """What workflow needs on top of the chassis."""

    capability_key: SecretStr = Field(description="Ed25519 private JWK (JSON) that signs capabilities for documents")
    rulesets: Folder = Field(None, description="folder with rule sets (*.yaml) that go before those of the package")
    terms_every: float = Field(15.0, gt=0, description="seconds between looks at terms that are due")
    rules_every: float = Field(1.0, gt=0, description="seconds between looks for newly published rule sets")
