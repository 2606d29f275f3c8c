"""What pydantic found wrong is told in Dutch, the list of what is allowed too."""

from typing import Literal

import pytest
from pydantic import BaseModel, ValidationError

from shared.faults import faults_of


class Vraag(BaseModel):
    kanaal: Literal["LVS", "direct", "beide"]
    aantal: int = 1


@pytest.mark.parametrize(
    ("given", "field", "rule", "message"),
    [
        ({}, "kanaal", "verplicht", "Dit veld is verplicht."),
        (
            {"kanaal": "post"},
            "kanaal",
            "keuze",
            "Deze waarde staat niet in de lijst. Toegestaan: 'LVS', 'direct' of 'beide'.",
        ),
        ({"kanaal": "LVS", "aantal": "veel"}, "aantal", "getal", "Dit moet een geheel getal zijn."),
    ],
)
def test_a_fault_names_field_and_rule_in_dutch(given: dict[str, object], field: str, rule: str, message: str) -> None:
    with pytest.raises(ValidationError) as caught:
        Vraag.model_validate(given)
    fault = faults_of(list(caught.value.errors()))[0]
    assert (fault.field, fault.rule, fault.message) == (field, rule, message)
