"""Memory of the services while something goes on: the highest of many looks, taken inside the window that is measured."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.system import Site

FIELDS = ("Pss:", "Rss:")


class Memory:
    """MB per service. PSS counts a page that several processes share once over all of them; RSS counts it in each."""

    def __init__(self) -> None:
        self.pss: dict[str, float] = {}
        self.rss: dict[str, float] = {}
        self.together = 0.0
        self.looks = 0

    def look(self, site: Site) -> None:
        """Read all services once, and keep what is highest."""
        found = {name: _read(service.pid or 0) for name, service in site.services.items()}
        for name, (pss, rss) in found.items():
            self.pss[name] = max(pss, self.pss.get(name, 0))
            self.rss[name] = max(rss, self.rss.get(name, 0))
        self.together = max(self.together, sum(pss for pss, _ in found.values()))
        self.looks += 1


def now(site: Site) -> Memory:
    """Look once."""
    memory = Memory()
    memory.look(site)
    return memory


@contextmanager
def watched(site: Site, every: float = 1.0) -> Iterator[Memory]:
    """Look at the beginning and then every so many seconds, until the block ends."""
    memory, ended = Memory(), threading.Event()

    def look() -> None:
        memory.look(site)
        while not ended.wait(every):
            memory.look(site)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield memory
    finally:
        ended.set()
        thread.join()


def _read(pid: int) -> tuple[float, float]:
    """Give PSS and RSS of a process in MB; nothing of one that is not there."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0, 0.0
    pss, rss = (next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024 for field in FIELDS)
    return pss, rss
