"""G4: what tells a message from its copy is kept for 400 days or more; the settings refuse less."""

from typing import Any

import pytest
from pydantic import ValidationError

from intake.settings import Settings as IntakeSettings
from shared.settings import BaseServiceSettings

URLS: dict[str, Any] = {"database_url": "postgresql://x", "amqp_url": "amqp://x"}


@pytest.mark.parametrize(
    ("settings", "name"),
    [(BaseServiceSettings, "inbox_keep_days"), (IntakeSettings, "inbox_keep_days"), (IntakeSettings, "answer_keep_days")],
)
def test_less_than_400_days_is_refused_by_name(settings: type[BaseServiceSettings], name: str) -> None:
    enough: dict[str, Any] = {**URLS, name: 400}
    less: dict[str, Any] = {**URLS, name: 399}
    assert getattr(settings(**URLS), name) >= 400
    assert getattr(settings(**enough), name) == 400
    with pytest.raises(ValidationError, match=name):
        settings(**less)


def test_the_environment_cannot_go_lower_either(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHAKEL_INBOX_KEEP_DAYS", "30")
    with pytest.raises(ValidationError, match="inbox_keep_days"):
        BaseServiceSettings(**URLS)
