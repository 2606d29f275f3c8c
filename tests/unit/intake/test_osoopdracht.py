"""What a dossier of OSO-SWV says as a command."""

import json
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from intake.domain.osoopdracht import NODIG, formulier_faults, opdracht
from intake.oso.dossier import OsoDossier
from intake.oso.personen import Leerling
from intake.osoberichten import FORMULIER
from shared.contracts.connector import HulpvraagIndienen

FILLED = {"aanvraagtype": "TLV", "datum": "2026-11-02", "contactpersoon": "Ina Bedacht", "email": "ina@linde.example"}
PUPIL = Leerling(leerlingid="L-1", roepnaam="Noor", voorvoegsel="van", achternaam="Voorbeeld", geboortedatum=date(2016, 5, 4))


def made(form: dict[str, str], pupil: Leerling | None = PUPIL) -> dict[str, object]:
    given = OsoDossier(leerling=pupil)
    return opdracht(given, form, swv="PO2507", school="99XA01", eigen_referentie="van-ons")


@given(st.sets(st.sampled_from(NODIG)))
def test_every_field_that_is_needed_and_empty_is_named(missing: set[str]) -> None:
    form = {name: "" if name in missing else text for name, text in FILLED.items()}
    assert [fault.field for fault in formulier_faults(form)] == [name for name in NODIG if name in missing]


def test_a_full_form_and_a_pupil_make_a_command_that_the_contract_takes() -> None:
    assert set(NODIG) < set(FORMULIER)
    command = HulpvraagIndienen.model_validate_json(json.dumps(made(FILLED)), strict=True)
    assert (command.school.brin, command.school.vestiging, command.eigen_referentie) == ("99XA", "01", "van-ons")
    assert command.leerling.geboortedatum == date(2016, 5, 4)
    assert command.leerling.voorvoegsel == "van"
    assert command.contactpersoon.naam == "Ina Bedacht"


def test_a_reference_of_the_school_itself_counts() -> None:
    assert made({**FILLED, "eigenReferentie": "zaak 7"})["eigenReferentie"] == "zaak 7"


def test_what_is_not_there_is_left_out_and_so_named_by_the_contract() -> None:
    command = made({}, None)
    assert command["leerling"] == {}
    assert command["contactpersoon"] == {}
    assert "datum" not in command
