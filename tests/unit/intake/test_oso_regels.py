"""Each rule of the SWV profiles, broken and kept."""

import io
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from intake import oso
from intake.oso.regeltabel import REGELS
from support.oso import LEERLING, ONDERSTEUNING, Dossier, bijlage, dossier, ingepakt

Verandering = Callable[[Dossier], Dossier]
_META = "metadata/categorie_uitlevering"
_VOMBO = {
    "VM01": "<bevorderd><leerjaar>3</leerjaar></bevorderd>",
    "VM02": "<examenresultaat><examenjaar>2026</examenjaar></examenresultaat>",
    "VM03": "<resultaatvakkenvo><vakcode>1</vakcode></resultaatvakkenvo>",
    "VM04": "<certificaat>Zwemmen</certificaat>",
    "VM05": "<competenties><competentiestatus>af</competentiestatus></competenties>",
    "VM06": "<stage><soortstage>kort</soortstage></stage>",
    "VM07": "<overigvombo><portfolio>true</portfolio></overigvombo>",
}
_VVE = {
    "VV01": "<vanpeuterspeelzaal>true</vanpeuterspeelzaal>",
    "VV02": "<naampeuterspeelzaal>De Kikker</naampeuterspeelzaal>",
    "VV03": "<voorschools><codevoorschoolsprogramma>4</codevoorschoolsprogramma></voorschools>",
    "VV04": "<vroegschools><codevroegschoolsprogramma>4</codevroegschoolsprogramma></vroegschools>",
}
_GEHEIM = f"{LEERLING}/adresgeheim"
_NUMMER = f"{LEERLING}/communicatielijst/communicatie/nummer"
_VERZORGER = f"{LEERLING}/verzorger"
_LIJST = f"{LEERLING}/overigdocumentlijst"
_VERHULD_NUMMER = f"{_VERZORGER}/communicatielijst/communicatie/nummer"
_ADRES, _BUITEN, _HUISARTS = f"{LEERLING}/adreslijst", f"{LEERLING}/adresbuitenland", f"{LEERLING}/huisarts"
_TOETSEN = f"{LEERLING}/toetslijst"
_TOETS_MET_BESTAND = f"<toets><resultaat>{bijlage('a.txt', b'')}</resultaat></toets>"
_VERHULD = f"{_VERZORGER}/communicatielijst/communicatie/geheim"


def _erbij(stukken: Mapping[str, str]) -> dict[str, tuple[Verandering, str]]:
    """Put each of these with the pupil; it shows under its own name."""

    def breuk(xml: str) -> Verandering:
        return lambda d: d.bij(LEERLING, xml)

    return {code: (breuk(xml), f"{LEERLING}.{xml[1 : xml.index('>')]}") for code, xml in stukken.items()}


BREUKEN: Mapping[str, tuple[Verandering, str]] = {
    "MD01": (lambda d: d.zet("metadata/deeldossier", "LVS"), "metadata.deeldossier"),
    "MD02": (lambda d: d.zet("metadata/validatieversie", "2018.1.1"), "metadata.validatieversie"),
    "MD03": (lambda d: d.weg(_META), "metadata.categorie_uitlevering"),
    "SO01": (lambda d: d.weg("metadata/overstap"), "metadata.overstap"),
    "SO02": (lambda d: d.zet("metadata/overstap", "POVO"), "metadata.overstap"),
    "SO03": (lambda d: d.zet("overdrachtsoort", "overstapdossier"), "overdrachtsoort"),
    "SL01": (lambda d: d.weg("huidigeschool/adreslijst"), "huidigeschool.adreslijst.adres"),
    "SL02": (lambda d: d.weg("huidigeschool/communicatielijst/communicatie"), "huidigeschool.communicatielijst.communicatie"),
    "LL01": (lambda d: d.weg(f"{LEERLING}/voornaam"), f"{LEERLING}.voornaam"),
    "LL02": (lambda d: d.zet(f"{LEERLING}/geboortedatum", " "), f"{LEERLING}.geboortedatum"),
    "LL03": (lambda d: d.bij(LEERLING, "<geboortemaand>2016-05</geboortemaand>"), f"{LEERLING}.geboortemaand"),
    "LL04": (lambda d: d.weg(_GEHEIM), _GEHEIM),
    "LL05": (lambda d: d.weg(f"{LEERLING}/adreslijst").weg(f"{LEERLING}/adresbuitenland"), f"{LEERLING}.adreslijst"),
    "LL06": (lambda d: d.zet(_GEHEIM, "true").weg(f"{LEERLING}/adresbuitenland"), f"{LEERLING}.adreslijst.adres.0"),
    "LL07": (lambda d: d.bij(LEERLING, "<postcode4adres>1234</postcode4adres>"), f"{LEERLING}.postcode4adres"),
    "LL08": (lambda d: d.zet(_NUMMER, "0201110000"), f"{LEERLING}.communicatielijst.communicatie.0.nummer"),
    "LL09": (lambda d: d.zet(_GEHEIM, "true").weg(f"{LEERLING}/adreslijst"), f"{LEERLING}.adresbuitenland"),
    "LL10": (lambda d: d.bij(LEERLING, "<geboorteplaats>Nergenshuizen</geboorteplaats>"), f"{LEERLING}.geboorteplaats"),
    "LL11": (lambda d: d.bij(LEERLING, '<nationaliteit omschrijving="x">0001</nationaliteit>'), f"{LEERLING}.nationaliteit"),
    "LL12": (lambda d: d.bij(LEERLING, "<bsn>123456782</bsn>"), f"{LEERLING}.bsn"),
    "SL01-loopbaan": (
        lambda d: d.weg(f"{LEERLING}/schoolloopbaanlijst/schoolloopbaan"),
        f"{LEERLING}.schoolloopbaanlijst.schoolloopbaan",
    ),
    "EB01": (
        lambda d: d.bij(LEERLING, "<eindtoets_basisonderwijs><deelgenomen>true</deelgenomen></eindtoets_basisonderwijs>"),
        f"{LEERLING}.eindtoets_basisonderwijs",
    ),
    "OV01": (lambda d: d.zet(f"{LEERLING}/verzorgersaansprakelijk", "true").weg(_VERZORGER), f"{LEERLING}.verzorger"),
    "OV03": (lambda d: d.zet(f"{_VERZORGER}/adresgeheim", "true"), f"{_VERZORGER}.0.adreslijst.adres"),
    "OV04": (lambda d: d.zet(_VERHULD, "true"), f"{_VERZORGER}.0.communicatielijst.communicatie.0.nummer"),
    "OV05": (lambda d: d.bij(_VERZORGER, "<banknummer>12</banknummer>"), f"{_VERZORGER}.0.banknummer"),
    "ZB01": (lambda d: d.bij(ONDERSTEUNING, "<vir><ingevoerdinvir>true</ingevoerdinvir></vir>"), f"{ONDERSTEUNING}.vir"),
    "ZB02": (lambda d: d.bij(ONDERSTEUNING, "<zat><besprokeninzat>true</besprokeninzat></zat>"), f"{ONDERSTEUNING}.zat"),
    "TR01": (
        lambda d: d.bij(f"{LEERLING}/toetslijst", "<toets><resultaat/></toets>"),
        f"{LEERLING}.toetslijst.toets.2.resultaat",
    ),
    "TR02": (
        lambda d: d.weg(f"{LEERLING}/toetslijst/toets/toetsonderdeel/resultaat/toetsscore/aantalopgaven"),
        f"{LEERLING}.toetslijst.toets.1.toetsonderdeel.0.resultaat.toetsscore",
    ),
    "CL01": (
        lambda d: d.weg(f"{LEERLING}/cijferlijstlijst/cijferlijst/cijferlijstTypelijst/score/waarde"),
        f"{LEERLING}.cijferlijstlijst.cijferlijst.cijferlijstTypelijst.score",
    ),
    "OG.01": (
        lambda d: (
            d.zet(f"{LEERLING}/communicatielijst/communicatie/soort", "e-mail")
            .zet(_NUMMER, "niet@@goed")
            .zet(f"{LEERLING}/communicatielijst/communicatie/geheim", "false")
        ),
        f"{LEERLING}.communicatielijst.communicatie.0.nummer",
    ),
    "OG.02": (lambda d: d.zet("metadata/standaardversie", "2018.1"), "metadata.standaardversie"),
    "OG.03": (
        lambda d: d.bij(ONDERSTEUNING, "<lwoo><lwoo_einddatum>2028-08-31</lwoo_einddatum></lwoo>"),
        f"{ONDERSTEUNING}.lwoo.lwoo_einddatum",
    ),
    "OG.04": (
        lambda d: d.bij(_VERZORGER, "<overlijdensdatum>2024-05-01</overlijdensdatum>"),
        f"{_VERZORGER}.0.overlijdensdatum",
    ),
    "OG.05": (lambda d: d.bij(f"{LEERLING}/huisarts", "<roepnaam>Doc</roepnaam>"), f"{LEERLING}.huisarts.roepnaam"),
    "BSN": (lambda d: d.zet(f"{LEERLING}/leerlingid", "zie 123456782"), f"{LEERLING}.leerlingid"),
    "OS.cat": (lambda d: d.zet(f"{_META}/cat_verzuim", "OPT-UIT"), f"{LEERLING}.verzuim"),
    "OS.cat-leeg": (lambda d: d.zet(f"{_META}/cat_verzuim", "VERPLICHT").weg(f"{LEERLING}/verzuim"), f"{_META}.cat_verzuim"),
    "CL48": (lambda d: d.zet(f"{_META}/cat_verzuim", "opt-uit"), f"{_META}.cat_verzuim"),
    "VORM": (lambda d: d.zet(f"{LEERLING}/tehuis", "soms"), f"{LEERLING}.tehuis"),
    "ONBEKEND": (lambda d: d.bij(LEERLING, "<hobby>lezen</hobby>"), LEERLING),
    **_erbij(_VOMBO),
}
"""For each rule what breaks it in our PO dossier, and where that shows."""
BREUKEN_VO = _erbij(_VVE)
GEVAL = [*(("POSWV", *case) for case in BREUKEN.items()), *(("VOSWV", *case) for case in BREUKEN_VO.items())]


def gevonden(inhoud: bytes, tmp_path: Path) -> Iterator[tuple[str, str]]:
    """Rules that are broken, with where; of bijlagen another file tells."""
    for found in oso.lees(io.BytesIO(inhoud), tmp_path).bevindingen:
        if not found.code.startswith("BL"):
            code = (
                found.code
                if not found.code.startswith("OS.cat")
                else "OS.cat-leeg"
                if found.code.endswith("leeg")
                else "OS.cat"
            )
            yield code, found.veld


@pytest.mark.parametrize(("profiel", "code", "breuk"), GEVAL, ids=lambda value: value if isinstance(value, str) else "")
def test_a_broken_rule_is_found_where_it_is_broken_with_its_code(
    profiel: str, code: str, breuk: tuple[Verandering, str], tmp_path: Path
) -> None:
    verander, veld = breuk
    assert (code, veld.replace("/", ".")) in list(gevonden(verander(dossier(profiel)).bytes(), tmp_path))


@pytest.mark.parametrize("profiel", ["POSWV", "VOSWV"])
def test_a_dossier_that_keeps_every_rule_has_no_finding_of_any(profiel: str, tmp_path: Path) -> None:
    assert list(gevonden(dossier(profiel).bytes(), tmp_path)) == []


def test_every_rule_has_a_case_that_breaks_it() -> None:
    elders = {"XSD"}  # test_oso_lezen
    met_bijlagen = {f"BL{nummer:02d}" for nummer in range(1, 12)}  # test_oso_zip
    assert {regel.code for regel in REGELS} == {*BREUKEN, *BREUKEN_VO, *elders, *met_bijlagen}


@pytest.mark.parametrize(
    ("waarom", "code", "verander"),
    [
        ("a part of the administration", "MD01", lambda d: d.zet("metadata/deeldossier", "LAS")),
        ("an address that is secret may lack", "LL05", lambda d: d.zet(_GEHEIM, "1").weg(_ADRES).weg(_BUITEN)),
        ("a foreign address will do", "LL05", lambda d: d.weg(f"{LEERLING}/adreslijst")),
        ("with secret address and none given", "LL06", lambda d: d.zet(_GEHEIM, "true").weg(f"{LEERLING}/adreslijst")),
        ("no foreign address", "LL09", lambda d: d.zet(_GEHEIM, "true").weg(f"{LEERLING}/adresbuitenland")),
        ("who is answerable is an institution", "OV01", lambda d: d.weg(_VERZORGER)),
        ("a secret mail address as agreed", "OV04", lambda d: d.zet(_VERHULD, "true").zet(_VERHULD_NUMMER, "9999999999")),
        ("the address of the huisarts is no secret", "OG.05", lambda d: d.bij(_HUISARTS, "<adresgeheim>false</adresgeheim>")),
        ("nine digits of a telephone", "BSN", lambda d: d.zet(f"{LEERLING}/overstapadvies/contacttelefoon", "123456782")),
        ("nine digits that fail the test", "BSN", lambda d: d.zet(f"{LEERLING}/leerlingid", "123456789")),
        ("a resultaat with a document alone", "TR01", lambda d: d.bij(_TOETSEN, _TOETS_MET_BESTAND)),
        ("a category that is not there at all", "CL48", lambda d: d.weg(f"{_META}/cat_verzuim")),
        ("an empty element that the version does not have", "ONBEKEND", lambda d: d.bij(LEERLING, "<hobby/>")),
    ],
)  # fmt: skip
def test_what_only_looks_like_a_breach_is_none(waarom: str, code: str, verander: Verandering, tmp_path: Path) -> None:
    assert code not in [found for found, _ in gevonden(verander(dossier()).bytes(), tmp_path)]


@pytest.mark.parametrize("code", [*_VOMBO, "EB01"])
def test_what_belongs_to_the_other_profile_is_no_breach_there(code: str, tmp_path: Path) -> None:
    inhoud = BREUKEN[code][0](dossier("VOSWV")).bytes()
    assert code not in [found for found, _ in gevonden(inhoud, tmp_path)]


def test_a_sentence_for_a_school_names_no_value_of_the_dossier(tmp_path: Path) -> None:
    berichten = {regel.bericht for regel in REGELS}
    for verander, _ in BREUKEN.values():
        gelezen = oso.lees(io.BytesIO(verander(dossier()).bytes()), tmp_path)
        assert {found.bericht for found in gelezen.bevindingen} <= berichten


def test_a_sentence_for_a_school_is_a_sentence() -> None:
    for regel in REGELS:
        assert regel.bericht[0].isupper()
        assert regel.bericht.endswith((".", "?")), regel.code
        assert len(regel.bericht) < 150, regel.code


def test_the_page_shows_the_table_as_it_is() -> None:
    page = (Path(__file__).parents[3] / "docs/oso.md").read_text(encoding="utf-8")
    rows = [f"| {regel.code} | {regel.regel} | {regel.ernst} |" for regel in REGELS]
    assert [row for row in rows if row not in page] == [], "\n".join(rows)


def test_a_bijlage_that_is_fine_is_not_mentioned(tmp_path: Path) -> None:
    goed = dossier().weg(f"{_LIJST}/document").bij(_LIJST, bijlage("goed.txt", ingepakt(("goed.txt", b"goed"))))
    gelezen = oso.lees(io.BytesIO(goed.bytes()), tmp_path)
    assert [one.bevindingen for one in gelezen.bijlagen if one.naam == "goed.txt"] == [()]
