"""The same reference with other content: what may change, and what never does."""

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.facts import HulpvraagFact
from intake.domain.submission import fingerprint
from intake.domain.wijziging import Known, change_faults
from shared.contracts.connector import HulpvraagIndienen
from support.intake import hulpvraag, leerling

SLOTS = st.lists(st.uuids(), unique=True, max_size=5)


def command(**own: Any) -> HulpvraagIndienen:
    return HulpvraagIndienen.model_validate(hulpvraag(leerling=leerling(leerlingid="L-1"), **own))


def known(*, swv: str = "PO2507", leerlingid: str = "L-1", slots: tuple[UUID, ...] = (), **own: Any) -> Known:
    return Known(HulpvraagFact(UUID(int=1), 100001, swv, "99XA00", **own), leerlingid, b"", frozenset(slots))


@pytest.mark.parametrize(
    ("before", "fault"),
    [
        (known(einde=True), ("eigenReferentie", "afgesloten")),
        (known(ingetrokken=True), ("eigenReferentie", "ingetrokken")),
        (known(einde=True, ingetrokken=True, leerlingid="L-2"), ("eigenReferentie", "ingetrokken")),
        (known(leerlingid="L-2"), ("leerling.leerlingid", "andere-leerling")),
        (known(swv="PO00YY"), ("swv", "ander-swv")),
    ],
)
def test_what_is_over_or_of_another_is_not_changed(before: Known, fault: tuple[str, str]) -> None:
    found = change_faults(before, command())
    assert [(one.field, one.rule) for one in found] == [fault]
    assert all(one.message.endswith(".") for one in found)


def test_what_runs_may_be_changed() -> None:
    assert change_faults(known(), command(aanvraagtype="TLV", omschrijving="Anders.")) == []


@given(SLOTS, SLOTS)
def test_files_are_no_content_and_each_is_offered_once(before: list[UUID], now: list[UUID]) -> None:
    one = command(eigenReferentie="HV-1", uploadslots=[str(slot) for slot in now])
    assert fingerprint(one) == fingerprint(one.model_copy(update={"uploadslots": ()}))
    further = known(slots=tuple(before)).further(one)
    assert set(further) == set(now) - set(before)
    assert known(slots=(*before, *further)).further(one) == ()
