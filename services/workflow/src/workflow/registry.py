"""The rule sets in use: those of the files for new hulpvragen, and every published version for the ones that run.

>>> rulesets = RuleSets(read_all(folder))
>>> rulesets.current("PO2507").find("leerling", "TLV")      # for a new hulpvraag
>>> await rulesets.pinned(tx.connection, "PO2507", 1)       # for one that started with version 1

The files are read once, at start; one that is not right keeps the service from starting and so never replaces a good one.
"""

from collections.abc import Iterable
from importlib import resources
from pathlib import Path

import asyncpg

from shared import clock
from shared.errors import NotFound
from workflow.domain.ruleset import RuleSet
from workflow.domain.verloop import Regels
from workflow.rulefile import load
from workflow.store import regelset as store


class NoRuleSet(NotFound, LookupError):
    """An SWV that has no rules here. Over the bus this is a dead letter at once, to be replayed when there are some."""

    slug = "geen-regels"
    title = "Van dit samenwerkingsverband zijn geen regels bekend"


class RuleSets:
    """Rule sets by SWV, and by version once asked for."""

    def __init__(self, rulesets: Iterable[RuleSet]) -> None:
        self._current = {ruleset.swv: Regels(ruleset) for ruleset in rulesets}
        self._pinned = {(regels.swv, regels.versie): regels for regels in self._current.values()}

    def current(self, swv: str) -> Regels:
        """The rules for a new hulpvraag. Raises NoRuleSet."""
        try:
            return self._current[swv]
        except KeyError:
            raise NoRuleSet from None

    async def pinned(self, connection: "store.Connection", swv: str, versie: int) -> Regels:
        """The rules a hulpvraag started with. Raises NoRuleSet."""
        regels = self._pinned.get((swv, versie))
        if regels is None:
            inhoud = await store.one(connection, swv, versie)
            if inhoud is None:
                raise NoRuleSet
            regels = self._pinned[swv, versie] = Regels(RuleSet.model_validate(inhoud))
        return regels

    async def publish(self, pool: "asyncpg.Pool[asyncpg.Record]") -> None:
        """Store the versions of the files. Raises RuntimeError when a version was published with another content."""
        for regels in self._current.values():
            inhoud = regels.ruleset.model_dump(mode="json", exclude_defaults=True)
            await store.publish(pool, regels.swv, regels.versie, inhoud, clock.now())
            published = await store.one(pool, regels.swv, regels.versie)
            if RuleSet.model_validate(published) != regels.ruleset:
                msg = f"{regels.swv}: versie {regels.versie} staat al vast met een andere inhoud: verhoog de versie"
                raise RuntimeError(msg)


def read_all(folder: Path | None) -> list[RuleSet]:
    """Read the files that come with the service, and those in ``folder``, which go before them. Raises BrokenRuleSet."""
    found: dict[str, RuleSet] = {}
    packaged = [entry for entry in resources.files("workflow").joinpath("rulesets").iterdir() if entry.name.endswith(".yaml")]
    for entry in [*packaged, *sorted(folder.glob("*.yaml") if folder else [])]:
        ruleset = load(entry.name, entry.read_text(encoding="utf-8"))
        found[ruleset.swv] = ruleset
    return list(found.values())
