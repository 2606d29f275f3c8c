"""Settings of bron-export, on top of every service's."""

from pydantic import Field, SecretStr

from bron_export.domain.wachttijd import Wachttijden
from shared.settings import BaseServiceSettings


class Settings(BaseServiceSettings):
    """Where the register is, and how patient we are with it. Durations are in seconds."""

    register_url: str = Field(description="root of the register's API, without a slash at its end")
    register_timeout: float = Field(
        10.0, gt=0, le=120, description="one exchange with the register; after that its outcome is unknown"
    )
    register_header: str = Field("Authorization", description="name of the header that carries our credentials")
    register_credentials: SecretStr = Field(SecretStr(""), description="value of that header; empty: none is sent")
    register_retry: float = Field(5.0, gt=0, description="before the second try; doubled each time")
    register_poll: float = Field(30.0, gt=0, description="before we ask what became of what was taken; doubled each time")
    register_longest: float = Field(3600.0, gt=0, description="longest wait between two tries or questions")
    register_parallel: int = Field(5, ge=1, le=50, description="exchanges with the register at the same time, per replica")

    @property
    def wachttijden(self) -> Wachttijden:
        """The waits as the domain takes them."""
        return Wachttijden(opnieuw=self.register_retry, navraag=self.register_poll, langst=self.register_longest)

    @property
    def register_lease(self) -> float:
        """How long an attempt may take before another replica takes it for lost: well over one exchange."""
        return self.register_timeout * 2 + 10
