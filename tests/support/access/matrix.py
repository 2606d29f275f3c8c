"""The access matrix: read from ``matrix.yaml``, cell by cell, and drawn as docs/access.md.

>>> [cell for row in read().rows for cell in row.cells if cell.person == "ouder"]

``python -m support.access.matrix`` (from tests/) writes the table; ``make docs`` does that.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

RELATIONS = ("own", "foreign", "ended", "limited")
SERVICES = ("gateway", "workflow", "intake", "documents", "notify", "bron-export")
EVERY = "every service"
NOBODY = "niemand"
MACHINE = "systeem"
OWN_KEY = {
    ("intake", "POST", "/oso/notificaties"): "las",
    ("documents", "POST", "/oso-dossiers/{osodossier}/downloads"): "bewijs",
    ("documents", "POST", "/oso-dossiers/{osodossier}/uploadslots"): "bewijs",
}
"""Routes for other systems, which have no actor: by the name of the way they show who they are."""
_ABOUT = ("{dossiernummer}", "{dossier}", "{registratie}", "{school}", "{account}", "{sessie}", "{mail}", "tokens/{token}")
Words = tuple[str, ...]
"""A word for each relation."""
_HEAD = Path(__file__).with_name("head.md")


@dataclass(frozen=True, slots=True)
class Route:
    """One method and path of one service, and the status of an answer that gives what is asked."""

    service: str
    method: str
    path: str
    status: int

    @property
    def key(self) -> tuple[str, str, str]:
        """What names it."""
        return self.service, self.method, self.path

    @property
    def relations(self) -> tuple[str, ...]:
        """What one can be to the thing it is about; "own" alone for a route about no thing."""
        if (
            self.service == "documents"
            and self.path not in {"/scanner", "/openapi.json", "/metrics"}
            and "health" not in self.path
        ):
            return RELATIONS[:3]
        if not any(name in self.path for name in _ABOUT):
            return RELATIONS[:1]
        if "{dossiernummer}" in self.path:
            return RELATIONS
        return RELATIONS[:3] if "{dossier}" in self.path else RELATIONS[:2]


@dataclass(frozen=True, slots=True)
class Cell:
    """What one person gets at one route for what is their own, another's, or ended."""

    route: Route
    person: str
    relation: str
    expected: str


@dataclass(frozen=True, slots=True)
class Row:
    """One thing people do, by every route that does it."""

    what: str
    why: str
    rights: dict[str, Words]
    routes: tuple[Route, ...]
    but: dict[tuple[str, str, str], dict[str, Words]] = field(default_factory=dict)

    @property
    def cells(self) -> Iterator[Cell]:
        """Every cell that can be."""
        for route in self.routes:
            rights = {**self.rights, **self.but.get(route.key, {})}
            for person, words in rights.items():
                if route.service == "gateway" and person == MACHINE:
                    continue
                for relation in route.relations:
                    expected = words[RELATIONS.index(relation)]
                    if expected != "-":
                        yield Cell(route, person, relation, expected)

    @property
    def sample(self) -> list[Cell]:
        """Of each route and each thing one can be to it one person per outcome, the same in every run."""
        found: dict[tuple[object, ...], list[Cell]] = {}
        for cell in self.cells:
            found.setdefault((cell.route.key, cell.relation, cell.expected), []).append(cell)
        return [random.Random(repr(key)).choice(cells) for key, cells in found.items()]


@dataclass(frozen=True, slots=True)
class Matrix:
    """All of it. ``people`` says of each column who that is."""

    people: dict[str, str]
    groups: dict[str, list[str]]
    rows: tuple[Row, ...]

    @property
    def routes(self) -> list[Route]:
        """Every route that has a row."""
        return [route for row in self.rows for route in row.routes]

    @property
    def closed(self) -> list[Route]:
        """Every route that gives nothing to nobody."""
        return [route for row in self.rows if row.rights[NOBODY][0] == "log-in" for route in row.routes]


@cache
def read() -> Matrix:
    """Read the matrix. Raises ValueError for a cell that is left open."""
    given = yaml.safe_load(Path(__file__).with_name("matrix.yaml").read_text(encoding="utf-8"))
    groups, people, named = given["groups"], given["people"], given["rights"]
    rows = []
    for row in given["rows"]:
        rights = named[row["rights"]] if isinstance(row["rights"], str) else row["rights"]
        but = {_key(route): _spread(groups, cells) for route, cells in row.get("but", {}).items()}
        made = Row(row["what"], row["why"], _spread(groups, rights), tuple(_routes(row["routes"])), but)
        if set(made.rights) != set(people):
            msg = f"{made.what}: {sorted(set(people) ^ set(made.rights))}"
            raise ValueError(msg)
        rows.append(made)
    return Matrix(people, groups, tuple(rows))


def _key(text: str) -> tuple[str, str, str]:
    service, method, path = text.rsplit(" ", 2)
    return service, method, path


def _routes(given: dict[str, int]) -> Iterator[Route]:
    for text, status in given.items():
        service, method, path = _key(text)
        for one in SERVICES if service == EVERY else (service,):
            yield Route(one, method, path, status)


def _spread(groups: dict[str, list[str]], cells: dict[str, Any]) -> dict[str, Words]:
    """Per person; a name goes before its group."""
    found: dict[str, Words] = {}
    for name, given in sorted(cells.items(), key=lambda item: item[0] not in groups):
        split = ("yes" if given is True else str(given)).split()  # YAML reads a lone yes as true
        words = split * 3 if len(split) == 1 else split
        for person in groups.get(name, [name]):
            found[person] = (*words, *["-"] * (len(RELATIONS) - len(words)))
    return found


def draw(matrix: Matrix) -> str:
    """The table as Markdown: a row per thing people do, a column per kind of person, three words for three relations."""
    columns = list(_columns(matrix))
    lines = [_HEAD.read_text(encoding="utf-8"), "| column | who |", "|---|---|"]
    lines += [f"| {' · '.join(names)} | {'; '.join(matrix.people[name] for name in names)} |" for names in columns]
    for title, rows in _parts(matrix):
        lines += ["", f"## {title}", "", "| | " + " | ".join(_short(names) for names in columns) + " |"]
        lines.append("|---|" + "---|" * len(columns))
        for number, row in rows:
            cells = [_cell(row, names[0]) for names in columns]
            lines.append(f"| {number}. {row.what} | " + " | ".join(cells) + " |")
        lines.append("")
        for number, row in rows:
            lines.append(f"{number}. {row.what}. *Why:* {row.why}.")
            lines += [
                f"   - `{route.service} {route.method} {route.path}` → {route.status}{_but(row, route)}" for route in row.routes
            ]
    return "\n".join(lines) + "\n"


def _columns(matrix: Matrix) -> Iterator[tuple[str, ...]]:
    """People who get the same everywhere share a column."""
    alike: dict[tuple[object, ...], list[str]] = {}
    for person in matrix.people:
        everywhere = tuple((row.rights[person], *(cells.get(person) for cells in row.but.values())) for row in matrix.rows)
        alike.setdefault(everywhere, []).append(person)
    return (tuple(names) for names in alike.values())


def _parts(matrix: Matrix) -> Iterator[tuple[str, list[tuple[int, Row]]]]:
    numbered = list(enumerate(matrix.rows, 1))
    about = [(number, row) for number, row in numbered if any("{dossiernummer}" in route.path for route in row.routes)]
    yield "A hulpvraag", about
    yield "The rest", [pair for pair in numbered if pair not in about]


def _short(names: tuple[str, ...]) -> str:
    return "<br>".join(names)


def _cell(row: Row, person: str) -> str:
    relations = max((route.relations for route in row.routes), key=len)
    return _said(row.rights[person][: len(relations)])


def _said(words: Words) -> str:
    """What stands in a cell: one word where all are alike, and nothing of what is limited where that cannot be."""
    words = words[:-1] if len(words) == len(RELATIONS) and words[-1] == "-" else words
    shown = ["·" if word == "-" else word for word in words]
    return shown[0] if len(set(shown)) == 1 else " / ".join(shown)


def _but(row: Row, route: Route) -> str:
    cells = row.but.get(route.key, {})
    different = {name: words for name, words in cells.items() if words != row.rights[name]}
    return "".join(f"; {name}: {_said(words)}" for name, words in different.items())


if __name__ == "__main__":
    (Path(__file__).parents[3] / "docs" / "access.md").write_text(draw(read()), encoding="utf-8")
