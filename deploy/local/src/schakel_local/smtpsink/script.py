"""How the sink must misbehave: rules that a test sets over HTTP.

Use: ``PUT /api/rules`` with ``[{"stage": "rcpt", "action": "refuse", "recipient": "*@vol.nl", "code": 452, "times": 2}]``. At
each stage the first rule that fits and is not used up acts; without one the sink behaves.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Stage = Literal["ehlo", "auth", "mail", "rcpt", "data"]
Action = Literal["refuse", "slow", "hang", "close", "lose-answer", "hide-starttls"]


class Rule(BaseModel):
    """One fault. ``data`` is the moment after the whole message came in.

    ``refuse`` answers ``code`` and ``text``; 421 also closes. ``slow`` waits ``seconds``, then goes on. ``hang`` never answers.
    ``close`` closes without an answer and keeps nothing. ``lose-answer`` (data) keeps the mail, then closes without an answer.
    ``hide-starttls`` (ehlo) offers no TLS. ``recipient`` is a pattern with ``*``; at ``data`` one of the recipients must fit.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    stage: Stage
    action: Action
    recipient: str = "*"
    code: Annotated[int, Field(ge=400, le=599)] = 451
    text: Annotated[str, Field(max_length=200, pattern=r"^[ -~]*$")] = "4.3.0 refused by a rule of the sink"
    seconds: Annotated[float, Field(ge=0, le=3600)] = 1
    times: Annotated[int, Field(ge=1)] | None = None


@dataclass(slots=True)
class _Entry:
    rule: Rule
    used: int = 0

    @property
    def is_spent(self) -> bool:
        return self.rule.times is not None and self.used >= self.rule.times


class Script:
    """The rules in force and how often each acted."""

    def __init__(self) -> None:
        self._entries: list[_Entry] = []

    def replace(self, rules: Iterable[Rule]) -> None:
        """Put these rules in the place of the old ones."""
        self._entries = [_Entry(rule) for rule in rules]

    def state(self) -> list[dict[str, object]]:
        """Give the rules with how often each acted."""
        return [entry.rule.model_dump() | {"used": entry.used} for entry in self._entries]

    def take(self, stage: Stage, recipients: Sequence[str] = ()) -> Rule | None:
        """Give the rule that acts at this stage, and count it."""
        for entry in self._entries:
            rule = entry.rule
            if rule.stage == stage and not entry.is_spent and _fits(rule.recipient, recipients):
                entry.used += 1
                return rule
        return None


def _fits(pattern: str, recipients: Sequence[str]) -> bool:
    return pattern == "*" or any(fnmatchcase(recipient.lower(), pattern.lower()) for recipient in recipients)
