"""The rules as pure questions: whatever people do, nobody gets where the rules do not lead."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from shared.contracts.common import Contactpersoon
from support.hulpvragen import RULESETS
from workflow.domain.mails import recipients
from workflow.domain.ruleset import Gebeurtenis, Statusmail
from workflow.domain.stappen import Verzoek, Voorhanden, Weigering, Wijziging, allowed_steps, automatic, begin, change
from workflow.domain.verloop import Regels, Soort, Verloop
from workflow.registry import RuleSets, read_all

SETS = RuleSets(read_all(RULESETS))
ALL = [SETS.current("PO2507"), SETS.current("PO00YY")]
FORMS = {titel: form for regels in ALL for titel, form in regels.formulieren.items()}
TODAY = date(2026, 11, 23)
COURSES = [(regels, verloop) for regels in ALL for verloop in regels.verlopen]
NAMES = sorted({name for _, verloop in COURSES for name in verloop.namen})
ROLES = sorted({rol.naam for regels in ALL for rol in regels.ruleset.rollen})


def ask(
    verloop: Verloop | None, status: str | None, verzoek: Verzoek, rollen: set[str], bijlagen: tuple[str, ...] = ()
) -> Wijziging | Weigering:
    return change(verloop, status, verzoek, Voorhanden(FORMS, bijlagen, ("toegekend", "afgewezen")), rollen=rollen, today=TODAY)


def course(swv: str, titel: str) -> Verloop:
    verloop = SETS.current(swv).find("leerling", titel)
    assert verloop is not None
    return verloop


requests = st.builds(
    Verzoek,
    status=st.sampled_from([*NAMES, "Geen status"]),
    reden=st.sampled_from([None, "", "  ", "verhuisd"]),
    bespreekdatum=st.none() | st.dates(TODAY - timedelta(days=9), TODAY + timedelta(days=500)),
    bevestigd=st.booleans(),
)
held = st.sets(st.sampled_from(ROLES), max_size=3)
files = st.sampled_from([(), ("evaluatie.PDF",), ("Evaluatie",), ("evaluatie 2.pdf",), ("zelfevaluatie.pdf",)])


@given(st.sampled_from(COURSES), st.data(), requests, held, files)
@settings(max_examples=400, deadline=None)
def test_a_change_is_made_only_where_a_rule_says_so(
    of: tuple[Regels, Verloop], data: st.DataObject, verzoek: Verzoek, rollen: set[str], bijlagen: tuple[str, ...]
) -> None:
    _, verloop = of
    status = data.draw(st.sampled_from(sorted(verloop.statussen)))
    outcome = ask(verloop, status, verzoek, rollen, bijlagen)
    written = [
        rule
        for rule in verloop.type.overgangen
        for stap in verloop.stappen.get(status, ())
        if stap.bron == rule.bron and stap.naar.naam == verloop.namen.get(verzoek.status)
    ]
    if isinstance(outcome, Wijziging):
        assert written
        assert outcome.rol in rollen
        assert outcome.naar.naam == verloop.namen[verzoek.status]
        stap = next(s for s in allowed_steps(verloop, status, rollen) if s.naar == outcome.naar)
        asked = {str(eis) for eis in stap.vereist}
        assert "reden" not in asked or (verzoek.reden or "").strip()
        assert "datum" not in asked or verzoek.bespreekdatum
        assert "bevestiging" not in asked or verzoek.bevestigd
        assert "formulier: Evaluatie" not in asked or bijlagen not in {(), ("zelfevaluatie.pdf",)}
        assert verzoek.bespreekdatum is None or TODAY <= verzoek.bespreekdatum <= TODAY + timedelta(days=366)
    else:
        assert outcome.stappen == allowed_steps(verloop, status, rollen)
        assert (outcome.slug == "niet-vervuld") == bool(outcome.fouten) or outcome.slug == "onbekende-status"


@given(st.sampled_from(COURSES), st.data(), held)
def test_a_step_that_is_shown_as_allowed_can_be_made_when_its_demands_are_met(
    of: tuple[Regels, Verloop], data: st.DataObject, rollen: set[str]
) -> None:
    _, verloop = of
    status = data.draw(st.sampled_from(sorted(verloop.statussen)))
    for stap in allowed_steps(verloop, status, rollen):
        verzoek = Verzoek(stap.naar.naam, "reden", "", TODAY, bevestigd=True)
        assert isinstance(ask(verloop, status, verzoek, rollen, tuple(FORMS)), Wijziging)


@given(held, st.sampled_from(["swv", "school", "bestuur", "systeem"]))
def test_nobody_holds_a_role_of_another_kind_of_organisation(names: set[str], soort: Soort) -> None:
    for regels in ALL:
        kinds = {rol.naam: rol.basis for rol in regels.ruleset.rollen}
        fitting = {"swv": {"intern", "beheerder"}, "school": {"school"}, "bestuur": {"bestuur"}, "systeem": {"connector"}}[
            soort
        ]
        assert {kinds[rol] for rol in regels.rollen(names, soort)} <= fitting


class Walk(RuleBasedStateMachine):
    """People and events, in any order, on one hulpvraag of any aanvraagtype."""

    def __init__(self) -> None:
        super().__init__()
        self.verloop: Verloop | None = None
        self.status: str | None = None
        self.way: list[str] = []

    @precondition(lambda self: self.verloop is None)
    @rule(of=st.sampled_from(COURSES))
    def submit(self, of: tuple[Regels, Verloop]) -> None:
        regels, verloop = of
        found = begin(regels, verloop.type.niveau, verloop.type.titel)
        assert found is not None
        self.verloop, status = found
        self.status = status.naam
        self.way = [status.naam]

    @precondition(lambda self: self.verloop is not None)
    @rule(verzoek=requests, rollen=held, bijlagen=files)
    def change(self, verzoek: Verzoek, rollen: set[str], bijlagen: tuple[str, ...]) -> None:
        outcome = ask(self.verloop, self.status, verzoek, rollen, bijlagen)
        if isinstance(outcome, Wijziging):
            self.arrive(outcome.naar.naam)

    @precondition(lambda self: self.verloop is not None)
    @rule(data=st.data(), rollen=held)
    def step(self, data: st.DataObject, rollen: set[str]) -> None:
        steps = allowed_steps(self.verloop, self.status, rollen)
        if steps:
            stap = data.draw(st.sampled_from(steps))
            assert not stap.rollen.isdisjoint(rollen)
            self.arrive(stap.naar.naam)

    @precondition(lambda self: self.verloop is not None)
    @rule(gebeurtenis=st.sampled_from(Gebeurtenis))
    def happen(self, gebeurtenis: Gebeurtenis) -> None:
        status = automatic(self.verloop, self.status, gebeurtenis)
        if status is not None:
            assert self.verloop is not None
            written = [rule for rule in self.verloop.type.automatisch if rule.op is gebeurtenis and self.status in rule.van]
            assert status.naam in {rule.naar for rule in written}
            self.arrive(status.naam)

    def arrive(self, status: str) -> None:
        self.status = status
        self.way.append(status)

    @invariant()
    def the_status_is_one_of_the_rules_and_an_end_is_an_end(self) -> None:
        if self.verloop is None:
            return
        assert self.status in self.verloop.statussen
        ends = [naam for naam in self.way[:-1] if self.verloop.statussen[naam].einde]
        assert ends == []


test_no_sequence_of_permitted_actions_leaves_the_rules = Walk.TestCase
Walk.TestCase.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)


def test_a_refusal_says_why_and_what_is_possible() -> None:
    verloop = course("PO2507", "A&K")
    start = verloop.begin.naam
    unknown = ask(verloop, start, Verzoek("Klaar"), {"SCP"})
    illegal = ask(verloop, start, Verzoek("A&K afgerond"), {"SCP"})
    other = ask(verloop, start, Verzoek("A&K in behandeling"), {"IB'er", "school"})
    unmet = ask(verloop, start, Verzoek("A&K aanvraag incompleet", reden=" "), {"SCP"})
    assert [outcome.slug for outcome in (unknown, illegal, other, unmet) if isinstance(outcome, Weigering)] == [
        "onbekende-status",
        "overgang-niet-toegestaan",
        "geen-rechten",
        "niet-vervuld",
    ]
    assert isinstance(illegal, Weigering)
    assert [stap.naar.naam for stap in illegal.stappen] == [
        "A&K aanvraag incompleet",
        "A&K in behandeling",
        "A&K aanvraag afgewezen",
    ]
    assert isinstance(other, Weigering)
    assert other.stappen == ()
    assert isinstance(unmet, Weigering)
    assert [(fout.field, fout.rule) for fout in unmet.fouten] == [("reden", "verplicht")]


def test_without_a_status_there_are_no_steps() -> None:
    assert allowed_steps(None, None, {"administratie"}) == ()
    outcome = ask(None, None, Verzoek("A&K in behandeling"), {"administratie"})
    assert outcome == Weigering("overgang-niet-toegestaan", ())
    assert automatic(None, None, Gebeurtenis.BIJLAGEN_TOEGEVOEGD) is None


@pytest.mark.parametrize(
    ("day", "rule"),
    [(TODAY - timedelta(days=1), "verleden"), (TODAY + timedelta(days=367), "te-ver"), (None, "verplicht")],
)
def test_a_day_for_discussion_is_given_and_lies_within_a_year(day: date | None, rule: str) -> None:
    verzoek = Verzoek("TLV aanvraag in behandeling", bespreekdatum=day)
    outcome = ask(course("PO2507", "TLV"), "TLV Aanmelding", verzoek, {"administratie"}, ("Aanvraagformulier TLV.pdf",))
    assert isinstance(outcome, Weigering)
    assert [fout.rule for fout in outcome.fouten] == [rule]


def test_without_the_signed_form_a_tlv_is_not_taken_up_and_without_a_decision_not_granted() -> None:
    verloop = course("PO2507", "TLV")
    up = ask(
        verloop, "TLV Aanmelding", Verzoek("TLV aanvraag in behandeling", bespreekdatum=TODAY), {"administratie"}, ("x.pdf",)
    )
    assert isinstance(up, Weigering)
    assert [(fout.field, fout.rule) for fout in up.fouten] == [("formulier", "verplicht")]
    given = Verzoek("TLV afgegeven")
    granted = change(verloop, "TLV aanvraag in behandeling", given, Voorhanden(FORMS), rollen={"administratie"}, today=TODAY)
    assert isinstance(granted, Weigering)
    assert [(fout.field, fout.rule) for fout in granted.fouten] == [("besluit", "verplicht")]


def test_a_request_that_missed_its_deadline_is_discussed_after_the_summer_at_the_earliest() -> None:
    verloop = course("PO2507", "Verlenging TLV")
    after = date(2026, 12, 1)
    early = Verzoek("TLV aanvraag in behandeling", bespreekdatum=after - timedelta(days=1))
    there = Voorhanden(FORMS, ("Aanvraag TLV.pdf",))
    refused = change(verloop, "TLV Aanmelding", early, there, rollen={"administratie"}, today=TODAY, niet_voor=after)
    assert isinstance(refused, Weigering)
    assert [(fout.field, fout.rule) for fout in refused.fouten] == [("bespreekdatum", "na-de-zomer")]
    later = Verzoek("TLV aanvraag in behandeling", bespreekdatum=after)
    assert isinstance(
        change(verloop, "TLV Aanmelding", later, there, rollen={"administratie"}, today=TODAY, niet_voor=after), Wijziging
    )


def test_a_name_with_a_parameter_is_one_status_per_value_and_keeps_the_value() -> None:
    verloop = course("PO00YY", "Budget")
    assert {"Doorzetten administratie", "Doorzetten regiomanager"} <= set(verloop.statussen)
    assert verloop.namen["Doorgezet naar regiomanager"] == "Doorzetten regiomanager"
    reached = {stap.naar.naam for stap in verloop.stappen["Doorzetten regiomanager"]}
    assert reached == {"Dossier incompleet regiomanager", "Toegekend"}


def test_two_rules_for_one_step_ask_each_role_its_own() -> None:
    verloop = course("PO00YY", "Budget")
    assert isinstance(ask(verloop, "Toegekend", Verzoek("Afgerond", reden="klaar"), {"administratie"}), Wijziging)
    assert isinstance(ask(verloop, "Toegekend", Verzoek("Afgerond", reden="klaar"), {"school"}), Weigering)
    assert isinstance(ask(verloop, "Toegekend", Verzoek("Afgerond"), {"school"}, ("Evaluatie.docx",)), Wijziging)


def test_the_nearest_titles_help_the_one_who_sorts() -> None:
    regels = SETS.current("PO2507")
    assert regels.nearest("leerling", "tlv aanvraag")[0] == "TLV"
    assert regels.nearest("leerling", "Thuiszitters")[0] == "Thuiszitter"
    assert regels.nearest("groep", "TLV") == []


def test_each_address_gets_one_mail_and_an_audience_without_address_none() -> None:
    mails = [Statusmail(doelgroep=to, sjabloon="s") for to in ("AC", "aanvrager", "CT", "SCP")]
    contact = Contactpersoon(naam="Iris", email="iris@linde.example")
    found = recipients(mails, contact, {"AC": "post@swv.example", "CT": "Post@SWV.example"})
    assert [(to.doelgroep, to.email) for to in found] == [("AC", "post@swv.example"), ("aanvrager", "iris@linde.example")]
    assert recipients(mails, Contactpersoon(naam="Iris", email=""), {}) == ()
