"""Tables as spreadsheets here write them: CSV with a head, semicolons or commas, UTF-8.

>>> read(Path("people.csv"))        # - is stdin
[{"soort": "school", "organisatie": "99XA00", …}]
"""

import csv
import io
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

TOO_MANY = "(te veel)"
"""The field of what stands behind the last column of the head."""


def read(file: Path) -> list[dict[str, str]]:
    """Read every row by the names of the head; what is missing at the end of a row is empty."""
    text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8-sig")
    head = text.partition("\n")[0]
    return list(csv.DictReader(text.splitlines(), delimiter=";" if ";" in head else ",", restval="", restkey=TOO_MANY))


def write(columns: Sequence[str], rows: Iterable[Mapping[str, object]]) -> str:
    """Write rows so that ``read`` gives them back."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=";", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()
