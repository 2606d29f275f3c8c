"""An OSO dossier becomes a dossier, bijlagen and findings: the examples of Edustandaard where they are, our own everywhere."""

import hashlib
import io
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from intake import oso
from intake.oso import Gelezen, OsoOnleesbaar
from support.oso import BESTANDEN, LEERLING, NS, ONDERSTEUNING, PO, VO, bijlage, dossier
from support.oso import voorbeeld as van_edustandaard

Lees = Callable[[bytes], Gelezen]


@pytest.fixture
def lees(tmp_path: Path) -> Lees:
    return lambda inhoud: oso.lees(io.BytesIO(inhoud), tmp_path)


@pytest.fixture
def voorbeeld(tmp_path: Path) -> Callable[[str], Gelezen]:
    return lambda naam: oso.lees(van_edustandaard(naam), tmp_path)


def codes(gelezen: Gelezen) -> list[tuple[str, str]]:
    """Codes and places, below the support where most stand."""
    kort = ONDERSTEUNING.replace("/", ".") + "."
    return [(found.code, found.veld.removeprefix(kort)) for found in gelezen.bevindingen]


def test_the_example_of_a_po_dossier_gives_its_pupil_school_and_contacts(voorbeeld: Callable[[str], Gelezen]) -> None:
    gelezen = voorbeeld(PO)
    leerling, school = gelezen.dossier.leerling, gelezen.dossier.school
    assert (gelezen.versie, gelezen.profiel) == ("2019.1", "POSWV")
    assert leerling
    assert leerling.voornamen == ("Björn", "Johannes", "Martinus", "Franciscus")
    assert (leerling.voorvoegsel, leerling.achternaam, leerling.roepnaam) == ("van de", "Berg", "Daan")
    assert (leerling.geboortedatum, leerling.geslacht, leerling.leerlingid) == (date(2003, 3, 17), "2", "LN094837")
    assert [(adres.soortadres, adres.postcode) for adres in leerling.adressen] == [
        ("bezoek", "7311BA"),
        ("post", "1391BV"),
        ("gba", "7331GJ"),
    ]
    assert [contact.nummer for contact in leerling.communicatie] == [
        None,
        "0235257739",
        "0666362828",
        None,
        "leerling@leerling.nl",
    ]
    assert leerling.huisarts
    assert leerling.huisarts.achternaam == "van Zwieten"
    assert school
    assert (school.code, school.naam, school.soort, school.naamdirecteur) == ("00YY00", "Testschool", "SO", "P. de Haan")
    assert [contact.nummer for contact in school.communicatie] == ["0701111111", "testschool@kennisnet.nl", "0107890123"]
    assert [
        (one.voornamen[0], one.achternaam, one.relatietotkind, one.wettigevertegenwoordiger, one.overleden)
        for one in gelezen.dossier.verzorgers
    ] == [
        ("Pieter", "Berg", "1", True, None),
        ("Tanja", "Berg", "6", True, None),
        ("Wilma", "Ruyter", "7", False, False),
        ("Paul", "Berg", "5", False, True),
        ("Fokke", "Berg", "3", False, True),
    ]
    assert gelezen.dossier.verzorgers[1].communicatie[1].nummer is None
    assert gelezen.dossier.aansprakelijkeinstelling
    assert gelezen.dossier.aansprakelijkeinstelling.naam == "De Zonnestraal"


def test_the_example_of_a_po_dossier_gives_every_block(voorbeeld: Callable[[str], Gelezen]) -> None:
    gelezen = voorbeeld(PO).dossier
    assert gelezen.inzage
    assert (gelezen.inzage.akkoord, gelezen.inzage.inzagedatum) == ("Nee", date(2016, 3, 31))
    assert len(gelezen.schoolloopbaan) == 10
    assert (gelezen.schoolloopbaan[3].schooljaar, gelezen.schoolloopbaan[3].brincode) == ("2009-2010", "14AI")
    steun = gelezen.onderwijsondersteuning
    assert steun
    assert [diagnose.codes for diagnose in steun.diagnoses] == [("H91.9.s", "H54.2"), ("F90.0+",)]
    assert [(tlv.tlvcategorie, tlv.tlvbeschikkingsnummer, tlv.tlveinddatum) for tlv in steun.tlvs] == [
        ("L", "55667788abcd", date(2018, 7, 31))
    ]
    assert [one.arrangement_kenmerk for one in steun.arrangementen] == ["Kenmerk zonder codelijst"]
    assert [plan.isgerichtop for plan in gelezen.handelingsplannen] == ["rekenvaardigheid"]
    assert gelezen.verzuim
    assert (gelezen.verzuim.dagdelengeoorloofd, gelezen.verzuim.contactleerplicht) == (12, True)
    assert [toets.eldtoetscode for toets in gelezen.toetsresultaten] == [
        "DREM8",
        "NIO2004",
        "RW2006-12-155",
        "BLZ07-20-138",
        "WISC3NL2005",
    ]
    wisc = gelezen.toetsresultaten[4]
    assert [deel.referentiescores[0].waarde for deel in wisc.onderdelen] == ["108", "125"]
    assert wisc.onderdelen[0].toetsscore
    assert wisc.onderdelen[0].toetsscore.bivhoog == Decimal(140)
    assert gelezen.toetsresultaten[1].instelling
    assert gelezen.toetsresultaten[1].instelling.naam == "Orthopedagogisch centrum Smit"
    assert [cijfer.naam for cijfer in gelezen.cijferlijsten[0].cijfers] == ["Geschiedenis", "Wiskunde", "Biologie"]
    assert gelezen.overstapadvies
    assert (gelezen.overstapadvies.advies, gelezen.overstapadvies.contactpersoon) == ("40", "Mevr. Smits")
    assert gelezen.vve
    assert (gelezen.vve.naampeuterspeelzaal, len(gelezen.vve.vroegschools)) == ("De Triangel", 2)


def test_of_the_fourteen_bijlagen_of_the_po_example_five_are_no_readable_zip(voorbeeld: Callable[[str], Gelezen]) -> None:
    gelezen = voorbeeld(PO)
    assert [(one.naam, one.onderdeel, one.grootte) for one in gelezen.bijlagen] == [
        ("Toelichting.pdf", "toelichting_onderwijsbehoeften", None),
        ("advies mbt zicht.pdf", "diagnose", None),
        ("advies mbt gehoor.pdf", "diagnose", None),
        ("HandelingsplanRekenen.pdf", "handelingsplan", None),
        ("opp.docx", "opp", 25036),
        ("evaluatie 1e helft 2018.txt", "opp", None),
        ("verzuimrapport.txt", "tlv", 56),
        ("verzuimrapport.txt", "verzuim", 56),
        ("drem8.jpg", "toets", 46913),
        ("WISC3NL2005.txt", "toets", 11),
        ("WISC-III NL Verbaal.txt", "toets", 19),
        ("WISC-III NL Performaal.txt", "toets", 22),
        ("groepsplan.txt", "overigdocument", 21),
        ("diagram.png", "overigdocument", 5614),
    ]
    assert codes(gelezen) == [
        ("BL01", "toelichting_onderwijsbehoeften.document"),
        ("BL01", "diagnose.0.document.0"),
        ("BL01", "diagnose.0.document.1"),
        ("BL01", "handelingsplan.document"),
        ("BL01", "opp.document.1"),
    ]
    assert [found.bijlage for found in gelezen.bevindingen] == [one.naam for one in gelezen.bijlagen if one.pad is None]
    assert gelezen.bijlagen[12].pad
    assert gelezen.bijlagen[12].pad.read_bytes() == b"dit is het groepsplan"
    assert gelezen.fouten == ()


def test_the_example_of_a_vo_dossier_gives_eight_bijlagen_and_a_beschikking_that_holds_something_else(
    voorbeeld: Callable[[str], Gelezen],
) -> None:
    gelezen = voorbeeld(VO)
    assert gelezen.profiel == "VOSWV"
    assert [(one.naam, one.onderdeel, one.grootte, one.bevindingen) for one in gelezen.bijlagen] == [
        ("Toelichting.pdf", "toelichting_onderwijsbehoeften", None, ("BL01",)),
        ("advies mbt zicht.pdf", "diagnose", None, ("BL01",)),
        ("advies mbt gehoor.pdf", "diagnose", None, ("BL01",)),
        ("opp.docx", "opp", 25036, ()),
        ("evaluatie 1e helft 2018.txt", "opp", None, ("BL01",)),
        ("verzuimrapport.txt", "tlv", 56, ()),
        ("beschikking.pdf", "lwoo", 56, ("BL08",)),
        ("rvcrapport.xlsx", "rvc", 8827, ()),
    ]
    assert gelezen.bijlagen[6].naam_in_zip == "verzuimrapport.txt"
    assert codes(gelezen)[-1] == ("BL08", "lwoo.document")
    assert gelezen.fouten == ()
    dossier = gelezen.dossier
    assert dossier.onderwijsondersteuning
    assert dossier.onderwijsondersteuning.rvc
    assert dossier.onderwijsondersteuning.rvc.leerachterstand is True
    assert [one.voelementcode for one in dossier.schoolloopbaan] == ["0041", "0041"]
    assert (dossier.inzage, dossier.verzuim, dossier.vve, dossier.overstapadvies, dossier.toetsresultaten) == (None,) * 4 + (
        (),
    )


@pytest.mark.parametrize("naam", [PO, VO])
def test_the_examples_are_valid_by_the_xsd_and_a_wrong_value_is_found_where_it_stands(naam: str, tmp_path: Path) -> None:
    xsd, inhoud = van_edustandaard("OSO_gegevensset_2019.1.xsd"), van_edustandaard(naam).read_bytes()
    assert "XSD" not in [found.code for found in oso.lees(io.BytesIO(inhoud), tmp_path, xsd=xsd).bevindingen]
    verkeerd = inhoud.replace(b"<brincode>00YY", b"<brincode>abc", 1).replace(b"<achternaam>Berg</achternaam>", b"", 1)
    gevonden = oso.lees(io.BytesIO(verkeerd), tmp_path, xsd=xsd).bevindingen
    assert [found.veld for found in gevonden if found.code == "XSD"] == [
        "huidigeschool.brincode",
        f"{LEERLING}.roepnaam".replace("/", "."),
    ]
    assert all("abc" not in found.bericht for found in gevonden)


XSD = f"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="{NS}" elementFormDefault="qualified">
<xs:element name="dossier"><xs:complexType><xs:sequence><xs:element name="metadata"><xs:complexType><xs:sequence>
<xs:element name="datum" type="xs:date"/></xs:sequence></xs:complexType></xs:element></xs:sequence></xs:complexType>
</xs:element></xs:schema>"""


def test_an_xsd_of_the_operator_is_followed_and_without_one_nothing_is(tmp_path: Path) -> None:
    xsd = tmp_path / "eigen.xsd"
    xsd.write_text(XSD)
    goed = f'<dossier xmlns="{NS}"><metadata><datum>2026-09-01</datum></metadata></dossier>'.encode()
    fout = goed.replace(b"2026-09-01", b"morgen")

    def gevonden(inhoud: bytes, met: Path | None) -> list[str]:
        gelezen = oso.lees(io.BytesIO(inhoud), tmp_path / "bijlagen", xsd=met)
        return [found.veld for found in gelezen.bevindingen if found.code == "XSD"]

    assert gevonden(goed, xsd) == []
    assert gevonden(fout, xsd) == ["metadata.datum"]
    assert gevonden(fout, None) == []


@pytest.mark.parametrize(
    "vreemd",
    [
        "<x:a:b xmlns:x='urn:x'/>",
        "<x:a xmlns:x='urn:}x'/>",
        "<x:a xmlns:x='geen uri'/>",
        "<Ϳnaam/>",
        "<datum>&#x85; </datum>",
    ],
)
def test_what_an_xsd_parser_could_stumble_over_is_no_more_than_a_finding(vreemd: str, tmp_path: Path) -> None:
    xsd = tmp_path / "eigen.xsd"
    xsd.write_text(XSD)
    inhoud = f'<dossier xmlns="{NS}"><metadata>{vreemd}</metadata></dossier>'.encode()
    try:
        gelezen = oso.lees(io.BytesIO(inhoud), tmp_path / "bijlagen", xsd=xsd)
    except OsoOnleesbaar as refused:
        assert refused.fault.rule == "geen-xml"  # noqa: PT017 - expat may be as strict
    else:
        assert "XSD" in [found.code for found in gelezen.bevindingen]


def test_our_own_po_dossier_has_the_shape_of_the_example(lees: Lees) -> None:
    gelezen = lees(dossier().bytes())
    leerling = gelezen.dossier.leerling
    assert leerling
    assert (leerling.voornamen, leerling.achternaam, leerling.geboortedatum) == (
        ("Noor", "Fictie"),
        "Verzinsel",
        date(2016, 5, 4),
    )
    assert [contact.nummer for contact in leerling.communicatie] == [None, "0201234567", None, "noor@voorbeeld.example"]
    assert gelezen.dossier.school
    assert gelezen.dossier.school.code == "99XA00"
    assert [one.voornamen for one in gelezen.dossier.verzorgers] == [("Pieter",), ("Tanja",), ("Fokke",)]
    assert [one.onderdeel for one in gelezen.bijlagen] == [
        *("toelichting_onderwijsbehoeften", "diagnose", "diagnose", "handelingsplan", "opp", "opp", "tlv", "verzuim"),
        *("toets", "toets", "toets", "toets", "overigdocument", "overigdocument"),
    ]
    assert [one.naam for one in gelezen.bijlagen if one.pad is None] == [
        *("Toelichting.pdf", "zicht.pdf", "gehoor.pdf", "HandelingsplanRekenen.pdf", "evaluatie.txt")
    ]
    assert codes(gelezen) == [
        ("BL01", "toelichting_onderwijsbehoeften.document"),
        ("BL01", "diagnose.0.document.0"),
        ("BL01", "diagnose.0.document.1"),
        ("BL01", "handelingsplan.document"),
        ("BL01", "opp.document.1"),
    ]


def test_our_own_vo_dossier_has_the_shape_of_the_example(lees: Lees) -> None:
    gelezen = lees(dossier("VOSWV").bytes())
    assert len(gelezen.bijlagen) == 8
    assert [one.naam for one in gelezen.bijlagen if one.pad is None] == [
        "Toelichting.pdf",
        "zicht.pdf",
        "gehoor.pdf",
        "evaluatie.txt",
    ]
    assert [(one.naam, one.naam_in_zip) for one in gelezen.bijlagen if "BL08" in one.bevindingen] == [
        ("beschikking.pdf", "verzuim.txt")
    ]
    assert gelezen.dossier.onderwijsondersteuning
    assert gelezen.dossier.onderwijsondersteuning.lwoo
    assert gelezen.dossier.onderwijsondersteuning.lwoo.lwoo_beschikkingsnummer == "proef-14"


def test_a_file_comes_out_as_it_went_in_with_its_hash_and_nothing_else_is_left(lees: Lees, tmp_path: Path) -> None:
    gelezen = lees(dossier().bytes())
    (toets,) = [one for one in gelezen.bijlagen if one.onderdeel == "verzuim"]
    assert toets.pad
    assert toets.pad.read_bytes() == b"Verzonnen verzuim."
    assert (toets.grootte, toets.sha256) == (18, hashlib.sha256(b"Verzonnen verzuim.").hexdigest())
    assert sorted(tmp_path.iterdir()) == sorted(one.pad for one in gelezen.bijlagen if one.pad)


def test_a_path_and_an_open_file_are_read_alike(tmp_path: Path) -> None:
    bron = tmp_path / "dossier.xml"
    bron.write_bytes(dossier().bytes())
    assert oso.lees(bron, tmp_path / "een").dossier == oso.lees(io.BytesIO(bron.read_bytes()), tmp_path / "twee").dossier


@pytest.mark.parametrize(
    ("inhoud", "rule", "woord"),
    [
        (b"<dossier xmlns='http://www.edustandaard.nl/oso_gegevensset/2022/dossier'/>", "versie-onbekend", "2022"),
        (b"<dossier xmlns='http://www.edustandaard.nl/oso_gegevensset/2017/dossier'/>", "versie-onbekend", "2019.1"),
        (b"<dossier xmlns='http://www.edustandaard.nl/oso_gegevensset/jan/dossier'/>", "geen-dossier", "geen OSO-dossier"),
        (b"<dossier/>", "geen-dossier", "geen OSO-dossier"),
        (f"<dossiers xmlns='{NS}'/>".encode(), "geen-dossier", "dossier"),
        (b"", "geen-xml", "XML"),
        (b"%PDF-1.4", "geen-xml", "regel 1"),
    ],
)
def test_what_is_no_dossier_of_a_version_we_read_is_refused_by_name(lees: Lees, inhoud: bytes, rule: str, woord: str) -> None:
    with pytest.raises(OsoOnleesbaar) as refused:
        lees(inhoud)
    assert refused.value.fault.rule == rule
    assert woord in refused.value.fault.message


def test_what_the_version_does_not_have_and_what_is_double_is_not_taken_over_silently(lees: Lees) -> None:
    vreemd = (
        dossier()
        .bij(LEERLING, "<favorietekleur>blauw</favorietekleur>")
        .bij(f"{LEERLING}/verzuim", "<frequentie>9</frequentie>")
    )
    gelezen = lees(vreemd.bytes())
    assert [found for found in codes(gelezen) if found[0] == "ONBEKEND"] == [
        ("ONBEKEND", "huidigeschool.leerling"),
        ("ONBEKEND", "huidigeschool.leerling.verzuim"),
    ]
    assert "favorietekleur" not in str(gelezen.bevindingen)
    assert gelezen.dossier.verzuim
    assert gelezen.dossier.verzuim.frequentie == 2


@pytest.mark.parametrize(
    ("pad", "tekst", "veld"),
    [
        ("huidigeschool/leerling/geboortedatum", "2016-02-30", "leerling.geboortedatum"),
        ("huidigeschool/leerling/geboortedatum", "04-05-2016", "leerling.geboortedatum"),
        ("huidigeschool/leerling/verzuim/frequentie", "vaak", "verzuim.frequentie"),
        ("huidigeschool/leerling/verzuim/frequentie", "9" * 400, "verzuim.frequentie"),
        ("huidigeschool/leerling/verzuim/meerdan25percent", "ja", "verzuim.meerdan25percent"),
        ("huidigeschool/leerling/toetslijst/toets/resultaat/toetsscore/tijd", "1e999999", "toetsresultaten.0.toetsscore.tijd"),
    ],
)
def test_a_value_that_has_not_its_form_is_left_empty_and_named(lees: Lees, pad: str, tekst: str, veld: str) -> None:
    gelezen = lees(dossier().zet(pad, tekst).bytes())
    assert [found.veld for found in gelezen.bevindingen if found.code == "VORM"] == [
        pad.replace("/", ".").replace("toetslijst.toets", "toetslijst.toets.0")
    ]
    waarde: object = gelezen.dossier
    for stap in veld.split("."):
        waarde = waarde[int(stap)] if isinstance(waarde, tuple) else getattr(waarde, stap)
    assert waarde is None


def test_a_date_with_a_time_zone_and_a_boolean_as_a_figure_are_read_as_xml_schema_has_them(lees: Lees) -> None:
    gelezen = lees(dossier().zet(f"{LEERLING}/geboortedatum", " 2016-05-04+01:00 ").zet(f"{LEERLING}/tehuis", "1").bytes())
    assert gelezen.dossier.leerling
    assert (gelezen.dossier.leerling.geboortedatum, gelezen.dossier.leerling.tehuis) == (date(2016, 5, 4), True)


def test_of_many_alike_findings_twenty_are_named_and_the_rest_counted(lees: Lees) -> None:
    veel = dossier().bij(f"{LEERLING}/toetslijst", "<toets><resultaat/></toets>" * 50)
    gevonden = [found for found in lees(veel.bytes()).bevindingen if found.code == "TR01"]
    assert len(gevonden) == 21
    assert gevonden[-1].bericht == "En dit nog 30 keer op andere plaatsen."


def test_an_operator_says_by_code_what_is_a_fault(tmp_path: Path) -> None:
    inhoud = dossier().weg(f"{LEERLING}/geboortedatum").bij(LEERLING, bijlage("x", b"")).bytes()
    gelezen = oso.lees(io.BytesIO(inhoud), tmp_path, ernst={"LL02": "waarschuwing", "BL01": "fout"})
    assert {found.code: found.ernst for found in gelezen.bevindingen} == {
        "LL02": "waarschuwing",
        "BL01": "fout",
        "ONBEKEND": "waarschuwing",
    }
    assert {found.code for found in gelezen.fouten} == {"BL01"}


def test_our_files_are_of_the_kinds_that_their_names_say() -> None:
    assert BESTANDEN["afgekapt"]().startswith(b"PK\x03\x04")
    assert b"PK\x05\x06" not in BESTANDEN["afgekapt"]()
