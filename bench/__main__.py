"""``make bench``: each figure beside its aim, and beside the floor of this machine, measured in the same run.

The mix is fixed: A&K requests without bijlage, one status, one mail each. ``python -m bench quick`` shows in seconds that
the bench works; its figures say nothing. ``python -m bench rules`` measures lists, extra access and changes of status alone,
``python -m bench people`` log-ins, ``python -m bench bijlagen`` large files, ``python -m bench oso`` reading OSO dossiers, for
which nothing is started.
"""

import logging
import sys
from collections.abc import Iterator
from pathlib import Path

from bench import access, bijlagen, measure, oso, surroundings
from bench.plan import FULL, QUICK, Plan
from bench.system import Site, running

PACE = {"gateway": {"requests_per_minute": "1000000"}}
"""One session asks for many people here."""


def main() -> None:
    """Measure and print."""
    plan = QUICK if "quick" in sys.argv[1:] else FULL
    logging.getLogger("aiormq").setLevel(logging.CRITICAL)  # what it says of a broker that is killed on purpose
    if "oso" in sys.argv[1:]:
        for line in oso.measure(plan):
            print(line, flush=True)
        return
    with running(Path(".local/bench"), extra=PACE) as site:
        for line in _chosen(site, plan):
            print(line, flush=True)


def _chosen(site: Site, plan: Plan) -> Iterator[str]:
    parts = {
        "rules": measure.rules(site, plan),
        "people": access.logins(site, plan.logins),
        "bijlagen": bijlagen.measure(site, plan.bijlagen),
    }
    asked = [part for name, part in parts.items() if name in sys.argv[1:]]
    if not asked:
        yield from measure.measure(site, plan)
        yield from oso.measure(plan)
        return
    yield from surroundings.describe(site.stack)
    for part in asked:
        yield from part


if __name__ == "__main__":
    main()
