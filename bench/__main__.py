"""``make bench``: each figure beside its aim, and beside the floor of this machine, measured in the same run.

The mix is fixed: A&K requests without bijlage, one status, one mail each. ``python -m bench quick`` shows in seconds that
the bench works; its figures say nothing.
"""

import sys
from pathlib import Path

from bench.measure import measure
from bench.plan import FULL, QUICK
from bench.system import running


def main() -> None:
    """Measure and print."""
    plan = QUICK if "quick" in sys.argv[1:] else FULL
    with running(Path(".local/bench")) as site:
        for line in measure(site, plan):
            print(line, flush=True)


if __name__ == "__main__":
    main()
