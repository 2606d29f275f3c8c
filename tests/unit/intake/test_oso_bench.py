"""``python -m bench oso`` works; what the figures are is not looked at."""

from bench import oso
from bench.plan import QUICK


def test_a_quick_run_gives_each_figure() -> None:
    lines = list(oso.measure(QUICK))
    assert [line[:28].rstrip() for line in lines] == ["OSO dossiers", "OSO files", "memory, one OSO dossier"]
    assert "expat alone" in lines[0]
    assert "met" in lines[2]
