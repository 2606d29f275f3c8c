"""What parents took out of a dossier, and what is secret, is nowhere in what is read; and it is said that it was there."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from intake import oso
from intake.oso import Gelezen
from support.oso import LEERLING, ONDERSTEUNING, Dossier, bijlage, dossier, ingepakt

_META = "metadata/categorie_uitlevering"
BSN = "123456782"
EINDTOETS = "<eindtoets_basisonderwijs><deelgenomen>true</deelgenomen></eindtoets_basisonderwijs>"

LEEG: dict[str, Callable[[Gelezen], object]] = {
    "cat_ouderinzage": lambda g: g.dossier.inzage,
    "cat_school": lambda g: g.dossier.school,
    "cat_leerling": lambda g: g.dossier.leerling,
    "cat_oudersverzorgers": lambda g: (
        *g.dossier.verzorgers,
        g.dossier.verzorgersaansprakelijk,
        g.dossier.aansprakelijkeinstelling,
    ),
    "cat_vve": lambda g: g.dossier.vve,
    "cat_schoolloopbaan": lambda g: g.dossier.schoolloopbaan,
    "cat_overstapadvies": lambda g: g.dossier.overstapadvies,
    "cat_onderwijsondersteuning": lambda g: (
        g.dossier.onderwijsondersteuning,
        *(one for one in g.bijlagen if one.onderdeel in {"toelichting_onderwijsbehoeften", "diagnose", "opp", "tlv"}),
    ),
    "cat_verzuim": lambda g: (g.dossier.verzuim, *(one for one in g.bijlagen if one.onderdeel == "verzuim")),
    "cat_eindtoetsbo": lambda g: g.dossier.eindtoets,
    "cat_toetsresultaten": lambda g: (*g.dossier.toetsresultaten, *(one for one in g.bijlagen if one.onderdeel == "toets")),
    "cat_handelingsplannen": lambda g: (
        *g.dossier.handelingsplannen,
        *(one for one in g.bijlagen if one.onderdeel == "handelingsplan"),
    ),
    "cat_cijferlijsten": lambda g: g.dossier.cijferlijsten,
    "cat_bijlagedocs": lambda g: tuple(one for one in g.bijlagen if one.onderdeel == "overigdocument"),
}
"""What must be empty when a category is out. cat_metadata stays, cat_vombo is never taken over."""


def vol() -> Dossier:
    return dossier().bij(LEERLING, EINDTOETS).zet(f"{_META}/cat_eindtoetsbo", "OPTIONEEL")


def lees(stuk: Dossier, tmp_path: Path) -> Gelezen:
    return oso.lees(io.BytesIO(stuk.bytes()), tmp_path)


def is_leeg(waarde: object) -> bool:
    return not waarde or (isinstance(waarde, tuple) and all(one is None for one in waarde))


@pytest.mark.parametrize(
    ("categorie", "gezegd"),
    [
        *((categorie, "OPT-UIT") for categorie in LEEG),
        *(("cat_verzuim", gezegd) for gezegd in ("VERBODEN", "opt-uit", "NEE", "")),
    ],
)
def test_nothing_of_a_block_that_was_taken_out_goes_on(categorie: str, gezegd: str, tmp_path: Path) -> None:
    assert not is_leeg(LEEG[categorie](lees(vol(), tmp_path / "met")))
    gelezen = lees(vol().zet(f"{_META}/{categorie}", gezegd), tmp_path / "zonder")
    assert is_leeg(LEEG[categorie](gelezen))
    assert {pad.name for pad in (tmp_path / "zonder").iterdir()} == {one.pad.name for one in gelezen.bijlagen if one.pad}
    for ander, blok in LEEG.items():
        if ander != categorie:
            assert not is_leeg(blok(gelezen)), ander


@pytest.mark.parametrize(
    ("nummer", "categorie"), list(enumerate(["cat_metadata", *list(LEEG)[:13], "cat_vombo", "cat_bijlagedocs"], 1))
)
def test_that_it_was_there_all_the_same_is_a_fault_with_the_number_of_the_category(
    nummer: int, categorie: str, tmp_path: Path
) -> None:
    stuk = vol().bij(LEERLING, "<certificaat>Zwemmen</certificaat>")
    for knoop in stuk.vind(_META):
        knoop.text = "OPTIONEEL"
    gevonden = lees(stuk.zet(f"{_META}/{categorie}", "OPT-UIT"), tmp_path).bevindingen
    assert {(found.code, found.ernst) for found in gevonden if found.code.startswith("OS")} == {(f"OS.cat{nummer:02d}", "fout")}


def test_a_block_that_was_taken_out_and_is_not_there_is_as_it_should_be(tmp_path: Path) -> None:
    gelezen = lees(dossier("VOSWV"), tmp_path)
    assert [found for found in gelezen.bevindingen if found.code.startswith("OS")] == []


def test_of_two_answers_about_a_category_the_stricter_counts(tmp_path: Path) -> None:
    stuk = vol()
    stuk.bij(_META, "<cat_verzuim>OPT-UIT</cat_verzuim>")
    assert lees(stuk, tmp_path).dossier.verzuim is None


def test_a_category_counts_wherever_it_stands_in_the_file(tmp_path: Path) -> None:
    stuk = vol().zet(f"{_META}/cat_verzuim", "OPT-UIT")
    metadata = stuk.vind("metadata")
    stuk.wortel.remove(metadata)
    stuk.wortel.append(metadata)
    assert lees(stuk, tmp_path).dossier.verzuim is None


@pytest.mark.parametrize("gezegd", ["true", "1", "ja", "", "TRUE"])
def test_of_who_has_a_secret_address_no_address_goes_on(gezegd: str, tmp_path: Path) -> None:
    stuk = dossier().zet(f"{LEERLING}/adresgeheim", gezegd).zet(f"{LEERLING}/verzorger/adresgeheim", gezegd)
    stuk.bij(LEERLING, "<postcode4adres>1234</postcode4adres>")
    gelezen = lees(stuk, tmp_path)
    leerling, verzorger, ander = gelezen.dossier.leerling, gelezen.dossier.verzorgers[0], gelezen.dossier.verzorgers[1]
    assert leerling
    assert (leerling.adressen, leerling.adressen_buitenland, verzorger.adressen) == ((), (), ())
    assert ander.adressen
    assert {"LL06", "LL09", "OV03"} <= {found.code for found in gelezen.fouten}
    assert "1 Nowhere Road" not in gelezen.dossier.model_dump_json()


@pytest.mark.parametrize("gezegd", ["true", "1", "ja", ""])
def test_a_secret_number_does_not_go_on_whether_it_was_hidden_or_not(gezegd: str, tmp_path: Path) -> None:
    stuk = dossier()
    for contact in stuk.wortel.iter():
        if contact.tag.endswith("}geheim"):
            contact.text = gezegd
    gelezen = lees(stuk, tmp_path)
    assert gelezen.dossier.leerling
    assert [contact.nummer for contact in gelezen.dossier.leerling.communicatie] == [None] * 4
    assert [contact.nummer for one in gelezen.dossier.verzorgers for contact in one.communicatie] == [None] * 4
    assert {"LL08", "OV04"} <= {found.code for found in gelezen.fouten}


def test_the_sign_for_secret_is_no_number_also_where_nothing_says_that_it_is_secret(tmp_path: Path) -> None:
    pad = f"{LEERLING}/verzorger/communicatielijst/communicatie"
    gelezen = lees(dossier().zet(f"{pad}/nummer", "9999999999").weg(f"{pad}/geheim"), tmp_path)
    assert gelezen.dossier.verzorgers[0].communicatie[0].nummer is None


@pytest.mark.parametrize(
    ("pad", "xml"),
    [
        (LEERLING, f"<bsn>{BSN}</bsn>"),
        (LEERLING, f"<onderwijsnummer>{BSN}</onderwijsnummer>"),
        (LEERLING, f"<onderwijsnummer>OWN-77<!-- x -->{BSN}</onderwijsnummer>"),
        (f"{LEERLING}/verzorger", f"<bsn>{BSN}</bsn>"),
        (LEERLING, f"<hobby>{BSN}</hobby>"),
        (ONDERSTEUNING, f"<diagnose><naam>Zie 1234.56.782 of {BSN}</naam></diagnose>"),
        (f"{LEERLING}/overigdocumentlijst", bijlage("verslag.txt", ingepakt(("verslag.txt", b"x")), f"Verslag {BSN}")),
    ],
)
def test_a_bsn_is_a_fault_and_its_digits_are_nowhere(pad: str, xml: str, tmp_path: Path) -> None:
    gelezen = lees(dossier().bij(pad, xml), tmp_path)
    assert {found.code for found in gelezen.fouten} in ({"LL12"}, {"BSN"})
    alles = gelezen.dossier.model_dump_json() + json.dumps(
        [one.model_dump_json() for one in (*gelezen.bijlagen, *gelezen.bevindingen)]
    )
    assert BSN not in alles
    assert "1234.56.782" not in alles
    assert "OWN-77" not in alles


def test_an_element_that_calls_itself_after_a_child_has_no_name_in_a_finding(tmp_path: Path) -> None:
    gelezen = lees(dossier().bij(LEERLING, f"<PietVerzinsel>{BSN}</PietVerzinsel>"), tmp_path)
    assert [found.veld for found in gelezen.fouten] == ["huidigeschool.leerling.(onbekend)"]


def test_of_what_an_swv_has_no_business_with_nothing_goes_on(tmp_path: Path) -> None:
    stuk = dossier("VOSWV").bij(LEERLING, "<certificaat>Zwemdiploma</certificaat><geboorteplaats>Ergenshuizen</geboorteplaats>")
    alles = lees(stuk, tmp_path).dossier.model_dump_json()
    for woord in ("Zwemdiploma", "Ergenshuizen", "NL00PROEF", "04-05-2016"):
        assert woord not in alles
