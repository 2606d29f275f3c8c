"""Which dossiers go with a hulpvraag, and what of them."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.domain.osodossier import MOST, NEVER_KEPT, Oordeel, Verwacht, at_most, judge, name_of
from intake.oso.dossier import OsoDossier, Verzuim
from intake.oso.personen import Leerling, School, Verzorger
from intake.oso.resultaat import Bevinding, Gelezen, OsoBijlage

VERWACHT = Verwacht("L-1", "Verzonnen", date(2016, 5, 4), frozenset({"99XA00", "99XB01"}))
LEERLING = Leerling(leerlingid="L-1", achternaam="Verzonnen", geboortedatum=date(2016, 5, 4))


def finding(code: str, ernst: Any = "waarschuwing") -> Bevinding:
    return Bevinding(code=code, ernst=ernst, veld="x", bericht="Verzonnen.")


def file(naam: str = "plan.pdf", **own: Any) -> OsoBijlage:
    given = {
        "naam_in_zip": naam,
        "onderdeel": "overigdocument",
        "veld": "x",
        "pad": Path("000"),
        "grootte": 5,
        "sha256": "0" * 64,
    }
    return OsoBijlage(naam=naam, **{**given, **own})


def judged(
    leerling: Leerling | None = LEERLING,
    *,
    brin: str | None = "99XA",
    findings: tuple[Bevinding, ...] = (),
    files: tuple[OsoBijlage, ...] = (),
    ticked: tuple[str, ...] = (),
) -> Oordeel:
    dossier = OsoDossier(
        leerling=leerling,
        school=School(brincode=brin, vestigingscode="00"),
        verzorgers=(Verzorger(achternaam="Verzonnen"),),
        verzuim=Verzuim(frequentie=2),
    )
    return judge(Gelezen("2019.1", "POSWV", dossier, files, findings), VERWACHT, ticked)


def test_a_dossier_of_the_pupil_with_warnings_alone_is_taken_over() -> None:
    found = judged(findings=(finding("SL01"),), files=(file(), file(pad=None)))
    assert (found.uitkomst, found.bewaren, [one.naam for one in found.bijlagen]) == ("gelezen", True, ["plan.pdf"])
    assert found.gegevens is not None
    assert found.gegevens["leerling"]["achternaam"] == "Verzonnen"


@pytest.mark.parametrize(
    "leerling",
    [
        LEERLING.model_copy(update={"leerlingid": "L-2"}),
        LEERLING.model_copy(update={"geboortedatum": date(2016, 5, 5)}),
        LEERLING.model_copy(update={"leerlingid": None, "achternaam": "Anders"}),
    ],
)
def test_another_pupil_is_rejected_and_not_kept(leerling: Leerling) -> None:
    found = judged(leerling)
    assert (found.uitkomst, found.bewaren, found.gegevens, found.bijlagen) == ("afgewezen", False, None, ())


def test_without_a_number_of_the_pupil_the_name_decides_whatever_its_capitals() -> None:
    assert judged(LEERLING.model_copy(update={"leerlingid": None, "achternaam": "VERZONNEN"})).uitkomst == "gelezen"


@pytest.mark.parametrize(("brin", "uitkomst"), [("99XA", "gelezen"), ("99XB", "gelezen"), ("99XC", "afgewezen")])
def test_the_school_is_the_one_that_sent_it_under_its_old_or_its_new_number(brin: str, uitkomst: str) -> None:
    assert judged(brin=brin).uitkomst == uitkomst


@given(codes=st.lists(st.sampled_from(["MD03", "LL01", "SL01", *sorted(NEVER_KEPT)]), max_size=6), faults=st.booleans())
def test_with_a_fault_nothing_is_taken_over_and_what_may_not_be_here_is_never_kept(codes: list[str], *, faults: bool) -> None:
    found = judged(findings=tuple(finding(code, "fout" if faults else "waarschuwing") for code in codes), files=(file(),))
    forbidden = bool(NEVER_KEPT & set(codes))
    assert (found.uitkomst == "afgewezen") == (forbidden or (faults and bool(codes)))
    assert (found.gegevens is None) == (found.uitkomst == "afgewezen") == (not found.bijlagen)
    assert found.bewaren == (not forbidden)


def test_only_what_was_ticked_goes_along_and_the_rest_is_named() -> None:
    files = (file("a.pdf"), file("b.pdf", onderdeel="verzuim"), file("c.pdf", onderdeel="opp"))
    found = judged(files=files, ticked=("Leerling", "Verzuim"))
    assert found.gegevens is not None
    assert set(found.gegevens) >= {"leerling", "school", "verzuim"}
    assert "verzorgers" not in found.gegevens
    assert [one.naam for one in found.bijlagen] == ["b.pdf"]
    assert {one.bijlage or one.veld for one in found.bevindingen} == {"Ouders/Verzorgers", "a.pdf", "c.pdf"}


def test_with_bijlages_ticked_every_bijlage_goes_along() -> None:
    files = (file("a.pdf"), file("b.pdf", onderdeel="verzuim"), file("c.pdf", onderdeel="opp"))
    assert len(judged(files=files, ticked=("Bijlages",)).bijlagen) == 3


def test_an_empty_bijlage_is_named() -> None:
    found = judged(files=(file("leeg.txt", grootte=0),))
    assert ([one.bijlage for one in found.bevindingen], found.bijlagen) == (["leeg.txt"], ())


def test_the_real_file_keeps_its_name_where_the_dossier_says_another_kind() -> None:
    shown = name_of(file("beschikking.pdf", naam_in_zip="verzuim.txt", omschrijving="TLV"))
    assert shown == ("verzuim.txt", "In het OSO-dossier: beschikking.pdf. TLV")
    assert name_of(file("Plan.PDF", naam_in_zip="x.pdf", omschrijving="TLV")) == ("Plan.PDF", "TLV")


@given(st.text(max_size=400), st.text(max_size=400), st.text(max_size=400))
def test_any_name_fits_in_what_documents_takes(naam: str, inside: str, omschrijving: str) -> None:
    made, described = name_of(file(naam, naam_in_zip=inside, omschrijving=omschrijving))
    assert 1 <= len(made) <= 200
    assert len(described) <= 200


@given(st.lists(st.sampled_from(["fout", "waarschuwing"]), max_size=3 * MOST))
def test_findings_stay_within_what_a_message_carries_faults_first(serious: list[str]) -> None:
    kept = at_most(tuple(finding("X", ernst) for ernst in serious))
    assert len(kept) <= MOST + 1
    assert [one.ernst for one in kept] == sorted(one.ernst for one in kept)
    assert sum(one.ernst == "fout" for one in kept) == min(serious.count("fout"), MOST)
