"""Messages of OSO-SWV: what is read, what is refused with which rule, and that nothing makes the reader fall."""

from dataclasses import replace
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake import osoberichten, soap
from intake.domain.facts import SchoolFact
from intake.domain.notificatie import Notificatie, Versie, adres_faults, school_faults
from intake.simulator.voorbeeld import dossier
from intake.soap import Malformed, SoapFault
from shared.errors import InvalidInput

KENMERK = "0000000700099XA00501"
MELDING = Notificatie("20200910", "99XA", KENMERK, "99XA", KENMERK, UUID("19677a96-b737-402e-b3b8-24a3eef32000"))
SCHOOL = SchoolFact("99XA01", "De Verzonnen Linde", "70001", "PO2507", allowed=False)
# As Kennisnet shows it (OSO:2022/Versturen Notificatie/aanvraag), with a BRIN that does not exist.
EXAMPLE = f"""<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/"
  xmlns:ns="http://xml.kennisnet.nl/schemas/Overstapservice/20200910">
  <SOAP-ENV:Header/>
  <SOAP-ENV:Body>
    <ns:notificatieRequest>
      <ns:bronBrin>99XA</ns:bronBrin>
      <ns:bronRouteringsKenmerk>{KENMERK}</ns:bronRouteringsKenmerk>
      <ns:doelBrin>99XA</ns:doelBrin>
      <ns:doelRouteringsKenmerk>{KENMERK}</ns:doelRouteringsKenmerk>
      <ns:koppelsleutel>19677A96-B737-402E-B3B8-24A3EEF32000</ns:koppelsleutel>
      <ns:doel>SWV</ns:doel>
    </ns:notificatieRequest>
  </SOAP-ENV:Body>
</SOAP-ENV:Envelope>"""


def rules(error: InvalidInput) -> list[tuple[str, str]]:
    return [(fault.field, fault.rule) for fault in error.faults]


def test_the_example_of_kennisnet_is_read() -> None:
    assert osoberichten.lees_notificatie(EXAMPLE.encode()) == MELDING


@pytest.mark.parametrize("versie", osoberichten.VERSIES)
def test_each_version_is_read_as_it_is_written(versie: Versie) -> None:
    melding = replace(MELDING, versie=versie)
    assert osoberichten.lees_notificatie(osoberichten.notificatie(melding)) == melding


def test_of_2018_an_index_stands_for_a_kenmerk_and_the_doel_is_pao() -> None:
    written = osoberichten.notificatie(replace(MELDING, versie="20180404")).decode()
    assert "<bronAanleverpuntIndex>501</bronAanleverpuntIndex>" in written
    assert "<doel>PaO</doel>" in written


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("99XA</ns:bronBrin>", "</ns:bronBrin>", [("bronBrin", "verplicht")]),
        ("<ns:doel>SWV</ns:doel>", "", [("doel", "verplicht")]),
        ("SWV</ns:doel>", "POVO</ns:doel>", [("doel", "ander-doel")]),
        ("19677A96-B737-402E-B3B8-24A3EEF32000", "19677A96", [("koppelsleutel", "vorm")]),
        ("20200910", "20190910", [("(bericht)", "onbekend-bericht")]),
        ("notificatieRequest", "documentRequest", [("(bericht)", "onbekend-bericht")]),
        ("<SOAP-ENV:Header/>", "<ns:doel>SWV</ns:doel>", None),
        ("<ns:doel>SWV</ns:doel>", "<ns:doel>SWV</ns:doel><ns:doel>SWV</ns:doel>", [("(bericht)", "dubbel-veld")]),
        ("</SOAP-ENV:Body>", "<a/></SOAP-ENV:Body>", [("(bericht)", "soap")]),
        ("</SOAP-ENV:Envelope>", "", [("(bericht)", "xml")]),
        ("<SOAP-ENV:Env", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><SOAP-ENV:Env', [("(bericht)", "xml-dtd")]),
        ("SWV<", "&x;<", [("(bericht)", "xml")]),
        ("99XA</ns:bronBrin>", "<a>" * 70 + "</a>" * 70 + "</ns:bronBrin>", [("(bericht)", "xml-te-veel")]),
    ],
)
def test_what_is_wrong_is_named(old: str, new: str, expected: list[tuple[str, str]] | None) -> None:
    text = EXAMPLE.replace(old, new, 1) if old not in {"notificatieRequest", "20200910"} else EXAMPLE.replace(old, new)
    if expected is None:
        assert osoberichten.lees_notificatie(text.encode()) == MELDING
        return
    with pytest.raises(InvalidInput) as refused:
        osoberichten.lees_notificatie(text.encode())
    assert rules(refused.value) == expected


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe<\0a\0/\0>\0", b"<?xml version='1.0' encoding='UTF-7'?>+ADw-a/+AD4-", b"<a>\xe9</a>"]
)
def test_another_encoding_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        soap.parse(data)


def test_a_document_of_very_many_elements_is_stopped() -> None:
    with pytest.raises(Malformed):
        soap.parse(b"<a>" + b"<b/>" * 300_000 + b"</a>")


@given(st.binary(max_size=200) | st.text(alphabet="<>/&;a:=\"' !-[]?", max_size=80).map(str.encode))
def test_whatever_comes_is_read_or_refused(data: bytes) -> None:
    with pytest.raises(InvalidInput):
        osoberichten.lees_notificatie(data)


@given(st.integers(0, len(EXAMPLE)), st.integers(0, 40), st.text(max_size=10))
def test_a_mutated_notificatie_is_read_or_refused(place: int, length: int, text: str) -> None:
    data = (EXAMPLE[:place] + text + EXAMPLE[place + length :]).encode(errors="replace")
    try:
        melding = osoberichten.lees_notificatie(data)
    except InvalidInput:
        return
    assert all(fault.message for fault in adres_faults(melding, {}))


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({}, []),
        ({"bron_kenmerk": "0000000700099XA00931"}, ["buiten-500-reeks", "doel-onbekend"]),
        ({"doel_kenmerk": "0000000700099XA00931"}, ["buiten-500-reeks", "doel-onbekend"]),
        ({"doel_kenmerk": "0000000700099XA00500"}, ["doel-onbekend"]),
        ({"bron_brin": "99XB"}, ["andere-brin", "doel-onbekend"]),
        ({"bron_brin": "99xa"}, ["vorm", "andere-brin", "doel-onbekend"]),
        ({"bron_kenmerk": "501"}, ["vorm", "doel-onbekend"]),
        ({"doel_brin": "00YY", "doel_kenmerk": "0000000700000YY00932"}, []),
        ({"doel_brin": "99XA", "doel_kenmerk": "0000000700000YY00932"}, ["andere-brin"]),
    ],
)
def test_from_where_and_to_where_is_judged(changed: dict[str, str], expected: list[str]) -> None:
    doelen = {"0000000700000YY00932": "PO2507"}
    assert [fault.rule for fault in adres_faults(replace(MELDING, **changed), doelen)] == expected  # type: ignore[arg-type]


def test_a_school_must_be_there_be_open_and_be_of_the_swv_that_is_addressed() -> None:
    assert [fault.rule for fault in school_faults(MELDING, None, {})] == ["school-onbekend"]
    assert [fault.rule for fault in school_faults(MELDING, replace(SCHOOL, is_open=False), {})] == ["school-gestopt"]
    assert [fault.rule for fault in school_faults(MELDING, SCHOOL, {KENMERK: "PO00YY"})] == ["ander-swv"]
    assert list(school_faults(MELDING, SCHOOL, {})) == []


def test_a_terugkoppeling_goes_the_other_way() -> None:
    melding = replace(MELDING, doel_brin="00YY", doel_kenmerk="0000000700000YY00932")
    found = soap.body(soap.parse(osoberichten.terugkoppeling(melding, {"status": "Aanvraag <compleet> \x0b"})))
    assert not isinstance(found, SoapFault)
    assert (found.fields()["bronBrin"], found.fields()["doelBrin"]) == ("00YY", "99XA")
    told = found.find(f"{{{osoberichten.EIGEN}}}terugkoppeling")
    assert told is not None
    assert told.fields() == {"status": "Aanvraag <compleet> �"}


def test_a_dossier_is_cut_out_byte_for_byte_with_the_namespaces_that_hold_there() -> None:
    own = dossier("99XA01")
    inside = own.decode().partition("?>")[2].strip()
    form = soap.element(f"{{{osoberichten.EIGEN}}}hulpvraag", {"aanvraagtype": "TLV", "iets": "anders", "email": ""})
    answer = soap.message(f"{{{osoberichten.NAMESPACE}20200910}}documentResponse", {}, inside + form)
    document = osoberichten.lees_document(answer)
    assert not isinstance(document, SoapFault)
    assert (document.school, document.formulier) == ("99XA01", {"aanvraagtype": "TLV"})
    assert inside.partition(">")[2].encode() in document.dossier


@pytest.mark.parametrize("written", ['<d:dossier x=">"/>', "<d:dossier></d:dossier>", "<d:dossier><d:a/></d:dossier>"])
def test_a_dossier_takes_the_namespace_of_its_envelope_along(written: str) -> None:
    space = f"{osoberichten.DOSSIER}2019/dossier"
    answer = f'<e:Envelope xmlns:e="{soap.SOAP}" xmlns:d="{space}"><e:Body><a>{written}</a></e:Body></e:Envelope>'
    document = osoberichten.lees_document(answer.encode())
    assert not isinstance(document, SoapFault)
    assert soap.parse(document.dossier).name == f"{{{space}}}dossier"
    assert document.dossier.decode().endswith(written.removeprefix("<d:dossier"))


@pytest.mark.parametrize("inside", ["", "<b/>", dossier("99XA01").decode().partition("?>")[2] * 2])
def test_an_answer_without_exactly_one_dossier_is_unreadable(inside: str) -> None:
    with pytest.raises(Malformed):
        osoberichten.lees_document(soap.message("{urn:x}documentResponse", {}, inside))


def test_a_fault_is_read_with_who_is_at_fault() -> None:
    for code, is_final in (("Client", True), ("Server", False)):
        found = osoberichten.lees_document(soap.fault(code, "Nee & nogmaals nee."))
        assert found == SoapFault(f"soap:{code}", "Nee & nogmaals nee.")
        assert found.is_final is is_final
