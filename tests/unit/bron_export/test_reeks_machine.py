"""Whatever comes in whatever order, the register holds one decision at most once, and at last what the newest version says.

Our side is the real domain code and the real reading of answers, the register is the simulator's real book. In between,
hypothesis plays the network, the people and the clock: messages linger, get lost, come twice and out of order; processes die;
the register refuses, is slow to judge, breaks down; people correct; decisions are corrected, taken back and granted again.
"""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import httpx
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from bron_export.adapters.register import _uitkomst
from bron_export.bericht import Antwoord, melding_van
from bron_export.domain import reeks as domain
from bron_export.domain.reeks import Handeling, Reeks, Uitkomst
from bron_export.domain.registratie import Registratie
from bron_export.domain.wachttijd import Wachttijden
from bron_export.simulator.boek import Boek
from shared import clock
from support.bron_export import NU, een_registratie

TIJDEN = Wachttijden(opnieuw=5, navraag=30, langst=3600)
MANDAAT = uuid4()


@dataclass(frozen=True)
class Message:
    """A request on its way to the register."""

    handeling: Handeling
    registratie: Registratie
    poging: UUID


@dataclass(frozen=True)
class Answer:
    """An answer on its way back."""

    registratie: UUID
    poging: UUID
    uitkomst: Uitkomst


WHICH = st.integers(0, 5)
REFUSALS = st.sampled_from([(), (), (), (423,), (358,)])


def has_messages(machine: "OneDecision") -> bool:
    return bool(machine.wire)


def has_answers(machine: "OneDecision") -> bool:
    return bool(machine.answers)


def has_work(machine: "OneDecision") -> bool:
    return bool(machine.due())


def has_registrations(machine: "OneDecision") -> bool:
    return bool(machine.reeks.registraties)


class OneDecision(RuleBasedStateMachine):
    """One decision, through everything that can happen to it."""

    def __init__(self) -> None:
        super().__init__()
        self.besluit = uuid4()
        self.reeks = Reeks(self.besluit)
        self.boek = Boek(None)
        self.wire: list[Message] = []
        self.answers: list[Answer] = []

    def teardown(self) -> None:
        self.drain()
        for message in self.wire:  # what lingered arrives at last
            self.process(message)
        self.drain()
        self.boek.close()

    # --- the world ---------------------------------------------------------------------------------------------------

    @rule(granted=st.sampled_from([True, True, False]))
    def decide(self, *, granted: bool) -> None:
        self.decided(self.reeks.versie + 1, granted=granted)

    @rule(behind=st.integers(0, 2), granted=st.booleans())
    def an_old_decision_comes_again(self, behind: int, *, granted: bool) -> None:
        self.decided(max(self.reeks.versie - behind, 1), granted=granted)

    @precondition(has_work)
    @rule(which=WHICH)
    def send(self, which: int) -> None:
        due = self.due()
        self.wire.append(self.start(due[which % len(due)]))

    @precondition(has_work)
    @rule(which=WHICH, refuse=REFUSALS)
    def send_and_hear(self, which: int, refuse: tuple[int, ...]) -> None:
        due = self.due()
        message = self.start(due[which % len(due)])
        self.wire.append(message)
        self.take(self.process(message, refuse))

    @precondition(has_messages)
    @rule(which=WHICH, refuse=REFUSALS, questions=st.integers(0, 2))
    def arrives(self, which: int, refuse: tuple[int, ...], questions: int) -> None:
        """Now, and perhaps again later: it stays on the wire."""
        self.answers.append(self.process(self.wire[which % len(self.wire)], refuse, questions))

    @precondition(has_answers)
    @rule(which=WHICH)
    def answered(self, which: int) -> None:
        """Now, and perhaps again later."""
        self.take(self.answers[which % len(self.answers)])

    @precondition(has_messages)
    @rule(which=WHICH)
    def nobody_answers(self, which: int) -> None:
        message = self.wire[which % len(self.wire)]
        self.take(Answer(message.registratie.id, message.poging, Uitkomst("onzeker")))

    @precondition(has_messages)
    @rule(which=WHICH)
    def no_connection(self, which: int) -> None:
        message = self.wire.pop(which % len(self.wire))
        if all(answer.poging != message.poging for answer in self.answers):
            self.take(Answer(message.registratie.id, message.poging, Uitkomst("niet-verzonden")))

    @precondition(has_registrations)
    @rule(which=WHICH)
    def the_process_dies(self, which: int) -> None:
        self.reeks = domain.herstel(self.reeks, self.pick(which).id, NU, TIJDEN)

    @precondition(has_registrations)
    @rule(which=WHICH, year=st.integers(2028, 2033))
    def a_person_corrects(self, which: int, year: int) -> None:
        found = self.pick(which)
        if found.poging is None and found.besluitversie == self.reeks.versie and found.may("gecorrigeerd"):
            content = replace(found.gegevens, eind=date(year, 7, 31))
            self.reeks = domain.corrigeer(self.reeks, found.id, content, NU)

    @precondition(has_registrations)
    @rule(which=WHICH)
    def a_person_sends_again(self, which: int) -> None:
        self.reeks = domain.verzend_opnieuw(self.reeks, self.pick(which).id, NU + timedelta(seconds=1))

    # --- what must hold ----------------------------------------------------------------------------------------------

    @invariant()
    def at_most_one_is_accepted_here(self) -> None:
        assert [each.staat for each in self.reeks.registraties].count("geaccepteerd") <= 1

    @invariant()
    def at_most_one_is_registered_there(self) -> None:
        assert len(self.registered()) <= 1

    @invariant()
    def what_is_told_has_no_gap(self) -> None:
        for each in self.reeks.registraties:
            told = [change.versie for change in self.reeks.wijzigingen if change.id == each.id]
            assert told == list(range(1, each.versie + 1))

    @invariant()
    def whatever_is_not_settled_comes_back(self) -> None:
        for each in self.reeks.registraties:
            waits = each.reden == "eerdere-versie" and any(older.is_onderweg for older in self.reeks.eerdere(each))
            waits |= each.reden == "nieuwere-versie" and self.reeks.registraties[-1].staat in {
                "te verzenden",
                "onbekend",
                "verzonden",
            }
            waits |= each.staat == "geaccepteerd" and any(newer.is_onderweg for newer in self.reeks.latere(each))
            if each.is_onderweg or each.staat == "te verzenden":
                assert waits or each.volgende_poging_op is not None

    # --- machinery ---------------------------------------------------------------------------------------------------

    def pick(self, which: int) -> Registratie:
        return self.reeks.registraties[which % len(self.reeks.registraties)]

    def due(self) -> list[Registratie]:
        found = self.reeks.registraties
        return [each for each in found if each.poging is None and domain.handeling(self.reeks, each) is not None]

    def decided(self, versie: int, *, granted: bool) -> None:
        new = een_registratie(besluit=self.besluit, besluitversie=versie, mandaat=None, volgende_poging_op=None)
        self.reeks = domain.neem_op(self.reeks, versie, new if granted else None, NU)

    def start(self, registratie: Registratie) -> Message:
        act = domain.handeling(self.reeks, registratie)
        assert act is not None
        poging = uuid4()
        self.reeks = domain.begin(self.reeks, registratie.id, poging=poging, mandaat=MANDAAT)
        return Message(act, self.reeks.vind(registratie.id), poging)

    def take(self, answer: Answer) -> None:
        self.reeks = domain.verwerk(self.reeks, answer.registratie, answer.poging, answer.uitkomst, NU, TIJDEN)

    def process(self, message: Message, refuse: tuple[int, ...] = (), questions: int = 0) -> Answer:
        with clock.use(lambda: NU):
            said = self.say(message, refuse, questions)
        response = httpx.Response(404)
        if said is not None:
            response = httpx.Response(200, content=said.model_dump_json(by_alias=True))
        return Answer(message.registratie.id, message.poging, _uitkomst(message.handeling, message.registratie, response))

    def say(self, message: Message, refuse: tuple[int, ...], questions: int) -> Antwoord | None:
        match message.handeling:
            case "aanmelden" | "corrigeren":
                melding, corrects = melding_van(message.registratie), message.handeling == "corrigeren"
                return self.boek.neem_aan(melding, corrects=corrects, forced=refuse, navragen=questions)
            case "intrekken":
                return self.boek.trek_in(message.registratie.client_referentie)
            case "vragen":
                return self.boek.vraag(message.registratie.client_referentie)

    def registered(self) -> list[str]:
        return [each["clientReferentie"] for each in self.boek.meldingen() if each["status"] == "geaccepteerd"]

    def drain(self) -> None:
        """No faults any more: everything must come to rest, and the two sides must agree."""
        for each in self.reeks.registraties:
            self.reeks = domain.herstel(self.reeks, each.id, NU, TIJDEN)
        for _ in range(100):
            due = self.due()
            if not due:
                break
            self.take(self.process(self.start(due[0])))
        assert all(each.staat in {"geaccepteerd", "afgekeurd", "vervallen"} for each in self.reeks.registraties)
        accepted = [each.client_referentie for each in self.reeks.registraties if each.staat == "geaccepteerd"]
        assert self.registered() == accepted
        newest = [each for each in self.reeks.registraties if each.besluitversie == self.reeks.versie]
        if not newest:
            assert accepted == []
        elif newest[0].staat == "geaccepteerd":
            (content,) = (each["melding"] for each in self.boek.meldingen() if each["status"] == "geaccepteerd")
            assert content == melding_van(newest[0]).model_dump(mode="json", by_alias=True)


TestOneDecision = OneDecision.TestCase
TestOneDecision.settings = settings(max_examples=300, stateful_step_count=30, deadline=None, derandomize=True)


class OneDecisionAtLength(OneDecision):
    """The same for minutes, another way each time: this is how the rarer orders are found."""


TestOneDecisionAtLength = pytest.mark.long(pytest.mark.timeout(1800)(OneDecisionAtLength.TestCase))
TestOneDecisionAtLength.settings = settings(
    max_examples=10_000, stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
