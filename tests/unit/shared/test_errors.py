"""The error tree: drawn as it is, each kind with a slug and a status of its own."""

import inspect

from shared import errors
from shared.errors import SchakelError


def kinds(root: type[SchakelError] = SchakelError) -> list[type[SchakelError]]:
    return [root, *(kind for child in root.__subclasses__() if child.__module__ == errors.__name__ for kind in kinds(child))]


def test_every_error_stands_in_the_tree_of_the_docstring() -> None:
    drawn = inspect.getdoc(errors) or ""
    assert [kind.__name__ for kind in kinds() if kind.__name__ not in drawn] == []


def test_every_error_has_its_own_slug() -> None:
    slugs = [kind.slug for kind in kinds()]
    assert len(set(slugs)) == len(slugs)


def test_temporary_errors_are_503_and_only_they() -> None:
    assert all(kind.temporary == (kind.status == 503) for kind in kinds())


def test_invalid_input_carries_every_fault() -> None:
    faults = [errors.Fault(field=f"veld{n}", rule="verplicht", message="Dit veld is verplicht.") for n in range(3)]
    error = errors.InvalidInput(faults)
    assert [fault.field for fault in error.faults] == ["veld0", "veld1", "veld2"]
    assert error.extra["fouten"] == [fault.model_dump() for fault in faults]
    assert "veld2: Dit veld is verplicht." in error.detail
