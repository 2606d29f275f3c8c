"""XML that was made to do harm, or was harmed: refused by name, at little cost, and nothing of it stays."""

import io
import threading
import time
import tracemalloc
import zipfile
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from intake import oso
from intake.oso import Grenzen, OsoOnleesbaar
from support.oso import LEERLING, NS, bijlage, dossier, ingepakt, overig

MB = 1024 * 1024
KOP = f'<dossier xmlns="{NS}">'.encode()
GOED = dossier().bytes()
LACHEN = b"<!ENTITY a 'ha'>" + b"".join(
    f"<!ENTITY {naam} '{f'&{vorige};' * 10}'>".encode() for vorige, naam in zip("abcdefghi", "bcdefghij", strict=True)
)


def met_doctype(doctype: bytes, inhoud: bytes = b"<metadata>&j;</metadata>") -> bytes:
    return b'<?xml version="1.0"?>' + doctype + KOP + inhoud + b"</dossier>"


class Oneindig(io.RawIOBase):
    """A head, then the same for ever. Tells how much was read."""

    def __init__(self, kop: bytes, herhaald: bytes) -> None:
        self._klaar = kop
        self._herhaald = herhaald
        self.gelezen = 0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        self._klaar += self._herhaald * (size // len(self._herhaald) + 1)
        stuk, self._klaar = self._klaar[:size], self._klaar[size:]
        self.gelezen += len(stuk)
        return stuk


def rule(inhoud: bytes | io.RawIOBase, map_: Path, grenzen: Grenzen | None = None) -> str:
    """Read it; give the rule by which it was refused."""
    bron = io.BytesIO(inhoud) if isinstance(inhoud, bytes) else inhoud
    with pytest.raises(OsoOnleesbaar) as refused:
        oso.lees(bron, map_, grenzen=grenzen or Grenzen())  # type: ignore[arg-type]
    assert list(map_.iterdir()) == []
    return refused.value.fault.rule


@pytest.mark.parametrize(
    "inhoud",
    [
        met_doctype(b"<!DOCTYPE dossier [" + LACHEN + b"]>"),
        met_doctype(
            b"<!DOCTYPE dossier [<!ENTITY j '" + b"x" * 60_000 + b"'>]>", b"<metadata>" + b"&j;" * 10_000 + b"</metadata>"
        ),
        met_doctype(b'<!DOCTYPE dossier SYSTEM "file:///etc/passwd">'),
        met_doctype(b'<!DOCTYPE dossier [<!ENTITY j SYSTEM "file:///etc/passwd">]>'),
        met_doctype(b'<!DOCTYPE dossier [<!ENTITY % p SYSTEM "file:///etc/passwd"> %p;]>'),
        met_doctype(b"<!DOCTYPE dossier>", b""),
        met_doctype(b"<!DOCTYPE dossier [<!ATTLIST dossier a CDATA 'x'>]>", b""),
    ],
    ids=["billion laughs", "quadratic blowup", "external DTD", "external entity", "parameter entity", "bare", "attlist"],
)
def test_a_doctype_is_refused_whatever_it_says(inhoud: bytes, tmp_path: Path) -> None:
    begin = time.process_time()
    assert rule(inhoud, tmp_path) == "dtd"
    assert time.process_time() - begin < 1


def test_nothing_is_fetched_by_an_entity_a_dtd_a_schema_location_or_an_instruction(tmp_path: Path) -> None:
    asked = []

    class Luister(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(404)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Luister)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}".encode()
    stijl = b'<?xml-stylesheet href="' + url + b'/stijl.xsl" type="text/xsl"?>'
    locatie = f'<dossier xmlns="{NS}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="{NS} '.encode()
    insluiten = b'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="' + url + b'/insluiten.xml"/>'
    try:
        rule(met_doctype(b'<!DOCTYPE dossier SYSTEM "' + url + b'/a.dtd">'), tmp_path)
        rule(met_doctype(b'<!DOCTYPE dossier [<!ENTITY j SYSTEM "' + url + b'/b">]>'), tmp_path)
        oso.lees(io.BytesIO(stijl + locatie + url + b'/c.xsd">' + insluiten + b"</dossier>"), tmp_path)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert asked == []


@pytest.mark.parametrize(
    ("inhoud", "verwacht"),
    [
        (GOED[: len(GOED) // 2], "geen-xml"),
        (GOED[:-3], "geen-xml"),
        (GOED + b"<nog/>", "geen-xml"),
        (GOED.replace(b"Noor", b"No\x00or", 1), "geen-xml"),
        (GOED.replace(b"Noor", b"No\x0bor", 1), "geen-xml"),
        (GOED.replace(b"Noor", b"No\xffor", 1), "geen-xml"),
        (GOED.replace(b"Noor", b"&#0;", 1), "geen-xml"),
        (GOED.replace(b"Noor", b"&onbekend;", 1), "geen-xml"),
        (GOED.replace(b"<achternaam>", b"<achternaam", 1), "geen-xml"),
        (GOED.replace(b"<achternaam>", b"<vreemd:achternaam>", 1), "geen-xml"),
        (GOED.replace(b"'utf-8'", b"'utf-7'", 1), "codering"),
        (GOED.replace(b"'utf-8'", b"'idna'", 1), "codering"),
        (GOED.replace(b"version='1.0'", b"version='1.1'", 1), "geen-xml"),
        (GOED.replace(b"'utf-8'", b"'utf-16'", 1), "geen-xml"),
        (GOED.decode().encode("utf-16"), "geen-xml"),
        (b"\x00" * 1000, "geen-xml"),
        (b"PK\x03\x04" + b"\x00" * 1000, "geen-xml"),
    ],
)
def test_what_is_no_well_formed_xml_is_refused(inhoud: bytes, verwacht: str, tmp_path: Path) -> None:
    assert rule(inhoud, tmp_path) == verwacht


@pytest.mark.parametrize("codering", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_a_name_arrives_in_every_encoding_that_schools_use(codering: str, tmp_path: Path) -> None:
    tekst = GOED.decode().replace("'utf-8'", f"'{codering}'").replace("<voornaam>Noor", "<voornaam>Zoë", 1)
    gelezen = oso.lees(io.BytesIO(tekst.encode(codering)), tmp_path)
    assert gelezen.dossier.leerling
    assert gelezen.dossier.leerling.voornamen[0] == "Zoë"


@pytest.mark.parametrize(
    ("kop", "herhaald", "verwacht", "hoogstens"),
    [
        (KOP, b"<adres>", "te-diep", MB),
        (KOP, b"<adres/>", "te-veel-onderdelen", MB),
        (KOP + b"<metadata><pakketnaam>", b"lang ", "te-veel-tekst", MB),
        (KOP + b"<metadata>", b"<pakketnaam>" + b"x" * 5000 + b"</pakketnaam>", "te-veel-tekst", 8 * MB),
        (KOP + b"<metadata lang='", b"x", "te-lang-teken", MB),
        (KOP + b"<!-- ", b"x", "te-lang-teken", MB),
        (KOP + b"<?pi ", b"x", "te-lang-teken", MB),
        (KOP + b"<", b"x", "te-lang-teken", MB),
        (b"<!--", b"x", "te-lang-teken", MB),
        (KOP + b"<metadata a='" + b"x" * 2000 + b"'>", b"x", "attributen", MB),
        (KOP + b"<metadata " + b" ".join(b"a%d=''" % n for n in range(50)) + b">", b"x", "attributen", MB),
        (KOP, b"<document><bestandsinhoud>UEsD</bestandsinhoud></document>", "te-veel-bijlagen", MB),
        (KOP + b"<document>", b"<bestandsinhoud>", "geen-dossier", MB),
        (KOP + b"<metadata>", b"twaalf tekens<datum/>", "te-veel-tekst", MB),
        (b"", b" ", "te-groot", 5 * MB),
        (KOP, b"<!-- klein -->", "te-groot", 5 * MB),
        (KOP + b"<document><bestandsinhoud>", b"UEsD", "te-groot", 5 * MB),
    ],
)
def test_what_has_no_end_is_refused_soon_and_in_little_memory(
    kop: bytes, herhaald: bytes, verwacht: str, hoogstens: int, tmp_path: Path
) -> None:
    bron = Oneindig(kop, herhaald)
    tracemalloc.start()
    gevonden = rule(bron, tmp_path, Grenzen(bestand=4 * MB) if verwacht == "te-groot" else Grenzen())
    _, meest = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert gevonden == verwacht
    assert bron.gelezen <= hoogstens
    assert meest < 24 * MB


def test_a_dossier_at_the_bounds_is_read(tmp_path: Path) -> None:
    kort = dossier().zet(f"{LEERLING}/overstapadvies/argumentatie", "x" * 65_000).bytes()
    gelezen = oso.lees(io.BytesIO(kort), tmp_path)
    assert gelezen.dossier.overstapadvies
    assert len(gelezen.dossier.overstapadvies.argumentatie or "") == 65_000


def test_an_element_of_another_namespace_is_none_of_ours(tmp_path: Path) -> None:
    vreemd = GOED.replace(b"<leerlingid>", b"<x:achternaam xmlns:x='urn:vreemd'>Indringer</x:achternaam><leerlingid>", 1)
    vreemd = vreemd.replace(b"<achternaam>Verzinsel</achternaam>", b"", 1)
    gelezen = oso.lees(io.BytesIO(vreemd), tmp_path)
    assert gelezen.dossier.leerling
    assert gelezen.dossier.leerling.achternaam is None
    assert ("ONBEKEND", "huidigeschool.leerling") in [(found.code, found.veld) for found in gelezen.bevindingen]


@pytest.mark.parametrize(("pad", "xml"), [("huidigeschool", "<leerling/>"), (".", "<huidigeschool/>")])
def test_data_of_two_pupils_are_never_taken_for_those_of_one(pad: str, xml: str, tmp_path: Path) -> None:
    assert rule(dossier().bij(pad, xml).bytes(), tmp_path) == "meer-leerlingen"


def test_comments_instructions_and_cdata_change_nothing(tmp_path: Path) -> None:
    anders = GOED.replace(b">Verzinsel<", b">Ver<!-- x --><![CDATA[zin]]><?x y?>sel<", 1)
    assert oso.lees(io.BytesIO(anders), tmp_path).dossier == oso.lees(io.BytesIO(GOED), tmp_path).dossier


def test_ten_files_of_ten_megabytes_take_no_more_memory_than_one(tmp_path: Path) -> None:
    groot = bijlage("groot.txt", ingepakt(("groot.txt", b"0123456789" * MB), methode=zipfile.ZIP_STORED))
    voor, na = overig("<document>HIER</document>").decode().split("<document>HIER</document>")

    def meest(aantal: int) -> int:
        bron = tmp_path / f"{aantal}.xml"
        with bron.open("w") as uit:
            uit.writelines([voor, *[groot] * aantal, na])
        tracemalloc.start()
        gelezen = oso.lees(bron, tmp_path / f"bijlagen-{aantal}")
        _, top = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert [one.grootte for one in gelezen.bijlagen if one.naam == "groot.txt"] == [10 * MB] * aantal
        return top

    een = meest(1)
    assert meest(4) < een + MB
    assert een < 8 * MB
