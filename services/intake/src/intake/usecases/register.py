"""Keeping the organisations: many at once from a file, or one from a page. All of it, or nothing.

>>> await keep(tx, [Organisatie(soort="bestuur", code="70001", naam="Stichting De Verzonnen Kring")], actor="operator:jansen")
[Wijziging(organisatie=…, wat='erbij', verschil=())]
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from intake.domain.organisatie import (
    Organisatie,
    key_of,
    move_faults,
    outlived,
    own_faults,
    shape_faults,
    unknown,
)
from intake.store import register
from intake.store.register import Known
from intake.usecases import indeling
from shared.database import Transaction
from shared.errors import Fault, InvalidInput

FIELDS = ("soort", "naam", "bestuur", "swv", "platform", "van", "tot")


@dataclass(frozen=True, slots=True)
class Wijziging:
    """What became of one organisation. ``verschil`` are the fields that changed: name, before, after."""

    organisatie: Organisatie
    wat: Literal["erbij", "gewijzigd", "gelijk"]
    verschil: tuple[tuple[str, str, str], ...] = ()


async def keep(
    tx: Transaction,
    wanted: Sequence[Organisatie],
    *,
    actor: UUID | str,
    swv: str | None = None,
) -> list[Wijziging]:
    """Add or change organisations, each to exactly this; what is not named stays. ``swv`` holds it to what is that SWV's.

    Raises InvalidInput with every fault; its field begins with the place in ``wanted`` (``3.code``).
    """
    order = sorted(range(len(wanted)), key=lambda place: _rank(wanted[place]))
    codes = sorted({code for one in wanted for _, code in (one.key, *one.named.values())})
    known = await register.known(tx, codes, swv)
    faults = [(place, fault) for place in order for fault in _faults(wanted, place, known, swv)]
    if not faults:
        for place in order:
            await indeling.place(tx, wanted[place])
        places = {one.key: place for place, one in enumerate(wanted)}
        for ended, school in await register.outlived(tx, codes):
            found = places.get(ended, places.get(("school", school)))
            if found is not None:
                faults.append((found, outlived(wanted[found], school)))
    if faults:
        raise InvalidInput([_at(place, fault) for place, fault in sorted(faults, key=lambda found: found[0])])
    done = [_compared(known.organisaties.get(one.key), one) for one in wanted]
    for change in done:
        if change.wat != "gelijk":
            what = sorted(name for name, _, _ in change.verschil)
            code, soort = change.organisatie.code, change.organisatie.soort
            tx.audit("organisatie.vastgelegd", subject=code, actor=actor, soort=soort, wat=change.wat, velden=what)
    return done


def _rank(one: Organisatie) -> int:
    return ("swv", "bestuur", "platform", "school").index(key_of(one.soort, one.code)[0])


def _faults(wanted: Sequence[Organisatie], place: int, known: Known, swv: str | None) -> Iterator[Fault]:
    one = wanted[place]
    yield from shape_faults(one)
    if Counter(each.key for each in wanted)[one.key] > 1:
        yield Fault(field="code", rule="dubbel", message=f"{one.code} staat hier meer dan eens.")
    given = {each.key: each for each in wanted}
    for field, key in one.named.items():
        named = given.get(key) or known.organisaties.get(key)
        if named is None:
            yield unknown(field, key[1])
        elif field == "platform" and named.swv != one.swv:
            yield Fault(field=field, rule="ander-swv", message="Dit platform is van een ander samenwerkingsverband.")
    before = known.organisaties.get(one.key)
    if before is not None and one.code in known.used:
        yield from move_faults(before, one)
    if swv is not None:
        yield from own_faults(one, swv)
        foreign = before is not None and before.swv not in {"", swv}
        if foreign or (one.soort == "bestuur" and before is not None and before != one and one.code in known.elsewhere):
            message = "Dit hoort ook bij een ander samenwerkingsverband. De beheerder van Schakel wijzigt het."
            yield Fault(field="code", rule="ander-swv", message=message)


def _compared(before: Organisatie | None, one: Organisatie) -> Wijziging:
    if before is None:
        return Wijziging(one, "erbij")
    changed = tuple(
        (name, _text(old), _text(new)) for name in FIELDS if (old := getattr(before, name)) != (new := getattr(one, name))
    )
    return Wijziging(one, "gewijzigd" if changed else "gelijk", changed)


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _at(place: int, fault: Fault) -> Fault:
    return fault.model_copy(update={"field": f"{place}.{fault.field}"})
