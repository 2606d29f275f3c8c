"""Ten thousand dossiers that were changed: each gets an answer, and what is read is what a second reading reads."""

import io
import shutil
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from intake import oso
from intake.oso import OsoOnleesbaar
from intake.oso.regeltabel import REGELS
from support.oso import PO, VO, VOORBEELDEN, dossier
from support.oso.mutant import TEKSTEN, Verandering, mutant
from support.oso.tweede import alle_namen, bestanden, gezien, verwacht

SOORTEN = (
    "tekst",
    "tekst",
    "tekst",
    "weg",
    "weg",
    "dubbel",
    "nieuw",
    "naam",
    "verhuis",
    "draai",
    "attribuut",
    "staart",
    "ruimte",
    "bytes",
)
VERANDERINGEN = st.lists(
    st.tuples(st.sampled_from(SOORTEN), st.integers(0, 10_000_000), st.integers(0, 10_000)), min_size=1, max_size=5
)
NAMEN = alle_namen()
BERICHTEN = {regel.bericht for regel in REGELS}


def bronnen() -> list[ET.Element]:
    """Our own dossiers, and the examples of Edustandaard where they are."""
    paden = [VOORBEELDEN / naam for naam in (PO, VO)]
    return [dossier("POSWV").wortel, dossier("VOSWV").wortel, *(ET.parse(pad).getroot() for pad in paden if pad.exists())]


BRONNEN = bronnen()
XSD = VOORBEELDEN / "OSO_gegevensset_2019.1.xsd"


def vergelijk(inhoud: bytes, map_: Path) -> bool:
    """Read it both ways; tell whether it was taken. Fails when the readings differ."""
    try:
        gelezen = oso.lees(io.BytesIO(inhoud), map_, xsd=XSD if XSD.exists() else None)
    except OsoOnleesbaar:
        assert not list(map_.iterdir())
        return False
    assert gezien(gelezen, NAMEN) == verwacht(inhoud)
    met_de_hand = bestanden(inhoud)
    for een in gelezen.bijlagen:
        assert (een.pad is None) <= bool(een.bevindingen)
        if een.pad is not None:
            assert een.sha256 in met_de_hand
    assert len(gelezen.bijlagen) <= len(met_de_hand)
    assert {found.bericht for found in gelezen.bevindingen if not found.bericht.startswith("En dit nog ")} <= BERICHTEN
    return True


def jaag(aantal: int, map_: Path) -> Counter[bool]:
    """Try so many, the same each time; count what was taken."""
    telling: Counter[bool] = Counter()

    @settings(
        max_examples=aantal,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(bron=st.sampled_from(range(len(BRONNEN))), veranderingen=VERANDERINGEN)
    def probeer(bron: int, veranderingen: list[Verandering]) -> None:
        telling[vergelijk(mutant(BRONNEN[bron], veranderingen), map_)] += 1
        shutil.rmtree(map_)

    probeer()
    return telling


def test_what_is_read_of_a_changed_dossier_is_what_a_second_reading_reads(tmp_path: Path) -> None:
    telling = jaag(150, tmp_path / "b")
    assert telling[True] >= 0.4 * telling.total()
    assert telling[False] > 0


@pytest.mark.long
def test_ten_thousand_changed_dossiers_each_get_an_answer(tmp_path: Path) -> None:
    telling = jaag(10_000, tmp_path / "b")
    print(f"{telling.total()} dossiers, {telling[True]} taken")
    assert telling.total() >= 10_000
    assert telling[True] >= 0.4 * telling.total()


@pytest.mark.parametrize("profiel", ["POSWV", "VOSWV"])
def test_the_second_reading_sees_every_block_of_a_dossier(profiel: str, tmp_path: Path) -> None:
    inhoud = dossier(profiel).bytes()
    gelezen = oso.lees(io.BytesIO(inhoud), tmp_path)
    assert verwacht(inhoud) == gezien(gelezen, NAMEN)
    assert len(verwacht(inhoud)) > (150 if profiel == "POSWV" else 80)
    blokken = {naam.partition(".")[0] for naam in verwacht(inhoud)}
    gevuld = {naam for naam, waarde in gelezen.dossier if waarde}
    assert gevuld <= blokken


@given(st.binary(max_size=400))
@settings(
    max_examples=100,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_bytes_get_an_answer(tmp_path: Path, inhoud: bytes) -> None:
    with pytest.raises(OsoOnleesbaar):
        oso.lees(io.BytesIO(inhoud), tmp_path)


def test_the_values_that_mutants_get_hold_what_hurts() -> None:
    assert {"123456782", "OPT-UIT", "9999999999"} <= set(TEKSTEN)
