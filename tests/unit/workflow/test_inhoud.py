"""What a school changed, by name and without what stood there."""

from typing import Any

import pytest

from workflow.domain.inhoud import changed

FIRST: dict[str, Any] = {
    "aanvraagtype": "A&K",
    "omschrijving": "Rekenen.",
    "leerling": {"dossier": "een", "roepnaam": "Noor", "voorvoegsel": "", "achternaam": "Voorbeeld"},
    "groep": None,
    "contactpersoon": {"naam": "Ina Bedacht", "email": "ina@linde.example"},
    "bijlagen": 1,
    "ingediend_op": "2026-11-02T09:00:00Z",
}


@pytest.mark.parametrize(
    ("own", "named"),
    [
        ({}, []),
        ({"omschrijving": "Spelling."}, ["omschrijving"]),
        ({"opp": True}, ["opp"]),
        ({"leerling": {**FIRST["leerling"], "dossier": "ander", "voorvoegsel": "van"}}, ["leerling.voorvoegsel"]),
        (
            {"contactpersoon": {"naam": "Noa", "email": "ina@linde.example", "functie": "IB"}},
            ["contactpersoon.naam", "contactpersoon.functie"],
        ),
        ({"leerling": None, "groep": "6b"}, ["leerling.roepnaam", "leerling.voorvoegsel", "leerling.achternaam", "groep"]),
        ({"bijlagen": 3, "ingediend_op": "2026-11-03T09:00:00Z", "swv": "PO2507"}, []),
    ],
)
def test_only_what_the_school_wrote_otherwise_is_named(own: dict[str, Any], named: list[str]) -> None:
    assert changed(FIRST, {**FIRST, **own}) == named
