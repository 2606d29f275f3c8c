"""``schakel rules`` without a database: what an operator reads when a file is wrong, absent or comes by stdin."""

from pathlib import Path

from typer.testing import CliRunner, Result

from schakel.main import app
from support.hulpvragen import RULESETS

GOOD = (RULESETS / "PO00YY.yaml").read_text(encoding="utf-8")


def typed(*words: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(app, ["rules", *words], input=stdin)


def test_a_file_may_come_by_stdin() -> None:
    assert typed("check", "-", stdin=GOOD).output.startswith("-: PO00YY versie 3 klopt; eigen keuze: ")
    broken = typed("check", "-", stdin=GOOD.replace("naar: Afgerond", "naar: Weg", 1))
    assert broken.exit_code == 1
    assert "onbekend: status Weg" in broken.output


def test_a_file_that_is_not_there_or_is_no_text_is_a_sentence(tmp_path: Path) -> None:
    odd = tmp_path / "odd.yaml"
    odd.write_bytes(b"naam: \xff\xfe")
    for words in (["check", str(odd)], ["diff", str(odd)], ["publish", str(odd), "--by", "jansen"]):
        done = typed(*words)
        assert (done.exit_code, "odd.yaml:1: kan dit bestand niet lezen" in done.output) == (1, True), done.output
    for words in (["check", "no.yaml"], ["diff", "no.yaml"], ["publish", "no.yaml", "--by", "jansen"]):
        done = typed(*words)
        assert done.exit_code != 0
        assert not isinstance(done.exception, OSError)
        assert "no.yaml" in done.output


def test_diagrams_of_an_swv_come_with_a_page_that_leads_to_them(tmp_path: Path) -> None:
    done = typed("diagram", "PO0000", "-o", str(tmp_path / "new"))
    assert done.exit_code == 0, done.output
    page = (tmp_path / "new/README.md").read_text(encoding="utf-8")
    assert "[Hulpvraag groep](hulpvraag-groep-groep.svg) | groep | direct |" in page
    assert "<svg" in (tmp_path / "new/hulpvraag-groep-groep.svg").read_text(encoding="utf-8")
    assert typed("diagram", "PO0000", "-o", str(tmp_path / "all.svg")).exit_code == 1
    assert typed("diagram", "PO0000", "Bestaat niet").exit_code == 1
    assert typed("diagram", "PO9998").exit_code == 1
