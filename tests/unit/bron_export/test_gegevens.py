"""Which decisions go to the register, and what of them."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bron_export.domain.gegevens import Gegevens, te_registreren
from support.bron_export import SCHOOL, SWV, een_besluit


def test_a_tlv_is_registered_with_number_category_and_period_and_nothing_else() -> None:
    assert te_registreren(een_besluit()) == Gegevens(
        soort="TLV",
        swv=SWV,
        school=SCHOOL,
        leerlingid="L-2041",
        nummer="PO2507-2026-00123",
        categorie="L",
        begin=date(2026, 8, 1),
        eind=date(2028, 7, 31),
    )


def test_an_arrangement_is_registered_with_the_fields_of_the_schools_screen() -> None:
    assert te_registreren(een_besluit(soort="arrangement")) == Gegevens(
        soort="onderwijsarrangement",
        swv=SWV,
        school=SCHOOL,
        leerlingid="L-2041",
        begin=date(2026, 9, 15),
        eind=date(2027, 2, 1),
        omschrijving="Inzet van een ondersteuner in de klas",
        begeleider="Bo Verzonnen",
    )


@pytest.mark.parametrize("own", [{"registratie": None}, {"toegekend": False}])
def test_what_need_not_be_registered_is_not(own: dict[str, Any]) -> None:
    assert te_registreren(een_besluit(**own)) is None


@given(st.booleans(), st.sampled_from(["groep", "school"]), st.sampled_from(["TLV", "onderwijsarrangement"]))
def test_what_is_not_about_one_pupil_is_never_registered_whatever_the_event_asks(
    named: bool,  # noqa: FBT001 - drawn
    niveau: str,
    registratie: str,
) -> None:
    besluit = een_besluit(soort="arrangement")
    pupil = besluit.leerling if named else None
    assert te_registreren(een_besluit(niveau=niveau, groep="groep 5", leerling=pupil, registratie=registratie)) is None


def test_a_group_is_never_registered_even_when_the_level_says_leerling() -> None:
    assert te_registreren(een_besluit(soort="arrangement", groep="groep 5")) is None


def test_no_name_and_no_birth_date_of_the_pupil_is_kept() -> None:
    kept = repr(te_registreren(een_besluit()))
    assert "Noor" not in kept
    assert "Voorbeeld" not in kept
    assert "2018" not in kept
