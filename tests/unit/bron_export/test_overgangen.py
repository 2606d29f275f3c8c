"""The life of a registration as one table."""

from typing import get_args

import pytest

from bron_export.domain.registratie import NIEUWE_INHOUD, OVERGANGEN, REDENEN, Gebeurtenis, Reden
from shared.contracts.bron_export import Registratiestaat
from support.bron_export import een_registratie

STATES: tuple[Registratiestaat, ...] = get_args(Registratiestaat)
EVENTS: tuple[Gebeurtenis, ...] = get_args(Gebeurtenis)

WRITTEN_OUT = """
te verzenden: ontvangen>verzonden geaccepteerd>geaccepteerd afgekeurd>afgekeurd storing>te verzenden onzeker>onbekend
    niet-verzonden>te verzenden gecorrigeerd>te verzenden ingetrokken>vervallen niet-ingetrokken>onbekend
    vervangen>vervallen
verzonden: ontvangen>verzonden geaccepteerd>geaccepteerd afgekeurd>afgekeurd storing>te verzenden niet-bekend>te verzenden
    ingetrokken>vervallen onzeker>verzonden niet-verzonden>verzonden
onbekend: ontvangen>verzonden geaccepteerd>geaccepteerd afgekeurd>afgekeurd storing>te verzenden niet-bekend>te verzenden
    ingetrokken>vervallen onzeker>onbekend niet-verzonden>onbekend
afgekeurd: gecorrigeerd>te verzenden opnieuw>te verzenden vervangen>vervallen
geaccepteerd: ingetrokken>vervallen vervangen>vervallen niet-ingetrokken>geaccepteerd onzeker>geaccepteerd
    niet-verzonden>geaccepteerd
vervallen:
"""


def test_the_table_is_what_was_agreed() -> None:
    lines = [
        f"{state}: {' '.join(f'{event}>{after}' for event, after in OVERGANGEN[state].items())}".rstrip()
        for state in STATES_IN_ORDER
    ]
    assert "\n".join(lines) == "\n".join(_joined(WRITTEN_OUT))


STATES_IN_ORDER: tuple[Registratiestaat, ...] = (
    "te verzenden",
    "verzonden",
    "onbekend",
    "afgekeurd",
    "geaccepteerd",
    "vervallen",
)


def _joined(text: str) -> list[str]:
    return " ".join(text.split("\n    ")).strip().replace("  ", " ").split("\n")


def test_every_state_stands_in_the_table_and_can_be_reached() -> None:
    assert set(OVERGANGEN) == set(STATES)
    reached: set[str] = {"te verzenden"}
    for _ in STATES:
        reached |= {after for state in reached for after in OVERGANGEN[state].values()}  # type: ignore[index]  # only states
    assert reached == set(STATES)


def test_no_state_but_the_last_is_a_dead_end() -> None:
    assert [state for state in STATES if not OVERGANGEN[state]] == ["vervallen"]


def test_unknown_leads_to_sending_only_by_the_registers_own_word() -> None:
    assert {event for event, after in OVERGANGEN["onbekend"].items() if after == "te verzenden"} == {"niet-bekend", "storing"}


@pytest.mark.parametrize("event", EVENTS)
def test_nothing_that_happens_accepts_but_the_registers_word(event: Gebeurtenis) -> None:
    accepting = {state for state in STATES if OVERGANGEN[state].get(event) == "geaccepteerd" and state != "geaccepteerd"}
    assert accepting == ({"te verzenden", "verzonden", "onbekend"} if event == "geaccepteerd" else set())


def test_new_content_only_comes_where_the_register_has_no_doubt_left() -> None:
    for event in NIEUWE_INHOUD - {"storing"}:
        assert {state for state in STATES if event in OVERGANGEN[state]} <= {"te verzenden", "afgekeurd"}


def test_every_reason_has_its_sentence() -> None:
    assert set(REDENEN) == set(get_args(Reden))


def test_the_reference_is_the_same_however_often_it_is_sent_and_another_for_each_version() -> None:
    first = een_registratie(volgnummer=1)
    again = een_registratie(besluit=first.besluit, volgnummer=4)
    newer = een_registratie(besluit=first.besluit, besluitversie=2)
    assert first.client_referentie == again.client_referentie != newer.client_referentie
