"""What workflow sends, as it goes over the wire, is what its readers' contract says, however full or empty it is."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared import clock
from shared.contracts.common import Contactpersoon, School
from shared.contracts.workflow import Afzender, BesluitGenomen, Geadresseerde, StatusGewijzigd
from shared.envelope import MAX_BYTES, Data, Event
from shared.outbox import Outgoing
from workflow.api.shapes import NieuwBesluit, Statuswijziging


def sent(data: Data, sequence: int) -> bytes:
    return Outgoing.event(Event.about(data, subject=clock.new_id(), sequence=sequence), None).body


def changed(**changes: Any) -> StatusGewijzigd:
    given: dict[str, Any] = {
        "swv": "PO2507",
        "hulpvraag": clock.new_id(),
        "dossiernummer": 1,
        "aanvraagtype": "Een titel",
        "wijziging": clock.new_id(),
        "versie": 1,
        "gewijzigd_op": clock.now(),
        "door": "automatisch",
    }
    return StatusGewijzigd(**{**given, **changes})


@given(
    st.none() | st.just("Een status"),
    st.none() | st.just("Een status"),
    st.none() | st.just("een reden"),
    st.none() | st.dates(),
    st.booleans(),
)
@settings(deadline=None)
def test_a_change_of_status_is_read_as_it_was_meant(
    status: str | None,
    vorige: str | None,
    reden: str | None,
    day: date | None,
    einde: bool,  # noqa: FBT001
) -> None:
    data = changed(status=status, vorige=vorige, reden=reden, bespreekdatum=day, einde=einde)
    assert Event[StatusGewijzigd].model_validate_json(sent(data, 1)).data == data


@pytest.mark.parametrize("sign", ["x", "€", "🙂", '"', "\n"])
def test_the_longest_texts_that_the_api_takes_fit_in_an_event(sign: str) -> None:
    asked = Statuswijziging(status="Een status", reden=f"x{sign * 998}x", toelichting=f"x{sign * 3998}x")
    address = Geadresseerde(doelgroep="x" * 200, naam="x" * 200, email="x" * 250, sjabloon="x" * 200)
    status = changed(status="x" * 200, vorige="x" * 200, reden=asked.reden, toelichting=asked.toelichting, mails=(address,) * 8)
    body = NieuwBesluit(
        soort="TLV",
        toegekend=False,
        motivering=f"x{sign * 3998}x",
        omschrijving=f"x{sign * 998}x",
        begeleider=f"x{sign * 198}x",
    )
    contact = Contactpersoon(naam="x" * 200, email="x" * 256)
    besluit = BesluitGenomen(
        swv="PO2507",
        hulpvraag=clock.new_id(),
        dossiernummer=1,
        besluit=clock.new_id(),
        versie=1,
        nummer="PO2507-2026-00001",
        soort=body.soort,
        toegekend=body.toegekend,
        omschrijving=body.omschrijving,
        begeleider=body.begeleider,
        motivering=body.motivering,
        genomen_op=clock.today(),
        niveau="leerling",
        school=School(code="99XA00", naam="x" * 200, bestuur="B-1"),
        contactpersoon=contact,
        afzender=Afzender(naam="x", adres="x", postcode="9999 XX", plaats="x"),
    )
    for data in (status, besluit):
        assert len(sent(data, 2)) < MAX_BYTES
    assert Event[BesluitGenomen].model_validate_json(sent(besluit, 2)).data == besluit
    assert json.loads(sent(status, 2))["data"]["toelichting"] == asked.toelichting
