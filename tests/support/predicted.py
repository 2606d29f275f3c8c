"""What must become of a hulpvraag, worked out from the rule set as it is written and from nothing of the service: a model.

>>> verwacht = hulpvraag.verdict(who, vraag)
Verdict(code=409, slug="statusovergang-niet-toegestaan")
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from shared.contracts.intake import HulpvraagIngediend
from shared.tokens import Actor
from workflow.domain.ruleset import AANVRAGER, Eis, RuleSet, Statusmail
from workflow.domain.verloop import Stap, Verloop

Mail = tuple[str, str, str]
"""Doelgroep, address, template."""


@dataclass(frozen=True)
class Who:
    """Somebody, and the roles that they say they have."""

    actor: Actor

    def rollen(self, ruleset: RuleSet) -> frozenset[str]:
        """The roles that count: of this SWV, and of the kind of organisation that this is."""
        bases = {"swv": {"intern", "beheerder"}, "school": {"school"}}.get(self.actor.soort, set())
        if self.actor.swv != ruleset.swv:
            return frozenset()
        held = [rol for rol in ruleset.rollen if rol.naam in self.actor.rollen and rol.basis in bases]
        return frozenset(naam for rol in held for naam in (rol.naam, *rol.ook))


@dataclass(frozen=True)
class Vraag:
    """A change as somebody asks for it; ``off`` is how far the version they saw is from the one it has."""

    status: str
    reden: bool = False
    datum: bool = False
    bevestigd: bool = False
    off: int = 0


@dataclass(frozen=True)
class Verdict:
    """The answer to expect: its code and slug, and of a change that is refused the steps that it must name."""

    code: int
    slug: str = ""
    toegestaan: tuple[str, ...] | None = None
    rol: str = ""


@dataclass(frozen=True)
class Row:
    """One row of history, and the mails that go out with it."""

    versie: int
    vorige: str | None
    status: str | None
    aanleiding: str
    door: str
    mails: tuple[Mail, ...]


@dataclass
class Model:
    """One hulpvraag as it must stand."""

    data: HulpvraagIngediend
    ruleset: RuleSet
    verloop: Verloop | None
    postbussen: dict[str, str]
    status: str | None = None
    bijlagen: set[str] = field(default_factory=set)
    besluit: str | None = None
    rows: list[Row] = field(default_factory=list)

    def begin(self, aanleiding: str, door: str = "automatisch") -> None:
        """Put it at its begin status, or at none when nobody knows its title."""
        if self.verloop is None:
            self._arrive(None, aanleiding, door, self.ruleset.onbekende_titel.mails)
        else:
            self.arrive(self.verloop.begin.naam, aanleiding, door)

    def arrive(self, status: str, aanleiding: str, door: str = "automatisch") -> None:
        """Add the row of a change."""
        assert self.verloop is not None
        self._arrive(status, aanleiding, door, self.verloop.statussen[status].mails)

    def _arrive(self, status: str | None, aanleiding: str, door: str, mails: tuple[Statusmail, ...]) -> None:
        self.rows.append(Row(len(self.rows) + 1, self.status, status, aanleiding, door, tuple(self._addressed(mails))))
        self.status = status

    def _addressed(self, mails: tuple[Statusmail, ...]) -> Iterator[Mail]:
        told: set[str] = set()
        for mail in mails:
            is_aanvrager = mail.doelgroep == AANVRAGER
            email = self.data.contactpersoon.email if is_aanvrager else self.postbussen.get(mail.doelgroep)
            if email and email not in told:
                told.add(email)
                yield mail.doelgroep, email, mail.sjabloon

    def sees(self, who: Who) -> bool:
        """Whether it is there at all for somebody."""
        actor, rollen = who.actor, who.rollen(self.ruleset)
        now = self.verloop.statussen[self.status] if self.verloop and self.status else None
        within = {
            "swv": actor.organisatie == actor.swv and bool(rollen),
            "school": actor.organisatie == self.data.school.code and bool(rollen),
            "bestuur": actor.organisatie == self.data.school.bestuur,
        }.get(actor.soort, False)
        hidden = now is not None and now.zichtbaar_voor and rollen.isdisjoint(now.zichtbaar_voor)
        return actor.swv == self.data.swv and within and not hidden

    def steps(self, who: Who) -> list[Stap]:
        """What somebody may do now, the first of two ways to one status."""
        rollen = who.rollen(self.ruleset)
        steps = self.verloop.stappen.get(self.status or "", ()) if self.verloop else ()
        found: dict[str, Stap] = {}
        for stap in steps:
            if stap.rollen & rollen:
                found.setdefault(stap.naar.naam, stap)
        return list(found.values())

    def steps_of_all(self) -> list[Stap]:
        """What somebody or other may do now."""
        return list(self.verloop.stappen.get(self.status or "", ())) if self.verloop else []

    def verdict(self, who: Who, vraag: Vraag) -> Verdict:
        """Judge a change of status."""
        if not self.sees(who):
            return Verdict(404, "niet-gevonden")
        if vraag.off:
            return Verdict(412, "verouderde-versie")
        return self._step(who, vraag)

    def _step(self, who: Who, vraag: Vraag) -> Verdict:
        steps = self.steps(who)
        names = tuple(stap.naar.naam for stap in steps)
        if self.verloop is None or self.status is None:
            return Verdict(409, "statusovergang-niet-toegestaan", names)
        if vraag.status not in self.verloop.namen:
            return Verdict(422, "regel-niet-vervuld", names)
        wanted = self.verloop.namen[vraag.status]
        if wanted not in {stap.naar.naam for stap in self.verloop.stappen.get(self.status, ())}:
            return Verdict(409, "statusovergang-niet-toegestaan", names)
        mine = next((stap for stap in steps if stap.naar.naam == wanted), None)
        if mine is None:
            return Verdict(403, "geen-rechten", names)
        if any(not self.is_met(eis, vraag) for eis in mine.vereist):
            return Verdict(422, "regel-niet-vervuld", names)
        return Verdict(201, rol=min(mine.rollen & who.rollen(self.ruleset)))

    def is_met(self, eis: Eis, vraag: Vraag) -> bool:
        """Whether what a step asks for is there."""
        match eis.soort:
            case "reden":
                return vraag.reden
            case "datum":
                return vraag.datum
            case "bevestiging":
                return vraag.bevestigd
            case "besluit":
                return self.besluit == eis.besluit
            case "formulier":
                form = next(one for one in self.ruleset.formulieren if one.titel == eis.formulier)
                return not self.bijlagen.isdisjoint({form.titel, *form.aliassen})

    def decision(self, who: Who, off: int) -> Verdict:
        """Judge a decision that is well put."""
        if not self.sees(who):
            return Verdict(404, "niet-gevonden")
        regel = self.verloop.type.besluit if self.verloop else None
        if regel is None:
            return Verdict(409, "conflict")
        if who.rollen(self.ruleset).isdisjoint(regel.rollen):
            return Verdict(403, "geen-rechten")
        if off:
            return Verdict(412, "verouderde-versie")
        if self.status not in regel.statussen or self.besluit is not None:
            return Verdict(409, "conflict")
        return Verdict(201)

    def sorting(self, who: Who, *, known: bool) -> Verdict:
        """Judge the sorting of an unknown title."""
        if not self.sees(who):
            return Verdict(404, "niet-gevonden")
        if who.rollen(self.ruleset).isdisjoint(self.ruleset.onbekende_titel.sorteren):
            return Verdict(403, "geen-rechten")
        if self.verloop is not None:
            return Verdict(409, "conflict")
        return Verdict(200) if known else Verdict(422, "regel-niet-vervuld")

    def bring(self, titel: str) -> None:
        """Add a bijlage; what it leads to by itself, happens: for a form that it is, else for being a bijlage."""
        self.bijlagen.add(titel)
        forms = [form.titel for form in self.ruleset.formulieren if titel in {form.titel, *form.aliassen}]
        for rule in self.verloop.type.automatisch if self.verloop else ():
            about = rule.op == "bijlagen-toegevoegd" or (rule.op == "formulier-ingevuld" and rule.formulier in forms)
            if about and self.status in rule.van:
                self.arrive(rule.naar, rule.op.value)
                return
