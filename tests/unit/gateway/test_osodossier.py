"""How an OSO dossier reads."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.domain.osodossier import Blok, blokken

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.just("2026-13-41"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=12,
)


def test_blocks_have_dutch_words_dates_and_one_group_for_each_thing() -> None:
    found = blokken(
        {
            "verzorgers": [{"achternaam": "Verzonnen", "wettigevertegenwoordiger": True}, {"roepnaam": "Bo"}],
            "leerling": {"geboortedatum": "2016-05-04", "geslacht": "2", "communicatie": [{"soort": "e-mail", "nummer": "x"}]},
        }
    )
    assert found == [
        Blok("Leerling", [[("Geboortedatum", "4 mei 2016"), ("Geslacht", "vrouw"), ("Telefoon en e-mail", "e-mail, x")]]),
        Blok(
            "Ouders en verzorgers", [[("Achternaam", "Verzonnen"), ("Wettige vertegenwoordiger", "ja")], [("Roepnaam", "Bo")]]
        ),
    ]


def test_a_thing_inside_another_is_one_line_under_its_own_name() -> None:
    huisarts = {"voornamen": ["Bo", "Iris"], "achternaam": "Verzonnen"}
    diagnoses = [{"codes": ["A1"], "datum": "2020-01-02"}, {"codes": ["B2"]}]
    (leerling, steun) = blokken({"leerling": {"huisarts": huisarts}, "onderwijsondersteuning": {"diagnoses": diagnoses}})
    assert leerling.groepen == [[("Huisarts", "voornamen: Bo Iris, achternaam: Verzonnen")]]
    assert steun.groepen == [[("Diagnoses", "code: A1, datum: 2 januari 2020"), ("Diagnoses", "code: B2")]]


def test_what_is_empty_makes_no_block() -> None:
    assert blokken({"leerling": {}, "verzorgers": [], "verzuim": None, "vve": {"voorschools": {}}}) == []


def test_a_field_without_a_word_of_its_own_is_shown_under_its_name() -> None:
    assert blokken({"vve": {"nieuw_veld": "x"}})[0].groepen == [[("Nieuw veld", "x")]]


@given(st.dictionaries(st.sampled_from(["leerling", "verzorgers", "toetsresultaten"]), _JSON))
def test_whatever_a_dossier_holds_can_be_shown(gegevens: dict[str, object]) -> None:
    assert all(text is not None for blok in blokken(gegevens) for groep in blok.groepen for _, text in groep)
