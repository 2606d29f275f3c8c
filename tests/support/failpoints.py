"""Which failpoints a package has in its code: what its kill test must walk."""

import re
from pathlib import Path
from types import ModuleType

_HIT = re.compile(r"""failpoints\.hit(?:_soon)?\(\s*"([^"]+)\"""")


def hit_in(package: ModuleType) -> set[str]:
    """Read every name that this package passes to ``failpoints.hit`` or ``hit_soon``."""
    folder = Path(package.__path__[0])
    return {name for file in folder.rglob("*.py") for name in _HIT.findall(file.read_text(encoding="utf-8"))}
