"""A rule set as an SWV writes it: one versioned file, data only.

>>> RuleSet.model_validate({"swv": "PO2507", "versie": 1, ...})

The keys are Dutch, because people of an SWV read and write them. Every status and every transition names its source,
``bron``: a manual and line (``000:253``) or ``eigen keuze`` where the manual is silent, with a few words after it where that
helps. What the names refer to is checked in ``workflow.domain.checks``; what follows from them in ``workflow.domain.verloop``.
"""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_serializer

from shared.contracts.common import Niveau, SwvCode
from shared.contracts.workflow import Afzender

AANVRAGER = "aanvrager"
"""The audience that is no role: the contactpersoon of the hulpvraag."""

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Bron = Annotated[str, StringConstraints(pattern=r"^(\d{3}:\d+(-\d+)?|eigen keuze)([;,:] .+)?$")]
Basis = Literal["intern", "school", "extern", "gast", "beheerder", "connector"]
"""What kind of organisation a role belongs to. ``intern`` and ``beheerder`` are the SWV's own people."""
Kanaal = Literal["LVS", "direct", "beide"]


class Gebeurtenis(StrEnum):
    """What may change a status by itself. ``ingediend`` leads to the begin status and is not written down apart."""

    INGEDIEND = "ingediend"
    BIJLAGEN_TOEGEVOEGD = "bijlagen-toegevoegd"
    BRIEF_GEMAAKT = "brief-gemaakt"
    REGISTRATIE_AFGEKEURD = "registratie-afgekeurd"


class Written(BaseModel):
    """A part of the file. An unknown key is a typing error, and refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Briefhoofd(Afzender):
    """The SWV as it stands on its letters."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Rol(Written):
    """A role of this SWV. Whoever holds it also counts as the roles in ``ook``: an IB'er is also the school."""

    naam: Name
    basis: Basis
    ook: tuple[Name, ...] = ()
    aliassen: tuple[Name, ...] = ()
    bron: Bron


class Formulier(Written):
    """A form by its exact title. Until forms are filled in here, a bijlage of that name counts as the form."""

    titel: Name
    toelichting: str = ""
    bron: Bron


class Brief(Written):
    """A letter, and where it stands once it is made."""

    naam: Literal["TLV-brief", "schoolbrief"]
    bij: Literal["hulpvraag", "besluit"]
    bron: Bron


class Statusmail(Written):
    """A mail at a status: to ``aanvrager`` or to the postbus of a role, by the name of its template."""

    doelgroep: Name
    sjabloon: Name


class OnbekendeTitel(Written):
    """What happens to a title that is no aanvraagtype. ``weigeren`` is for the entrance: what is in, is never thrown out."""

    doen: Literal["aanvaarden", "weigeren"]
    sorteren: Annotated[tuple[Name, ...], Field(min_length=1)]
    mails: tuple[Statusmail, ...] = ()
    bron: Bron


class Eis(Written):
    """What a transition asks for: ``reden``, ``datum``, ``bevestiging``, or ``{formulier: titel}``."""

    soort: Literal["reden", "datum", "bevestiging", "formulier"]
    formulier: Name | None = None

    @model_serializer
    def _as_written(self) -> str | dict[str, str]:
        return {"formulier": self.formulier} if self.formulier else self.soort

    def __str__(self) -> str:
        return f"formulier: {self.formulier}" if self.formulier else self.soort


def _eis(value: object) -> object:
    match value:
        case "reden" | "datum" | "bevestiging":
            return {"soort": value}
        case {"formulier": str(titel), **other} if not other:
            return {"soort": "formulier", "formulier": titel}
        case _:
            raise ValueError("eis: Dit moet reden, datum, bevestiging of 'formulier: <titel>' zijn.")


class Status(Written):
    """A status by its exact, full name. ``wacht_op`` is whose turn it is; without ``zichtbaar_voor`` everyone may see it."""

    naam: Name
    aliassen: tuple[Name, ...] = ()
    betekenis: str = ""
    begin: bool = False
    einde: bool = False
    wacht_op: Name | None = None
    zichtbaar_voor: tuple[Name, ...] = ()
    gevraagde_actie: str | None = None
    mails: tuple[Statusmail, ...] = ()
    plaatst: tuple[Name, ...] = ()
    bron: Bron


class Overgang(Written):
    """A permitted change of status, by whom, and what it asks for."""

    van: Annotated[tuple[Name, ...], Field(min_length=1)]
    naar: Name
    rollen: tuple[Name, ...]
    vereist: tuple[Annotated[Eis, BeforeValidator(_eis)], ...] = ()
    bron: Bron


class Automatisch(Written):
    """A change that follows by itself from an event, from these statuses only."""

    op: Gebeurtenis
    van: Annotated[tuple[Name, ...], Field(min_length=1)]
    naar: Name
    bron: Bron


class Besluitregel(Written):
    """The decision of an aanvraagtype: who takes it, at which statuses, and what follows from it."""

    soort: Literal["TLV", "arrangement"]
    rollen: Annotated[tuple[Name, ...], Field(min_length=1)]
    statussen: Annotated[tuple[Name, ...], Field(min_length=1)]
    brief: Name | None = None
    registratie: Literal["TLV", "onderwijsarrangement"] | None = None
    bron: Bron


class GevraagdeBijlage(Written):
    """A bijlage that belongs with an aanvraagtype."""

    naam: Name
    verplicht: bool = False
    bron: Bron


class Termijn(Written):
    """A term that is shown with the aanvraagtype, counted from the moment a status is reached."""

    naam: Name
    duur: Annotated[int, Field(gt=0)]
    eenheid: Literal["werkdagen", "weken", "maanden"]
    vanaf: Name
    bron: Bron


class Aanvraagtype(Written):
    """A kind of hulpvraag. Titles are exact (manual 000:252); ``parameters`` fills ``[name]`` in the names of statuses."""

    titel: Name
    aliassen: tuple[Name, ...] = ()
    niveau: Niveau
    kanaal: Kanaal
    toelichting: str = ""
    standaardtekst: str = ""
    coordinator: str = ""
    bijlagen: tuple[GevraagdeBijlage, ...] = ()
    formulieren: tuple[Name, ...] = ()
    parameters: dict[Name, tuple[Name, ...]] = {}
    statussen: Annotated[tuple[Status, ...], Field(min_length=1)]
    overgangen: tuple[Overgang, ...] = ()
    automatisch: tuple[Automatisch, ...] = ()
    besluit: Besluitregel | None = None
    termijnen: tuple[Termijn, ...] = ()
    bron: Bron


class RuleSet(Written):
    """The whole file of one SWV. A published version never changes: a change gets the next ``versie``."""

    swv: SwvCode
    versie: Annotated[int, Field(ge=1)]
    naam: Name
    afzender: Briefhoofd
    rollen: Annotated[tuple[Rol, ...], Field(min_length=1)]
    postbussen_door: tuple[Name, ...]
    sjablonen: tuple[Name, ...] = ()
    formulieren: tuple[Formulier, ...] = ()
    brieven: tuple[Brief, ...] = ()
    onbekende_titel: OnbekendeTitel
    aanvraagtypes: Annotated[tuple[Aanvraagtype, ...], Field(min_length=1)]
