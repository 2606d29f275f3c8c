"""Overlegrondes: for any people, flags and moments nobody reads what they may not, and nothing is seen after the end."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared import clock
from shared.contracts.common import Leerling
from shared.errors import InvalidInput
from workflow.domain.overleg import Deelnemer, Ronde, check_name

PEOPLE = [UUID(int=number) for number in range(1, 6)]
WHO = st.sampled_from(PEOPLE)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))


@st.composite
def rounds(draw: st.DrawFn) -> Ronde:
    people = draw(st.sets(WHO))
    return Ronde(
        id=UUID(int=100),
        onderwerp="MDO",
        omschrijving="",
        tot=clock.end_of(draw(DAYS)),
        gesloten=False,
        besloten_reacties=draw(st.booleans()),
        besloten_deelname=draw(st.booleans()),
        organisator=draw(WHO),
        organisator_naam="Iris Bedacht",
        begonnen_op=datetime(2026, 1, 1, tzinfo=UTC),
        deelnemers=[Deelnemer(one, one, "x", "x@x.example", draw(st.booleans())) for one in sorted(people)],
    )


@given(rounds(), WHO, WHO, MOMENTS, st.sets(WHO))
def test_a_reaction_is_read_by_whom_the_manual_names_and_nobody_else(
    ronde: Ronde, reader: UUID, author: UUID, moment: datetime, workers: set[UUID]
) -> None:
    """The rule once more, from the other side: one reason at a time."""
    works = reader in workers
    takes_part = reader in {one.account for one in ronde.deelnemers}
    in_time = moment < ronde.tot
    reasons = [
        works and reader == ronde.organisator,
        takes_part and in_time and not ronde.besloten_reacties,
        takes_part and in_time and reader in {author, ronde.organisator},
        works and not ronde.besloten_deelname and not ronde.besloten_reacties,
        works and not ronde.besloten_deelname and reader == author,
    ]
    assert ronde.reads(reader, author, moment, works=works) == any(reasons)


@given(rounds(), WHO, WHO, MOMENTS)
def test_who_was_let_in_sees_and_does_nothing_after_the_end(ronde: Ronde, reader: UUID, author: UUID, moment: datetime) -> None:
    late = max(moment, ronde.tot)
    assert not ronde.sees(reader, late, works=False)
    assert not ronde.reads(reader, author, late, works=False)
    for works in (True, False):
        assert not ronde.reacts(reader, late)
        assert not ronde.manages(reader, works=works) or reader == ronde.organisator
    before = ronde.tot - timedelta(microseconds=1)
    assert ronde.sees(reader, before, works=False) == ronde.takes_part(reader)


@given(rounds(), WHO, MOMENTS)
def test_the_organiser_does_not_lose_sight_while_working_with_the_hulpvraag(
    ronde: Ronde, author: UUID, moment: datetime
) -> None:
    assert ronde.reads(ronde.organisator, author, moment, works=True)
    alone = replace(ronde, deelnemers=[one for one in ronde.deelnemers if one.account != ronde.organisator])
    assert not alone.reacts(ronde.organisator, moment)
    assert not alone.sees(ronde.organisator, moment, works=False)


@given(rounds(), WHO, MOMENTS)
def test_a_mail_of_a_reaction_goes_to_who_may_read_it_and_wants_to_hear(ronde: Ronde, author: UUID, moment: datetime) -> None:
    before = min(moment, ronde.tot - timedelta(microseconds=1))
    heard = {one.account for one in ronde.hears(author)}
    assert author not in heard
    for one in ronde.deelnemers:
        may = ronde.reads(one.account, author, before, works=False)
        assert (one.account in heard) == (may and one.mails and one.account != author)


NOOR = Leerling(
    dossier=UUID(int=9),
    leerlingid="L-1",
    roepnaam="Noor",
    voorvoegsel="van",
    achternaam="Voorbeeld",
    geboortedatum=date(2016, 3, 9),
)


@pytest.mark.parametrize("naam", ["Logopedist Noor", "ouder van NOOR V.", "Noör Voorbeeld"])
def test_the_name_of_a_new_participant_does_not_name_the_pupil(naam: str) -> None:
    with pytest.raises(InvalidInput):
        check_name(naam, NOOR)


@pytest.mark.parametrize("naam", ["Mila van Voorbeeld", "Noortje Bedacht", "Els Buiten"])
def test_a_parent_with_the_same_surname_and_a_name_that_looks_alike_are_fine(naam: str) -> None:
    check_name(naam, NOOR)
    check_name("Noor", None)
