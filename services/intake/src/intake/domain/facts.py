"""What the rules must know of organisations and of earlier hulpvragen: looked up once for a whole batch."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from intake.domain.titels import Titelregels


@dataclass(frozen=True, slots=True)
class SchoolFact:
    """A school as the organisations know it. ``allowed``: the sender may speak for it; ``is_open``: it exists today."""

    code: str
    naam: str
    bestuur: str
    swv: str
    allowed: bool
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class HulpvraagFact:
    """An earlier hulpvraag of this sender. ``school`` is the number under which it was sent; ``einde``: it is closed.

    ``ingetrokken``: the sender withdrew it; ``verwijderd``: it took it off its own list. ``bijlagesoorten`` is what the
    files that came with it were said to be.
    """

    id: UUID
    dossiernummer: int
    swv: str
    school: str
    einde: bool = False
    ingetrokken: bool = False
    verwijderd: bool = False
    bijlagesoorten: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known, for one sender. A code or number that is not in here does not exist for it.

    ``soorten`` is what the files of uploadslots were said to be.
    ``swvs`` tells of each SWV whether the sender may address it, ``vernietigd`` which numbers were erased after their term.
    ``referenties`` are hulpvragen by school, as sent, and own reference.
    """

    swvs: Mapping[str, bool] = field(default_factory=dict)
    schools: Mapping[str, SchoolFact] = field(default_factory=dict)
    hulpvragen: Mapping[int, HulpvraagFact] = field(default_factory=dict)
    referenties: Mapping[tuple[str, str], HulpvraagFact] = field(default_factory=dict)
    vernietigd: frozenset[int] = frozenset()
    titels: Mapping[str, Titelregels] = field(default_factory=dict)
    soorten: Mapping[UUID, str] = field(default_factory=dict)
