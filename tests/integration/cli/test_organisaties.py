"""Organisations by hand and from a spreadsheet: all rows or none, seen beforehand, and never removed."""

from pathlib import Path

import pytest

from support.cli import Ran, schakel
from support.intake import world_of
from support.sandbox import Sandbox

CSV = """soort;code;naam;bestuur;swv;platform;van;tot
school;99XD00;De Nieuwe Den;70009;PO2507;PO2507-WEST;2026-08-01;
school;99XA00;De Linde;70001;PO2507;;;
platform;PO2507-WEST;Platform West;;PO2507;;;
bestuur;70009;Stichting Erbij;;;;;
voorschool;98XA00;De Verzonnen Peuters;70009;PO2507;;;
school;99XB00;De Bedachte Beuk;70002;PO2507;;;
"""


class Operator:
    def __init__(self, sandbox: Sandbox, folder: Path) -> None:
        self.url = sandbox.database_url("intake")
        self.file = folder / "organisaties.csv"

    async def types(self, *words: str) -> Ran:
        return await schakel("organisaties", *words, SCHAKEL_INTAKE_DATABASE_URL=self.url)

    async def imports(self, text: str, *more: str) -> Ran:
        self.file.write_text(text, encoding="utf-8-sig")
        return await self.types("import", str(self.file), "--by", "beheer", *more)


@pytest.fixture
async def operator(sandbox: Sandbox, tmp_path: Path) -> Operator:
    async with world_of(sandbox):
        return Operator(sandbox, tmp_path)


async def test_a_spreadsheet_is_tried_then_taken_and_what_is_written_comes_back_unchanged(operator: Operator) -> None:
    before = (await operator.types("export")).out
    tried = await operator.imports(CSV, "--dry-run")
    assert tried.code == 0, tried.err
    assert 'gewijzigd  school 99XA00 De Linde: naam "De Verzonnen Linde" wordt "De Linde"' in tried.out
    assert "erbij      platform PO2507-WEST Platform West" in tried.out
    assert tried.out.endswith("4 erbij, 1 gewijzigd, 1 gelijk; er is niets opgeslagen\n")
    assert (await operator.types("export")).out == before
    taken = await operator.imports(CSV)
    assert taken.out == tried.out.replace("; er is niets opgeslagen", "")
    after = (await operator.types("export")).out
    again = await operator.imports(after)
    assert (again.code, again.out) == (0, "0 erbij, 0 gewijzigd, 12 gelijk\n")
    assert "school;99XD00;De Nieuwe Den;70009;PO2507;PO2507-WEST;2026-08-01;\n" in after
    own = (await operator.types("export", "--swv", "PO00YY")).out
    assert "99XC00" in own
    assert "99XA00" not in own


async def test_one_wrong_row_keeps_all_out_and_each_fault_has_its_line_and_field(operator: Operator) -> None:
    before = (await operator.types("export")).out
    wrong = (
        CSV.replace("99XD00", "99X")
        .replace(";70002;", ";79999;")
        .replace("2026-08-01", "2026-13-01")
        .replace("voorschool;98XA00", "peuters;98XA00")
    )
    refused = await operator.imports(wrong)
    assert refused.code == 1
    assert "regel 2: van: Dit is geen bestaande datum (jjjj-mm-dd)." in refused.err
    assert "regel 6: soort: Deze waarde staat niet in de lijst." in refused.err
    right_form = CSV.replace("99XD00", "99X").replace("99XB00;De Bedachte Beuk;70002", "99XB00;De Bedachte Beuk;79999")
    refused = await operator.imports(right_form)
    assert "regel 2: code: Een school heeft BRIN en vestiging" in refused.err
    assert "regel 7: bestuur: Het bestuur 79999 kennen wij niet." in refused.err
    assert refused.err.endswith("er is niets opgeslagen\n")
    double = await operator.imports(CSV + "school;99XB00;De Bedachte Beuk;70002;PO2507;;;\n")
    assert "regel 8: code: 99XB00 staat hier meer dan eens." in double.err
    for text in ("", "naam,email\nx,y\n", CSV.replace("\n", ";;;;\n", 1)):
        assert (await operator.imports(text)).code in {0, 1}
    assert (await operator.types("export")).out == before


async def test_one_by_one_they_are_added_changed_and_ended_but_not_before_their_schools(operator: Operator) -> None:
    by = ("--by", "beheer")
    added = await operator.types("add", "bestuur", "70009", "--naam", "Stichting Erbij", *by)
    assert (added.code, added.out) == (0, "erbij      bestuur 70009 Stichting Erbij\n")
    assert "bestaat al" in (await operator.types("add", "bestuur", "70009", "--naam", "Nog eens", *by)).err
    assert "is er niet" in (await operator.types("change", "bestuur", "70010", "--naam", "Wie?", *by)).err
    changed = await operator.types("change", "bestuur", "70009", "--naam", "Stichting Anders", *by)
    assert 'naam "Stichting Erbij" wordt "Stichting Anders"' in changed.out
    refused = await operator.types("end", "bestuur", "70001", "--tot", "2026-07-31", *by)
    assert "tot: Na de laatste dag hoort school 99XA00 er nog bij." in refused.err
    for school in ("99XA00", "99XA01"):
        assert (await operator.types("end", "school", school, "--tot", "2026-07-31", *by)).code == 0
    assert (await operator.types("end", "bestuur", "70001", "--tot", "2026-07-31", *by)).code == 0
    listed = await operator.types("list", "Linde")
    assert "school     99XA00       De Verzonnen Linde  70001 PO2507  ..2026-07-31" in listed.out
    assert "Beuk" not in listed.out


KRINGEN = """naam;coordinator;email;scholen
Helmond;Cor Bedacht;cor@po3008.example;99XH00|99XH01
Asten, Someren, Deurne;Dina Bedacht;dina@po3008.example;
"""


async def test_scholenkringen_come_from_a_spreadsheet_all_or_none_and_back(sandbox: Sandbox, tmp_path: Path) -> None:
    url, file = sandbox.database_url("workflow"), tmp_path / "kringen.csv"
    rules = Path("services/workflow/src/workflow/rulesets/PO3008.yaml")

    async def types(*words: str, text: str = KRINGEN) -> Ran:
        file.write_text(text, encoding="utf-8-sig")
        return await schakel(*words, SCHAKEL_WORKFLOW_DATABASE_URL=url)

    asked = ("kringen", "import", str(file), "--swv", "PO3008", "--by", "beheer")
    assert "geen regels gepubliceerd" in (await types(*asked)).err
    assert (await types("rules", "publish", str(rules), "--by", "beheer")).code == 0
    assert (await types(*asked, "--dry-run")).out == "2 kringen in orde; er is niets opgeslagen\n"
    wrong = KRINGEN.replace("99XH01", "99XH00").replace("Asten, Someren, Deurne", "Nergens").replace("dina@po3008.example", "")
    refused = await types(*asked, text=wrong)
    assert refused.code == 1
    assert "regel 2: scholen: 99XH00 staat hier meer dan eens." in refused.err
    assert "regel 3: naam: Deze scholenkring staat niet in de regels van het samenwerkingsverband." in refused.err
    assert "regel 3: email: " in refused.err
    assert (await types("kringen", "export", "--swv", "PO3008")).out == "naam;coordinator;email;scholen\n"
    assert (await types(*asked)).out == "2 kringen vastgelegd\n"
    out = (await types("kringen", "export", "--swv", "PO3008")).out
    assert sorted(out.splitlines()) == sorted(KRINGEN.splitlines())
