"""The course of a hulpvraag in words."""

from uuid import uuid4

import pytest

from gateway.models.hulpvragen import Historieregel
from shared import clock


@pytest.mark.parametrize(
    ("door", "aanleiding", "words"),
    [
        ("SCP", "statuswijziging", "SCP"),
        ("automatisch", "bijlagen-toegevoegd", "vanzelf"),
        ("automatisch", "gewijzigd", "gewijzigd door de school, in het leerlingvolgsysteem"),
        ("automatisch", "ingetrokken", "ingetrokken door de school, in het leerlingvolgsysteem"),
    ],
)
def test_it_says_who_did_what_also_when_the_status_stayed(door: str, aanleiding: str, words: str) -> None:
    assert line(door, aanleiding).wie == words


@pytest.mark.parametrize(
    ("velden", "words"),
    [
        ([], ""),
        (["omschrijving"], "de omschrijving"),
        (["leerling.roepnaam", "contactpersoon.email"], "de roepnaam en het mailadres van de contactpersoon"),
        (["opp", "groep", "iets nieuws"], "of het OPP meegaat, de groep en iets nieuws"),
    ],
)
def test_it_names_what_a_school_changed(velden: list[str], words: str) -> None:
    assert line("automatisch", "gewijzigd", *velden).gewijzigd == words


def line(door: str, aanleiding: str, *velden: str) -> Historieregel:
    return Historieregel(
        wijziging=uuid4(),
        versie=2,
        vorige="A",
        status="A",
        reden=None,
        toelichting="",
        bespreekdatum=None,
        aanleiding=aanleiding,
        door=door,
        naam=None,
        gewijzigd_op=clock.now(),
        velden=list(velden),
        mails=[],
    )
