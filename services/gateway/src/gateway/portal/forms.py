"""Forms: what was typed becomes a command, or faults beside the fields.

>>> opgave, faults = read(StatuswijzigingOpgave, form)     # faults: {"bespreekdatum": "Dit is geen bestaande datum."}

The fields of a form have the names of the API's JSON, so that a fault a service finds lands at its field too.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import TypeVar

from fastapi import Request
from pydantic import ValidationError

from gateway.models.base import Command
from shared.errors import InvalidInput, SchakelError
from shared.faults import faults_of

C = TypeVar("C", bound=Command)
Faults = dict[str, str]


async def fields(request: Request, *, most: int = 50) -> dict[str, str]:
    """Return the text fields of a form that has no files."""
    form = await request.form(max_files=0, max_fields=most)
    return {name: value for name, value in form.items() if isinstance(value, str)}


async def chosen(request: Request, name: str) -> list[str]:
    """Return every value of one field, of the form that ``fields`` read."""
    return [value for value in (await request.form()).getlist(name) if isinstance(value, str)]


def read(model: type[C], given: Mapping[str, object]) -> tuple[C | None, Faults]:
    """Make a command of the fields it knows. What was left empty counts as not given."""
    known = {field.alias or name for name, field in model.model_fields.items()}
    filled = {name: value for name, value in given.items() if name in known and value != ""}
    try:
        return model.model_validate(filled), {}
    except ValidationError as error:
        return None, {fault.field: fault.message for fault in faults_of(list(error.errors()))}


async def carried_out(model: type[C], given: Mapping[str, object], act: Callable[[C], Awaitable[object]]) -> Faults:
    """Make a command of the fields and act on it; what is wrong with a field, here or for a service, comes back as faults.

    >>> faults = await carried_out(NotitieOpgave, given, lambda opgave: rondom.note(services, actor, dossiernummer, opgave))
    """
    opgave, faults = read(model, given)
    if opgave is None:
        return faults
    try:
        await act(opgave)
    except InvalidInput as refused:
        return faults_in(refused)
    return {}


def faults_in(error: SchakelError) -> Faults:
    """Read the faults a service named; the error as a whole when it named none."""
    named = error.extra.get("fouten")
    if not isinstance(named, list) or not named:
        return {"": error.detail}
    return {str(fault["field"]): str(fault["message"]) for fault in named}
