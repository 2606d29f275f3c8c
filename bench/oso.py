"""Reading OSO dossiers, beside the floor: expat alone over the same bytes. And memory, with files as large as may be sent.

The dossier is our own fictional one of the tests, with files that bring it to the size of Edustandaard's full example (137 KB).
``python -m bench oso`` needs no server. ``python -m bench.oso FILE`` reads one in a process of its own, and prints by how many
MB it grew and how many seconds it took.
"""

import base64
import io
import random
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.parsers.expat import ParserCreate

from bench.plan import Plan
from bench.report import figure, line
from intake import oso

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "tests/support/oso/POSWV.xml"
EXAMPLE = 137_000
LARGE = 10 * 1024 * 1024 - 1024
_LIST = "</overigdocumentlijst>"


def measure(plan: Plan) -> Iterator[str]:
    """Dossiers a second, then memory with large files."""
    dossier = _dossier()
    with tempfile.TemporaryDirectory() as folder:
        ours = _rate(plan.dossiers, lambda: oso.lees(io.BytesIO(dossier), Path(folder)))
        floor = _rate(plan.dossiers, lambda: ParserCreate(namespace_separator=" ").Parse(dossier, True))  # noqa: FBT003
        yield line("OSO dossiers", f"{ours:.0f}/s, {len(dossier) // 1000} KB each, one core; expat alone {floor:.0f}/s")
        large = Path(folder) / "large.xml"
        _write_large(large, dossier.decode(), plan.files)
        grew, seconds = _alone(large)
        size = large.stat().st_size / 1024 / 1024
        yield line(
            "OSO files", f"{size / seconds:.0f} MB/s of XML; {plan.files} of 10 MB unpacked and hashed in {seconds:.1f} s"
        )
        yield figure("memory, one OSO dossier", f"+{grew:.0f} MB over {size:.0f} MB", aim="< 100 MB", met=grew < 100)


def _rate(count: int, step: Callable[[], object]) -> float:
    """Do it so many times; give how many a second."""
    begin = time.perf_counter()
    for _ in range(count):
        step()
    return count / (time.perf_counter() - begin)


def _dossier() -> bytes:
    """Fill the template: three large files, as in the example, and small ones."""
    chance = random.Random(7)
    xml = TEMPLATE.read_text(encoding="utf-8")
    names = re.findall(r">\[(.+?)\]<", xml)
    left = (EXAMPLE - len(xml)) * 3 // 4 - 400 * len(names)
    sizes = [left // 2, left // 3, left // 6] + [100] * (len(names) - 3)
    for name, size in zip(names, sizes, strict=True):
        xml = xml.replace(f"[{name}]", _packed("a.txt", chance.randbytes(size)), 1)
    return xml.encode()


def _packed(name: str, content: bytes) -> str:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(name, content)
    return base64.b64encode(out.getvalue()).decode()


def _write_large(target: Path, xml: str, files: int) -> None:
    """Put so many files of 10 MB among the other documents."""
    before, _, after = xml.partition(_LIST)
    packed = _packed("large.txt", random.Random(7).randbytes(LARGE))
    with target.open("w", encoding="utf-8") as out:
        out.write(before)
        for _ in range(files):
            out.write(f"<document><bestandsnaam>large.txt</bestandsnaam><bestandsinhoud>{packed}</bestandsinhoud></document>")
        out.write(_LIST + after)


def _alone(path: Path) -> tuple[float, float]:
    """Read it in a process of its own; give the growth in MB and the seconds."""
    command = [sys.executable, "-m", "bench.oso", str(path)]
    grew, seconds = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout.split()
    return float(grew), float(seconds)


def _largest() -> float:
    """The most memory so far in MB. Not ru_maxrss: that also counts what the parent had before this process began."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.findall(r"VmHWM:\s+(\d+)", status)[0]) / 1024


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        before, begin = _largest(), time.perf_counter()
        gelezen = oso.lees(Path(sys.argv[1]), Path(folder))
        print(_largest() - before, time.perf_counter() - begin)
        if not any(bijlage.grootte == LARGE for bijlage in gelezen.bijlagen):
            sys.exit("the large files were not read")
