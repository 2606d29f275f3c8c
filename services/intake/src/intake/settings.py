"""The settings of intake, next to those of every service."""

from pydantic import Field

from shared.settings import BaseServiceSettings


class Settings(BaseServiceSettings):
    """Durations are in seconds, sizes in bytes."""

    max_message: int = Field(262_144, ge=1024, description="largest message of a connector; a larger one is refused")
    connector_prefetch: int = Field(100, ge=1, le=1000, description="messages of one connector in hand")
    connector_poll: float = Field(5.0, gt=0, description="how often new and stopped connectors are looked for")
    pace: float = Field(0.02, ge=0, le=1, description="messages within this time of each other are handled together")
    window: int = Field(1000, ge=1, description="unread messages in a connector's queue; the rest waits as rows")
    moves_every: float = Field(15.0, gt=0, description="how often is looked for schools whose day to go elsewhere has come")
    refused_keep_days: int = Field(30, ge=1, description="how long the original of a refused message is kept")
    answer_keep_days: int = Field(400, ge=400, description="how long answers are kept to be given again")
