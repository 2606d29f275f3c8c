"""A service with one of its protections taken away: ``python unprotected.py PROTECTION PACKAGE serve`` (see sabotage.py)."""

import runpy
import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).parents[1])

from chaos import sabotage  # noqa: E402 - found by the line above

if __name__ == "__main__":
    _, protection, package, *sys.argv[1:] = sys.argv
    sabotage.apply(protection)
    runpy.run_module(package, run_name="__main__")
