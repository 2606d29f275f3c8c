"""All versions of one decision together, step by step."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bron_export.domain.reeks import (
    Reeks,
    Uitkomst,
    begin,
    corrigeer,
    handeling,
    herstel,
    neem_op,
    verwerk,
    verzend_opnieuw,
    wacht,
)
from bron_export.domain.registratie import Gebeurtenis, Registratie
from bron_export.domain.signalen import signaal
from bron_export.domain.wachttijd import Wachttijden
from shared.contracts.bron_export import Registratiestaat
from support.bron_export import NU, een_registratie

TIJDEN = Wachttijden(opnieuw=5, navraag=30, langst=3600)
BESLUIT = uuid4()


def versie(number: int) -> Registratie:
    return een_registratie(besluit=BESLUIT, besluitversie=number, volgende_poging_op=None)


def first() -> tuple[Reeks, Registratie]:
    new = versie(1)
    return neem_op(Reeks(BESLUIT), 1, new, NU), new


def after(reeks: Reeks, who: Registratie, *events: Gebeurtenis, signalen: tuple[int, ...] = ()) -> Reeks:
    for event in events:
        poging = uuid4()
        reeks = begin(reeks, who.id, poging=poging, mandaat=None)
        outcome = Uitkomst(event, tuple(signaal(code) for code in signalen))
        reeks = verwerk(reeks, who.id, poging, outcome, NU, TIJDEN)
    return reeks


def states(reeks: Reeks) -> list[Registratiestaat]:
    return [each.staat for each in reeks.registraties]


def test_a_new_registration_has_its_turn_at_once() -> None:
    reeks, new = first()
    assert handeling(reeks, reeks.vind(new.id)) == "aanmelden"
    assert reeks.vind(new.id).volgende_poging_op == NU
    assert [each.staat for each in reeks.wijzigingen] == ["te verzenden"]


@pytest.mark.parametrize("versie_again", [1, 0])
def test_a_known_or_older_version_changes_nothing(versie_again: int) -> None:
    reeks, _ = first()
    assert neem_op(reeks, versie_again, versie(versie_again), NU) == reeks


def test_a_version_that_comes_after_a_newer_one_is_not_registered() -> None:
    reeks = neem_op(neem_op(Reeks(BESLUIT), 2, None, NU), 1, versie(1), NU)
    assert reeks.registraties == ()


def test_what_may_have_arrived_is_asked_about_before_it_is_sent_again() -> None:
    reeks, new = first()
    reeks = after(reeks, new, "onzeker")
    assert handeling(reeks, reeks.vind(new.id)) == "vragen"
    reeks = after(reeks, new, "niet-bekend")
    assert (reeks.vind(new.id).staat, handeling(reeks, reeks.vind(new.id))) == ("te verzenden", "aanmelden")
    assert reeks.vind(new.id).volgnummer == 1


def test_a_process_that_died_while_sending_leaves_a_doubt_that_is_asked_about() -> None:
    reeks, new = first()
    reeks = herstel(begin(reeks, new.id, poging=uuid4(), mandaat=None), new.id, NU, TIJDEN)
    assert (reeks.vind(new.id).staat, handeling(reeks, reeks.vind(new.id))) == ("onbekend", "vragen")


def lingering_beside_a_refused_one(*before: Gebeurtenis) -> tuple[Reeks, Registratie]:
    """The first may still linger or have arrived; the second went alone, and was refused."""
    reeks, old = first()
    newer = versie(2)
    reeks = neem_op(after(reeks, old, *before, "onzeker", "niet-bekend"), 2, newer, NU)
    assert [(each.staat, each.reden) for each in reeks.registraties] == [
        ("te verzenden", "nieuwere-versie"),
        ("te verzenden", None),
    ]
    assert [handeling(reeks, each) for each in reeks.registraties] == [None, "aanmelden"]
    return after(reeks, newer, "afgekeurd", signalen=(423,)), old


def test_what_may_still_linger_lapses_when_the_register_takes_a_newer_version() -> None:
    reeks, old = first()
    newer = versie(2)
    reeks = neem_op(after(reeks, old, "onzeker", "niet-bekend"), 2, newer, NU)
    assert states(after(reeks, newer, "ontvangen")) == ["te verzenden", "verzonden"]
    assert states(after(reeks, newer, "ontvangen", "geaccepteerd")) == ["vervallen", "geaccepteerd"]


@pytest.mark.parametrize(("answer", "staat"), [("niet-bekend", "vervallen"), ("geaccepteerd", "geaccepteerd")])
def test_what_may_have_arrived_before_a_refused_version_is_asked_about(answer: Gebeurtenis, staat: str) -> None:
    reeks, old = lingering_beside_a_refused_one()
    assert handeling(reeks, reeks.vind(old.id)) == "vragen"
    assert states(after(reeks, old, answer)) == [staat, "afgekeurd"]


def test_a_corrected_one_that_may_have_arrived_before_a_refused_version_is_taken_back() -> None:
    reeks, old = lingering_beside_a_refused_one("storing")
    assert handeling(reeks, reeks.vind(old.id)) == "intrekken"
    assert states(after(reeks, old, "ingetrokken")) == ["vervallen", "afgekeurd"]


def test_what_a_lingering_one_may_have_replaced_is_taken_back_with_it() -> None:
    reeks, oldest = first()
    old, newest = versie(2), versie(3)
    reeks = neem_op(after(reeks, oldest, "geaccepteerd"), 2, old, NU)
    reeks = neem_op(after(reeks, old, "storing", "onzeker", "niet-bekend"), 3, newest, NU)
    reeks = after(reeks, newest, "afgekeurd", signalen=(423,))
    reeks = after(reeks, old, "ingetrokken")
    assert handeling(reeks, reeks.vind(oldest.id)) == "intrekken"
    assert states(after(reeks, oldest, "ingetrokken")) == ["vervallen", "vervallen", "afgekeurd"]


def test_what_may_still_linger_is_withdrawn_when_the_decision_is_taken_back() -> None:
    reeks, old = first()
    reeks = neem_op(after(reeks, old, "onzeker", "niet-bekend"), 2, versie(2), NU)
    reeks = neem_op(reeks, 3, None, NU)
    assert states(reeks) == ["te verzenden", "vervallen"]
    assert handeling(reeks, reeks.vind(old.id)) == "intrekken"
    assert states(after(reeks, old, "ingetrokken")) == ["vervallen", "vervallen"]


def test_what_may_still_linger_is_withdrawn_also_after_a_person_corrected_it() -> None:
    reeks, old = first()
    reeks = after(reeks, old, "onzeker", "niet-bekend")
    reeks = corrigeer(reeks, old.id, replace(old.gegevens, eind=date(2029, 7, 31)), NU)
    reeks = neem_op(reeks, 2, None, NU)
    assert handeling(reeks, reeks.vind(old.id)) == "intrekken"


def test_the_answer_to_an_attempt_that_was_given_up_changes_nothing() -> None:
    reeks, new = first()
    old, poging = uuid4(), uuid4()
    reeks = herstel(begin(reeks, new.id, poging=old, mandaat=None), new.id, NU, TIJDEN)
    reeks = begin(reeks, new.id, poging=poging, mandaat=None)
    assert verwerk(reeks, new.id, old, Uitkomst("niet-verzonden"), NU, TIJDEN) == reeks
    assert verwerk(reeks, new.id, old, Uitkomst("geaccepteerd"), NU, TIJDEN) == reeks


def test_the_same_answer_twice_is_told_once() -> None:
    reeks, new = first()
    poging = uuid4()
    reeks = begin(reeks, new.id, poging=poging, mandaat=None)
    once = verwerk(reeks, new.id, poging, Uitkomst("geaccepteerd"), NU, TIJDEN)
    assert verwerk(once, new.id, poging, Uitkomst("geaccepteerd"), NU, TIJDEN) == once


def test_a_newer_version_lapses_what_was_never_sent() -> None:
    reeks, _ = first()
    reeks = neem_op(reeks, 2, versie(2), NU)
    assert states(reeks) == ["vervallen", "te verzenden"]
    assert handeling(reeks, reeks.registraties[1]) == "aanmelden"


@pytest.mark.parametrize("event", ["onzeker", "ontvangen"])
def test_a_newer_version_waits_until_it_is_certain_what_became_of_the_older(event: Gebeurtenis) -> None:
    reeks, old = first()
    reeks = neem_op(after(reeks, old, event), 2, versie(2), NU)
    newer = reeks.registraties[1]
    assert (handeling(reeks, newer), newer.reden, newer.volgende_poging_op) == (None, "eerdere-versie", None)
    reeks = after(reeks, old, "geaccepteerd")
    newer = reeks.registraties[1]
    assert (handeling(reeks, newer), newer.reden, newer.volgende_poging_op) == ("corrigeren", None, NU)


def test_a_version_being_sent_is_not_lapsed_by_a_newer_one() -> None:
    reeks, old = first()
    poging = uuid4()
    reeks = neem_op(begin(reeks, old.id, poging=poging, mandaat=None), 2, versie(2), NU)
    assert states(reeks) == ["te verzenden", "te verzenden"]
    reeks = verwerk(reeks, old.id, poging, Uitkomst("afgekeurd", (signaal(423),)), NU, TIJDEN)
    assert states(reeks) == ["vervallen", "te verzenden"]
    assert [each.staat for each in reeks.wijzigingen] == ["te verzenden", "te verzenden", "afgekeurd", "vervallen"]


def test_a_newer_accepted_version_takes_the_place_of_the_older() -> None:
    reeks, old = first()
    newer = versie(2)
    reeks = neem_op(after(reeks, old, "geaccepteerd"), 2, newer, NU)
    assert states(reeks) == ["geaccepteerd", "te verzenden"]
    reeks = after(reeks, newer, "geaccepteerd")
    assert states(reeks) == ["vervallen", "geaccepteerd"]


def test_a_refused_correction_leaves_the_older_version_at_the_register() -> None:
    reeks, old = first()
    newer = versie(2)
    reeks = after(neem_op(after(reeks, old, "geaccepteerd"), 2, newer, NU), newer, "afgekeurd", signalen=(423,))
    assert states(reeks) == ["geaccepteerd", "afgekeurd"]
    assert all(each.volgende_poging_op is None for each in reeks.registraties)


def test_a_decision_that_is_taken_back_is_withdrawn_at_the_register() -> None:
    reeks, old = first()
    reeks = neem_op(after(reeks, old, "geaccepteerd"), 2, None, NU)
    assert handeling(reeks, reeks.vind(old.id)) == "intrekken"
    refused = after(reeks, old, "niet-ingetrokken", signalen=(304,)).vind(old.id)
    assert (refused.staat, [each.code for each in refused.signalen]) == ("geaccepteerd", [304])
    assert refused.volgende_poging_op is not None
    assert states(after(reeks, old, "onzeker", "ingetrokken")) == ["vervallen"]


def test_a_withdrawal_waits_for_the_version_that_is_still_being_sent() -> None:
    reeks, old = first()
    newer, poging = versie(2), uuid4()
    reeks = neem_op(after(reeks, old, "geaccepteerd"), 2, newer, NU)
    reeks = neem_op(begin(reeks, newer.id, poging=poging, mandaat=None), 3, None, NU)
    assert handeling(reeks, reeks.vind(old.id)) is None
    reeks = verwerk(reeks, newer.id, poging, Uitkomst("geaccepteerd"), NU, TIJDEN)
    assert states(reeks) == ["vervallen", "geaccepteerd"]
    assert handeling(reeks, reeks.vind(newer.id)) == "intrekken"


def test_a_withdrawal_in_doubt_is_brought_to_its_end_before_a_newer_version_goes() -> None:
    reeks, old = first()
    reeks = after(neem_op(after(reeks, old, "geaccepteerd"), 2, None, NU), old, "onzeker")
    reeks = neem_op(reeks, 3, versie(3), NU)
    assert [handeling(reeks, each) for each in reeks.registraties] == ["intrekken", None]
    reeks = after(reeks, old, "ingetrokken")
    assert handeling(reeks, reeks.registraties[1]) == "aanmelden"


def test_a_decision_granted_again_while_it_is_withdrawn_waits_for_that() -> None:
    reeks, old = first()
    reeks = neem_op(after(reeks, old, "geaccepteerd"), 2, None, NU)
    poging = uuid4()
    reeks = neem_op(begin(reeks, old.id, poging=poging, mandaat=None), 3, versie(3), NU)
    assert handeling(reeks, reeks.registraties[1]) is None
    assert reeks.vind(old.id).volgende_poging_op is not None  # a process that dies here is noticed
    reeks = verwerk(reeks, old.id, poging, Uitkomst("ingetrokken"), NU, TIJDEN)
    assert states(reeks) == ["vervallen", "te verzenden"]
    assert handeling(reeks, reeks.registraties[1]) == "aanmelden"


def test_a_correction_goes_out_with_the_next_number() -> None:
    reeks, new = first()
    reeks = after(reeks, new, "afgekeurd", signalen=(423,))
    mended = replace(reeks.vind(new.id).gegevens, eind=date(2029, 7, 31))
    reeks = corrigeer(reeks, new.id, mended, NU)
    found = reeks.vind(new.id)
    assert (found.staat, found.volgnummer, found.signalen) == ("te verzenden", 2, ())
    assert handeling(reeks, found) == "corrigeren"


def test_a_correction_that_may_have_arrived_is_asked_about_too() -> None:
    reeks, new = first()
    reeks = after(reeks, new, "afgekeurd", signalen=(423,))
    reeks = after(verzend_opnieuw(reeks, new.id, NU), new, "onzeker")
    assert reeks.vind(new.id).staat == "onbekend"
    reeks = after(reeks, new, "niet-bekend")  # the register still has the first number only
    assert (reeks.vind(new.id).volgnummer, handeling(reeks, reeks.vind(new.id))) == (2, "corrigeren")


def test_a_fault_of_the_register_itself_is_tried_again_by_itself() -> None:
    reeks, new = first()
    found = after(reeks, new, "afgekeurd", signalen=(358,)).vind(new.id)
    assert (found.staat, found.reden, found.volgnummer) == ("te verzenden", "storing-register", 2)
    assert found.volgende_poging_op == NU + timedelta(seconds=5)
    assert [each.code for each in found.signalen] == [358]


def test_without_a_mandate_it_waits_visibly() -> None:
    reeks, new = first()
    found = wacht(reeks, new.id, "geen-mandaat", NU, TIJDEN).vind(new.id)
    assert (found.staat, found.reden, found.versie) == ("te verzenden", "geen-mandaat", 1)


def test_a_person_who_asks_again_for_what_is_under_way_only_brings_the_question_forward() -> None:
    reeks, new = first()
    reeks = after(reeks, new, "ontvangen")
    later = NU + timedelta(seconds=1)
    again = verzend_opnieuw(reeks, new.id, later)
    assert again.vind(new.id) == replace(reeks.vind(new.id), volgende_poging_op=later)


@given(st.lists(st.sampled_from(["niet-verzonden", "onzeker", "niet-bekend", "ontvangen"]), max_size=40))
def test_waiting_grows_and_never_stops(events: list[Gebeurtenis]) -> None:
    reeks, new = first()
    reeks = after(reeks, new, *events)
    found = reeks.vind(new.id)
    assert found.volgende_poging_op is not None
    assert found.volgende_poging_op <= NU + timedelta(hours=1)
    assert handeling(reeks, found) is not None


def test_the_wait_doubles_up_to_an_hour() -> None:
    waits = [TIJDEN.na("te verzenden", number).total_seconds() for number in range(12)]
    assert waits == [5, 10, 20, 40, 80, 160, 320, 640, 1280, 2560, 3600, 3600]
    assert TIJDEN.na("verzonden", 0).total_seconds() == 30
    assert replace(TIJDEN, spreiding=1.2).na("onbekend", 0).total_seconds() == 6


def test_every_state_that_came_to_be_is_told_with_a_rising_version() -> None:
    reeks, new = first()
    reeks = after(reeks, new, "onzeker", "onzeker", "ontvangen", "ontvangen", "afgekeurd", signalen=(423,))
    told = [(each.staat, each.versie) for each in reeks.wijzigingen]
    assert told == [("te verzenden", 1), ("onbekend", 2), ("verzonden", 3), ("afgekeurd", 4)]


def test_a_stranger_is_not_found() -> None:
    reeks, _ = first()
    with pytest.raises(StopIteration):
        reeks.vind(UUID(int=1))
