"""``make bench``: each figure beside its aim, and beside the floor of this machine, measured in the same run.

The mix is fixed: A&K requests without bijlage, one status, one mail each. ``python -m bench quick`` shows in seconds that
the bench works; its figures say nothing. ``python -m bench rules`` measures lists and changes of status alone.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from bench import measure, surroundings
from bench.plan import FULL, QUICK
from bench.system import Site, running

PACE = {"gateway": {"requests_per_minute": "1000000"}}
"""One session asks for many people here."""


def main() -> None:
    """Measure and print."""
    plan = QUICK if "quick" in sys.argv[1:] else FULL
    with running(Path(".local/bench"), extra=PACE) as site:
        for line in _rules(site) if "rules" in sys.argv[1:] else measure.measure(site, plan):
            print(line, flush=True)


def _rules(site: Site) -> Iterator[str]:
    plan = QUICK if "quick" in sys.argv[1:] else FULL
    yield from surroundings.describe(site.stack)
    yield from measure.rules(site, plan)


if __name__ == "__main__":
    main()
