"""How a rule of the SWV profiles looks at a dossier. Which rules there are, and how serious: ``regeltabel.py``.

>>> list(verplicht("leerling", "voornaam")(lezing))
[(<leerling>, 'voornaam')]

A rule gives the places where it is broken: an element, or an element and what is missing below it.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from intake.domain.bsn import contains_bsn
from intake.oso.knoop import Knoop
from intake.oso.resultaat import Profiel
from intake.oso.versies import Versie

Plek = tuple[Knoop, str]
"""An element, and the path of what is missing below it; empty when it is the element itself."""
Bij = Literal["school", "leerling"]
GEHEIM = frozenset({"9999999999", "geheim@geheim.geheim"})
"""What stands in the place of a secret telephone number or mail address (LL08, OV04)."""
_MAIL = re.compile(
    r"[a-z0-9!#$%*+=?^_`{|}~.-]{1,64}@[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*", re.IGNORECASE | re.ASCII
)
_NUMMERS = frozenset({"nummer", "contacttelefoon", "contactemail"})
"""Elements in which nine digits are no person."""


@dataclass(frozen=True)
class Lezing:
    """A dossier as sent, for the rules."""

    dossier: Knoop
    versie: Versie

    @cached_property
    def metadata(self) -> Knoop:
        """Its metadata; an empty element when there are none."""
        return self.dossier.eerste("metadata") or Knoop("metadata", self.dossier)

    @cached_property
    def school(self) -> Knoop:
        """The school that sends it."""
        return self.dossier.eerste("huidigeschool") or Knoop("huidigeschool", self.dossier)

    @cached_property
    def leerling(self) -> Knoop:
        """The pupil."""
        return self.school.eerste("leerling") or Knoop("leerling", self.school)

    @cached_property
    def profiel(self) -> Profiel | None:
        """Which of the two profiles it says to follow."""
        match self.metadata.waarde("overstap"):
            case "POSWV" | "VOSWV" as profiel:
                return profiel
            case _:
                return None

    @cached_property
    def elk(self) -> tuple[Knoop, ...]:
        """Every element."""
        return tuple(self.dossier.elk())


Toets = Callable[[Lezing], Iterator[Plek]]


def verplicht(bij: Bij, pad: str) -> Toets:
    """Of a school or pupil this must be there, and not be empty."""

    def toets(lezing: Lezing) -> Iterator[Plek]:
        knoop: Knoop = getattr(lezing, bij)
        if not any(kind.kinderen or kind.kaal for kind in knoop.alle(pad)):
            yield knoop, pad

    return toets


def verboden(bij: Bij, *paden: str, profiel: Profiel | None = None) -> Toets:
    """Of a school or pupil this may not be there, in this profile or in both."""

    def toets(lezing: Lezing) -> Iterator[Plek]:
        if profiel in {None, lezing.profiel}:
            for pad in paden:
                yield from ((kind, "") for kind in getattr(lezing, bij).alle(pad))

    return toets


def nergens(*namen: str) -> Toets:
    """No element of these names, wherever."""

    def toets(lezing: Lezing) -> Iterator[Plek]:
        yield from ((knoop, "") for knoop in lezing.elk if knoop.naam in namen)

    return toets


def iets_van(naam: str, *velden: str) -> Toets:
    """Every element of this name must hold one of these."""

    def toets(lezing: Lezing) -> Iterator[Plek]:
        for knoop in lezing.elk:
            if knoop.naam == naam and not any(kind.naam in velden for kind in knoop.kinderen):
                yield knoop, ""

    return toets


def metadata(veld: str, goed: Callable[[str, Lezing], bool]) -> Toets:
    """A field of the metadata, absent or not, must be right."""

    def toets(lezing: Lezing) -> Iterator[Plek]:
        if not goed(lezing.metadata.waarde(veld), lezing):
            gevonden = lezing.metadata.eerste(veld)
            yield (gevonden, "") if gevonden else (lezing.metadata, veld)

    return toets


def heeft_uitlevering(lezing: Lezing) -> Iterator[Plek]:
    """MD03."""
    if lezing.metadata.eerste("categorie_uitlevering") is None:
        yield lezing.metadata, "categorie_uitlevering"


def is_swv_dossier(lezing: Lezing) -> Iterator[Plek]:
    """SO03."""
    if lezing.dossier.waarde("overdrachtsoort") != "swv-dossier":
        yield lezing.dossier.eerste("overdrachtsoort") or lezing.dossier, ""


def adres_tenzij_geheim(lezing: Lezing) -> Iterator[Plek]:
    """LL05."""
    leerling = lezing.leerling
    if not is_geheim(leerling) and not any(leerling.eerste(pad) for pad in ("adreslijst/adres", "adresbuitenland")):
        yield leerling, "adreslijst"


def geen_adres(pad: str, wie: str) -> Toets:
    """LL06, LL09, OV03: no address of somebody whose address is secret."""

    def toets(lezing: Lezing) -> Iterator[Plek]:
        for persoon in lezing.elk:
            if (persoon.naam == "leerling") is (wie == "leerling") and is_geheim(persoon):
                yield from ((adres, "") for adres in persoon.alle(pad))

    return toets


def is_geheim(persoon: Knoop) -> bool:
    """Tell whether the address is secret."""
    return persoon.mogelijk("adresgeheim")


def geheim_nummer(wie: str) -> Toets:
    """LL08, OV04: in the place of a secret number stands the agreed one."""

    def toets(lezing: Lezing) -> Iterator[Plek]:
        van_leerling = set(map(id, lezing.leerling.alle("communicatielijst/communicatie")))
        for knoop in lezing.elk:
            if knoop.naam == "communicatie" and (id(knoop) in van_leerling) is (wie == "leerling"):
                nummer = knoop.eerste("nummer")
                if nummer and is_geheime_communicatie(knoop) and nummer.kaal not in GEHEIM:
                    yield nummer, ""

    return toets


def is_geheime_communicatie(knoop: Knoop) -> bool:
    """Tell whether a number or address is secret: it is said, or what stands there is the agreed sign."""
    return knoop.mogelijk("geheim") or knoop.waarde("nummer") in GEHEIM


def verzorger_als_aansprakelijk(lezing: Lezing) -> Iterator[Plek]:
    """OV01."""
    if lezing.leerling.waar("verzorgersaansprakelijk") and lezing.leerling.eerste("verzorger") is None:
        yield lezing.leerling, "verzorger"


def is_mailadres(lezing: Lezing) -> Iterator[Plek]:
    """OG.01: the form that DUO checks, 4 to 256 characters."""
    for knoop in lezing.elk:
        nummer = knoop.eerste("nummer") if knoop.naam == "communicatie" and knoop.waarde("soort") == "e-mail" else None
        if nummer and not (4 <= len(nummer.kaal) <= 256 and _MAIL.fullmatch(nummer.kaal)):
            yield nummer, ""


def eindigt_op_31_juli(lezing: Lezing) -> Iterator[Plek]:
    """OG.03."""
    for knoop in lezing.elk:
        if knoop.naam == "lwoo_einddatum" and not re.fullmatch(r"\d{4}-07-31", knoop.kaal):
            yield knoop, ""


def overleden_met_datum(lezing: Lezing) -> Iterator[Plek]:
    """OG.04."""
    for verzorger in lezing.leerling.alle("verzorger"):
        datum = verzorger.eerste("overlijdensdatum")
        if datum and not verzorger.waar("overleden"):
            yield datum, ""


def huisarts_zonder_meer(lezing: Lezing) -> Iterator[Plek]:
    """OG.05."""
    for huisarts in lezing.leerling.alle("huisarts"):
        yield from ((kind, "") for naam in ("roepnaam", "geslacht") for kind in huisarts.alle(naam))
        if is_geheim(huisarts):
            yield from ((kind, "") for kind in huisarts.alle("adresgeheim"))


def bsn_in_tekst(lezing: Lezing) -> Iterator[Plek]:
    """Nine digits that pass the eleven-test, in any text but a telephone number or mail address."""
    yield from ((knoop, "") for knoop in lezing.elk if heeft_bsn(knoop))


def heeft_bsn(knoop: Knoop) -> bool:
    """Tell whether the text may hold a BSN."""
    return len(knoop.tekst) >= 9 and knoop.naam not in _NUMMERS and contains_bsn(knoop.tekst)
