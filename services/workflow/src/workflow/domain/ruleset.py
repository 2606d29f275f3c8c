"""A rule set as an SWV writes it: one versioned file, data only.

>>> RuleSet.model_validate({"swv": "PO2507", "versie": 1, ...})

The keys are Dutch, because people of an SWV read and write them. Every status and every transition names its source,
``bron``: a manual and line (``000:253``) or ``eigen keuze`` where the manual is silent, with a few words after it where that
helps. What the names refer to is checked in ``workflow.domain.checks``; what follows from them in ``workflow.domain.verloop``.

What several aanvraagtypes share is written once, under ``delen``, and named by each: ``delen: [melding, toekenning]``. A name
with a placeholder (``Doorzetten [functie]``) is one rule with a list of parameters.
"""

from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, model_serializer, model_validator

from shared.contracts.common import Bijlagesoort, Niveau, SwvCode
from shared.contracts.velden import Postcode
from shared.contracts.workflow import Afzender

AANVRAGER = "aanvrager"
"""The audience that is no role: the contactpersoon of the hulpvraag."""

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Bron = Annotated[str, StringConstraints(pattern=r"^(\d{3}:\d+(-\d+)?|eigen keuze)([;,:] .+)?$")]
Basis = Literal["intern", "school", "bestuur", "extern", "gast", "beheerder", "cijfers", "connector"]
"""Whose people have a role. ``intern``, ``beheerder`` and ``cijfers`` are the SWV's own; the last see figures only."""
Kanaal = Literal["LVS", "direct", "beide"]
Uitkomst = Literal["toegekend", "afgewezen"]


class Gebeurtenis(StrEnum):
    """What may change a status by itself. ``ingediend`` leads to the begin status and is not written down apart.

    ``gewijzigd`` and ``ingetrokken`` is what a school does from its LVS (manuals 002:111, 000:893).
    """

    INGEDIEND = "ingediend"
    BIJLAGEN_TOEGEVOEGD = "bijlagen-toegevoegd"
    FORMULIER_INGEVULD = "formulier-ingevuld"
    TERMIJN_BEREIKT = "termijn-bereikt"
    BRIEF_GEMAAKT = "brief-gemaakt"
    REGISTRATIE_AFGEKEURD = "registratie-afgekeurd"
    GEWIJZIGD = "gewijzigd"
    INGETROKKEN = "ingetrokken"


class Written(BaseModel):
    """A part of the file. An unknown key is a typing error, and refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Briefhoofd(Afzender):
    """The SWV as it stands on its letters."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    postcode: Postcode


class Rol(Written):
    """A role of this SWV. Whoever holds it also counts as the roles in ``ook``: an IB'er is also the school.

    With ``per_platform`` it is bound to the platforms of who holds it: a part of the SWV's region (000:253, 000:632).
    """

    naam: Name
    basis: Basis
    ook: tuple[Name, ...] = ()
    aliassen: tuple[Name, ...] = ()
    per_platform: bool = False
    bron: Bron


class Formulier(Written):
    """A form by its exact title. Until forms are filled in here, a bijlage of that name, or of an alias, counts as the form."""

    titel: Name
    aliassen: tuple[Name, ...] = ()
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
    """What happens to a title that is no aanvraagtype. ``weigeren`` is for the entrance: what is in, is never thrown out.

    With ``zonder_leerlingnaam`` such a title is refused when it holds the pupil's name (manual 002:78).
    """

    doen: Literal["aanvaarden", "weigeren"]
    zonder_leerlingnaam: bool = False
    sorteren: Annotated[tuple[Name, ...], Field(min_length=1)]
    mails: tuple[Statusmail, ...] = ()
    bron: Bron


class Eis(Written):
    """What a transition asks for: ``reden``, ``datum``, ``bevestiging``, ``{formulier: titel}`` or ``{besluit: toegekend}``."""

    soort: Literal["reden", "datum", "bevestiging", "formulier", "besluit"]
    formulier: Name | None = None
    besluit: Uitkomst | None = None

    @model_serializer
    def _as_written(self) -> str | dict[str, str]:
        value = self.formulier or self.besluit
        return {self.soort: value} if value else self.soort

    def __str__(self) -> str:
        value = self.formulier or self.besluit
        return f"{self.soort}: {value}" if value else self.soort


def _eis(value: object) -> object:
    match value:
        case "reden" | "datum" | "bevestiging":
            return {"soort": value}
        case {"formulier": str(titel), **other} if not other:
            return {"soort": "formulier", "formulier": titel}
        case {"besluit": "toegekend" | "afgewezen" as uitkomst, **other} if not other:
            return {"soort": "besluit", "besluit": uitkomst}
        case _:
            raise ValueError("eis: Dit moet reden, datum, bevestiging, 'formulier: <titel>' of 'besluit: <uitkomst>' zijn.")


Geschreven = Literal["reden", "datum", "bevestiging"] | dict[Literal["formulier"], Name] | dict[Literal["besluit"], Uitkomst]
"""A demand as it stands in the file: what the schema for editors says of it."""


class Status(Written):
    """A status by its exact, full name. ``wacht_op`` is whose turn it is; without ``zichtbaar_voor`` everyone may see it.

    A role in ``beperkt_voor`` sees at this status that the hulpvraag is there and may add to it, but not what it holds.
    """

    naam: Name
    aliassen: tuple[Name, ...] = ()
    betekenis: str = ""
    begin: bool = False
    einde: bool = False
    wacht_op: Name | None = None
    zichtbaar_voor: tuple[Name, ...] = ()
    beperkt_voor: tuple[Name, ...] = ()
    gevraagde_actie: str | None = None
    mails: tuple[Statusmail, ...] = ()
    plaatst: tuple[Name, ...] = ()
    bron: Bron


class Overgang(Written):
    """A permitted change of status, by whom, and what it asks for."""

    van: Annotated[tuple[Name, ...], Field(min_length=1)]
    naar: Name
    rollen: tuple[Name, ...]
    vereist: tuple[Annotated[Eis, BeforeValidator(_eis, json_schema_input_type=Geschreven)], ...] = ()
    bron: Bron


class Automatisch(Written):
    """A change that follows by itself from an event, from these statuses only.

    ``formulier`` says which form, for ``formulier-ingevuld``; ``termijn`` which term, for ``termijn-bereikt``.
    """

    op: Gebeurtenis
    van: Annotated[tuple[Name, ...], Field(min_length=1)]
    naar: Name
    formulier: Name | None = None
    termijn: Name | None = None
    bron: Bron

    @property
    def over(self) -> str | None:
        """What the event is about: the title of a form, the name of a term."""
        return self.formulier or self.termijn

    @model_validator(mode="after")
    def _about(self) -> Self:
        wanted = {Gebeurtenis.FORMULIER_INGEVULD: "formulier", Gebeurtenis.TERMIJN_BEREIKT: "termijn"}
        for name in ("formulier", "termijn"):
            if (wanted.get(self.op) == name) != (getattr(self, name) is not None):
                msg = f"{name}: Dit hoort bij {next(op for op, what in wanted.items() if what == name)}, en alleen daarbij."
                raise ValueError(msg)
        return self


class Besluitregel(Written):
    """The decision of an aanvraagtype: who takes it, at which statuses, and what follows from it."""

    soort: Literal["TLV", "arrangement"]
    rollen: Annotated[tuple[Name, ...], Field(min_length=1)]
    statussen: Annotated[tuple[Name, ...], Field(min_length=1)]
    brief: Name | None = None
    registratie: Literal["TLV", "onderwijsarrangement"] | None = None
    bron: Bron


class GevraagdeBijlage(Written):
    """A bijlage that belongs with an aanvraagtype. ``wanneer`` says in which cases, when not always.

    With ``soort`` the entrance looks for it among what an LVS sends along, and does with a hulpvraag without it what
    ``ontbreekt`` says: warn, since a bijlage may follow later (manual 000:222), or refuse.
    """

    naam: Name
    verplicht: bool = False
    wanneer: str = ""
    soort: Bijlagesoort | None = None
    ontbreekt: Literal["waarschuwen", "weigeren"] = "waarschuwen"
    bron: Bron

    @model_validator(mode="after")
    def _looked_for(self) -> Self:
        if self.soort is not None and not self.verplicht:
            raise ValueError("soort: Alleen een verplichte bijlage heeft een soort.")
        if self.soort is None and self.ontbreekt != "waarschuwen":
            raise ValueError("ontbreekt: Weigeren kan alleen bij een bijlage met een soort.")
        return self


class Duur(Written):
    """A length of time. Weeks and months are those of the calendar; ``werkdagen`` leave out weekends and holidays."""

    duur: Annotated[int, Field(gt=0, le=1000)]
    eenheid: Literal["werkdagen", "dagen", "weken", "maanden"]


class Herinnering(Duur):
    """A mail so long before the deadline of a term."""

    mails: Annotated[tuple[Statusmail, ...], Field(min_length=1)]


class Jaardag(Written):
    """A day of the year."""

    maand: Annotated[int, Field(ge=1, le=12)]
    dag: Annotated[int, Field(ge=1, le=31)]


class Termijn(Written):
    """A term that is kept for each hulpvraag, from a moment to a deadline.

    ``vanaf`` says what it counts from:

    ==================  ============================================================================================
    ``status``          the first arrival at one of ``bij``; it ends on leaving them, or at a status in ``tot`` when given
    ``bespreekdatum``   the day on which it is discussed, given with a status in ``bij``; ends like the one above
    ``einde-besluit``   counted back from the last day of the decision, while at one of ``bij``
    ``jaardag``         a day of the year (``jaardag``): what was submitted after it waits until after the summer holidays
    ==================  ============================================================================================

    It stands still at a status in ``geschort_bij``, from the day after arrival (Awb 4:15). ``mails`` go out when it is reached,
    each reminder before that; the event ``termijn-bereikt`` may change the status. ``awb``: a last day in a weekend or on a
    holiday moves to the next working day (Algemene termijnenwet 1).
    """

    naam: Name
    vanaf: Literal["status", "bespreekdatum", "einde-besluit", "jaardag"] = "status"
    bij: tuple[Name, ...] = ()
    duur: Annotated[int, Field(gt=0, le=1000)] | None = None
    eenheid: Literal["werkdagen", "dagen", "weken", "maanden"] | None = None
    jaardag: Jaardag | None = None
    tot: tuple[Name, ...] = ()
    geschort_bij: tuple[Name, ...] = ()
    awb: bool = False
    herinneringen: tuple[Herinnering, ...] = ()
    mails: tuple[Statusmail, ...] = ()
    toelichting: str = ""
    bron: Bron

    @model_validator(mode="after")
    def _shape(self) -> Self:
        if self.vanaf == "jaardag":
            given = bool(self.bij or self.duur or self.tot or self.geschort_bij or self.herinneringen or self.mails)
            if self.jaardag is None or given:
                raise ValueError("jaardag: Een termijn op een dag van het jaar heeft alleen die dag.")
        elif self.jaardag is not None or self.duur is None or self.eenheid is None or not self.bij:
            raise ValueError("duur: Deze termijn heeft bij, duur en eenheid nodig, en geen jaardag.")
        return self


class Coordinatorregel(Written):
    """Who becomes the coordinator: that of the school's ``kring``, one chosen by the SWV, or one chosen by the applicant.

    Mails to ``rol`` go to the coordinator, once there is one, and until then to the postbus of that role.
    """

    wie: Literal["kring", "swv", "aanvrager"]
    rol: Name | None = None
    toelichting: str = ""
    bron: Bron


class Kring(Written):
    """A scholenkring: a part of the region with a coordinator. Who that is, and its schools, are set in the portal."""

    naam: Name
    bron: Bron


class Overlegregel(Written):
    """Whether a school needs a valid verwerkersovereenkomst of its board to begin an overlegronde."""

    overeenkomst: bool = False
    bron: Bron


class Kalender(Written):
    """Which days count. ``regio`` is that of the school holidays; they are working days, unless ``vakantie_telt`` is false."""

    regio: Literal["noord", "midden", "zuid"]
    vakantie_telt: bool = True
    bron: Bron = "eigen keuze"


class Deel(Written):
    """A part of the course of one or more aanvraagtypes."""

    parameters: dict[Name, tuple[Name, ...]] = {}
    statussen: tuple[Status, ...] = ()
    overgangen: tuple[Overgang, ...] = ()
    automatisch: tuple[Automatisch, ...] = ()
    termijnen: tuple[Termijn, ...] = ()


class Aanvraagtype(Deel):
    """A kind of hulpvraag. Titles are exact (manual 000:252); ``parameters`` fills ``[name]`` in the names of statuses.

    ``bijlagen_hooguit`` and ``onderzoek_hooguit_jaar`` lead to a warning, never to a refusal (manual 000:838).
    """

    titel: Name
    aliassen: tuple[Name, ...] = ()
    niveau: Niveau
    kanaal: Kanaal
    toelichting: str = ""
    standaardtekst: str = ""
    groepsnaam: str = ""
    coordinator: Coordinatorregel | None = None
    bijlagen: tuple[GevraagdeBijlage, ...] = ()
    bijlagen_hooguit: Annotated[int, Field(gt=0)] | None = None
    onderzoek_hooguit_jaar: Annotated[int, Field(gt=0)] | None = None
    formulieren: tuple[Name, ...] = ()
    delen: tuple[Name, ...] = ()
    besluit: Besluitregel | None = None
    bron: Bron


class RuleSet(Written):
    """The whole file of one SWV. A published version never changes: a change gets the next ``versie``."""

    swv: SwvCode
    versie: Annotated[int, Field(ge=1)]
    naam: Name
    afzender: Briefhoofd
    rollen: Annotated[tuple[Rol, ...], Field(min_length=1)]
    postbussen_door: tuple[Name, ...]
    registraties_door: tuple[Name, ...] = ()
    overdrachten_door: tuple[Name, ...] = ()
    sjablonen: tuple[Name, ...] = ()
    formulieren: tuple[Formulier, ...] = ()
    brieven: tuple[Brief, ...] = ()
    kringen: tuple[Kring, ...] = ()
    kalender: Kalender | None = None
    overlegronde: Overlegregel | None = None
    onbekende_titel: OnbekendeTitel
    delen: dict[Name, Deel] = {}
    aanvraagtypes: Annotated[tuple[Aanvraagtype, ...], Field(min_length=1)]

    @property
    def beheerders(self) -> frozenset[str]:
        """The roles that manage accounts and agreements of the SWV."""
        return frozenset(rol.naam for rol in self.rollen if rol.basis == "beheerder")

    @property
    def vraagt_overeenkomst(self) -> bool:
        """Whether a school begins an overlegronde only with a verwerkersovereenkomst."""
        return self.overlegronde is not None and self.overlegronde.overeenkomst

    @property
    def overdragers(self) -> frozenset[str]:
        """Who may carry out a staff change: those in ``overdrachten_door``, and whoever manages the accounts of the SWV."""
        return self.beheerders.union(self.overdrachten_door)

    def geheel(self, type_: Aanvraagtype) -> Aanvraagtype:
        """One aanvraagtype with the parts it names put in: theirs first, then its own. An unknown part is left out."""
        parts = [*(self.delen[name] for name in type_.delen if name in self.delen), type_]
        return type_.model_copy(
            update={
                "parameters": {name: values for part in parts for name, values in part.parameters.items()},
                "statussen": tuple(one for part in parts for one in part.statussen),
                "overgangen": tuple(one for part in parts for one in part.overgangen),
                "automatisch": tuple(one for part in parts for one in part.automatisch),
                "termijnen": tuple(one for part in parts for one in part.termijnen),
            }
        )
