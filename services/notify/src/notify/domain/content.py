"""What a mail must know to be written later, when nobody can be asked any more: kept with its row.

>>> Content.about(event.data)
Content(aanvraagtype='TLV aanvraag', status='TLV aanvraag incompleet', …)
"""

from datetime import date, datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from notify.domain import text
from shared.contracts.gateway import AccountMail, AccountMailGevraagd
from shared.contracts.workflow import OverdrachtGedaan, OverlegGemeld, StatusGewijzigd, TermijnBereikt, ToegangGemeld

NAME = 100
SENTENCE = 500
LETTER = 2000
"""Characters of a toelichting in a mail; the whole of it stands in the portal."""


class Content(BaseModel):
    """The change of status or the term, in text that is safe to show. What is not there is empty."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    aanvraagtype: str
    status: str
    vorige: str
    einde: bool
    reden: str
    toelichting: str
    gevraagde_actie: str
    bespreekdatum: date | None
    gewijzigd_op: datetime
    termijn: str = ""
    deadline: date | None = None
    toegang_tot_en_met: date | None = None
    overlegronde: UUID | None = None

    @classmethod
    def about(cls, change: StatusGewijzigd) -> Self:
        """Take from the event what a reader may see, cleaned and at a bounded length."""
        return cls(
            aanvraagtype=text.line(change.aanvraagtype, NAME),
            status=text.line(change.status or "", NAME),
            vorige=text.line(change.vorige or "", NAME),
            einde=change.einde,
            reden=text.line(change.reden or "", SENTENCE),
            toelichting=text.paragraphs(change.toelichting, LETTER),
            gevraagde_actie=text.paragraphs(change.gevraagde_actie or "", SENTENCE),
            bespreekdatum=change.bespreekdatum,
            gewijzigd_op=change.gewijzigd_op,
        )

    @classmethod
    def about_term(cls, term: TermijnBereikt) -> Self:
        """The same for a term that runs out, or did."""
        return cls(
            aanvraagtype=text.line(term.aanvraagtype, NAME),
            status=text.line(term.status or "", NAME),
            vorige="",
            einde=False,
            reden="",
            toelichting=text.paragraphs(term.toelichting, LETTER),
            gevraagde_actie="",
            bespreekdatum=None,
            gewijzigd_op=term.op,
            termijn=text.line(term.termijn, NAME),
            deadline=term.deadline,
        )

    @classmethod
    def about_access(cls, told: ToegangGemeld | OverlegGemeld) -> Self:
        """The same for a hulpvraag that was opened for someone, or is talked over."""
        return cls(
            aanvraagtype=text.line(told.aanvraagtype, NAME),
            status="",
            vorige="",
            einde=False,
            reden="",
            toelichting="",
            gevraagde_actie="",
            bespreekdatum=None,
            gewijzigd_op=told.op,
            toegang_tot_en_met=told.tot_en_met,
            overlegronde=told.overlegronde if isinstance(told, OverlegGemeld) else None,
        )


class OverdrachtContent(BaseModel):
    """How much came to who takes over from somebody."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    soort: Literal["school", "coordinator"]
    hulpvragen: int
    kringen: int
    toegangen: int
    overlegrondes: int = 0

    @classmethod
    def about(cls, told: OverdrachtGedaan) -> Self:
        """Take the counts from the event."""
        return cls.model_validate(told.model_dump())


class AccountContent(BaseModel):
    """What a mail about an account says. The link or code itself is sealed, beside it."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    soort: AccountMail
    organisatie: str
    gebruikersnaam: str
    geldig_tot: datetime
    token: str = ""

    @classmethod
    def about(cls, asked: AccountMailGevraagd) -> Self:
        """Take from the event what a reader may see, cleaned and at a bounded length."""
        return cls(
            soort=asked.soort,
            organisatie=text.line(asked.organisatie, NAME),
            gebruikersnaam=text.line(asked.gebruikersnaam, NAME),
            geldig_tot=asked.geldig_tot,
            token=text.line(asked.token, NAME),
        )
