"""The rule sets in use: the newest published version for new hulpvragen, and every published version for the ones that run.

>>> rulesets = RuleSets(read_all(folder))
>>> await rulesets.publish(database)                        # at start: the files, where they are newer
>>> rulesets.current("PO2507").find("leerling", "TLV")      # for a new hulpvraag
>>> await rulesets.pinned(tx.connection, "PO2507", 1)       # for one that started with version 1

Published versions live in the database, and are never changed or removed. The files are read once, at start; one that is not
right keeps the service from starting and so never replaces a good one. What ``schakel rules publish`` adds is seen in a second.
A published version that this release cannot read (it was published by a newer one) stands in the way of no other, and of no
start: the one before it stays in use, and the worker says so in the log and the metrics for as long as it is so.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import asyncpg

from shared.database import Database
from shared.errors import NotFound
from workflow.domain.ruleset import RuleSet
from workflow.domain.verloop import Regels
from workflow.rulefile import load
from workflow.store import regelset as store
from workflow.usecases.publish import publish, tell


class NoRuleSet(NotFound, LookupError):
    """An SWV that has no rules here. Over the bus this is a dead letter at once, to be replayed when there are some."""

    slug = "geen-regels"
    title = "Van dit samenwerkingsverband zijn geen regels bekend"


class UnreadableRuleSet(NoRuleSet):
    """A published version that this release cannot read."""

    slug = "regels-onleesbaar"
    title = "Deze versie van de regels kan deze versie van het programma niet lezen"


@dataclass(frozen=True, slots=True)
class Written:
    """A rule set and the text it was written as."""

    ruleset: RuleSet
    tekst: str


class RuleSets:
    """Rule sets by SWV, and by version once asked for."""

    def __init__(self, written: Iterable[Written]) -> None:
        self._written = tuple(written)
        self._current = {one.ruleset.swv: Regels(one.ruleset) for one in self._written}
        self._pinned = {(regels.swv, regels.versie): regels for regels in self._current.values()}

    def current(self, swv: str) -> Regels:
        """The rules for a new hulpvraag. Raises NoRuleSet."""
        try:
            return self._current[swv]
        except KeyError:
            raise NoRuleSet from None

    async def pinned(self, connection: "store.Connection", swv: str, versie: int) -> Regels:
        """The rules a hulpvraag started with. Raises NoRuleSet, or UnreadableRuleSet."""
        regels = self._pinned.get((swv, versie))
        if regels is None:
            inhoud = await store.one(connection, swv, versie)
            if inhoud is None:
                raise NoRuleSet
            try:
                regels = self._pinned[swv, versie] = Regels(RuleSet.model_validate(inhoud))
            except (ValueError, LookupError, StopIteration) as error:
                raise UnreadableRuleSet(f"{swv} versie {versie}") from error
        return regels

    async def publish(self, database: Database) -> None:
        """Publish the files that are newer than what is in the database, and take up what is there.

        What was published before is told again: to a service that was added since, it is new. Raises AlreadyPublished when a
        version was published with another content.
        """
        just_told = set()
        for one in self._written:
            async with database.transaction() as tx:
                if await publish(tx, one.ruleset, one.tekst, by="pakket", older_is_fine=True):
                    just_told.add(one.ruleset.swv)
        await self._take_up(database.pool)
        async with database.transaction() as tx:
            for swv in self._current.keys() - just_told:
                tell(tx, self._current[swv].ruleset)

    async def refresh(self, pool: "asyncpg.Pool[asyncpg.Record]") -> bool:
        """Take up newer versions that were published meanwhile. Returns False: there is never more at once.

        Raises UnreadableRuleSet once everything else was taken up.
        """
        for error in await self._take_up(pool):
            raise error
        return False

    async def _take_up(self, pool: "asyncpg.Pool[asyncpg.Record]") -> list[UnreadableRuleSet]:
        unreadable = []
        for swv, versie in await store.newest(pool):
            known = self._current.get(swv)
            if known is None or known.versie != versie:
                try:
                    self._current[swv] = await self.pinned(pool, swv, versie)
                except UnreadableRuleSet as error:
                    unreadable.append(error)
        return unreadable


def read_all(folder: Path | None) -> list[Written]:
    """Read the files that come with the service, and those in ``folder``, which go before them. Raises BrokenRuleSet."""
    found: dict[str, Written] = {}
    packaged = [entry for entry in resources.files("workflow").joinpath("rulesets").iterdir() if entry.name.endswith(".yaml")]
    for entry in [*packaged, *sorted(folder.glob("*.yaml") if folder else [])]:
        tekst = entry.read_text(encoding="utf-8")
        ruleset = load(entry.name, tekst)
        found[ruleset.swv] = Written(ruleset, tekst)
    return list(found.values())
