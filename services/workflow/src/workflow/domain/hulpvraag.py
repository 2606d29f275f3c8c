"""A hulpvraag as the workflow keeps it: where it stands, and what was submitted."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from shared.contracts.common import Contactpersoon
from shared.contracts.intake import HulpvraagIngediend
from workflow.domain import zoek


@dataclass(frozen=True, slots=True)
class Hulpvraag:
    """One hulpvraag at one version; ``ingediend`` is what was submitted, with the school that it is of now.

    ``aanvraagtype`` and ``status`` are None until a person sorts an unknown title. ``platform`` is that of its school now.

    ``zichtbaar_voor`` are the roles that may see it at this status; empty for all. ``ingediend`` is what was submitted, as the
    school changed it last (``inhoudsversie``), with the contactpersoon of today.
    """

    id: UUID
    dossiernummer: int
    swv: str
    school: str
    bestuur: str
    aanvraagtype: str | None
    regels_versie: int
    status: str | None
    versie: int
    einde: bool
    zichtbaar_voor: frozenset[str]
    gewijzigd_op: datetime
    deadline: date | None
    coordinator: str | None
    coordinator_email: str | None
    labels: tuple[str, ...]
    ingediend: HulpvraagIngediend
    platform: str | None = None
    inhoudsversie: int = 1


@dataclass(frozen=True, slots=True)
class Contact:
    """What was set of the contactpersoon since. ``email`` is None while it is still who submitted."""

    naam: str | None
    email: str | None
    functie: str | None
    telefoon: str | None


def contact_now(submitted: Contactpersoon, since: Contact) -> Contactpersoon:
    """Who to speak to now. A number that was corrected goes before the one that came along; a leaver's number never stays."""
    if since.email is None:
        return submitted if since.telefoon is None else submitted.model_copy(update={"telefoon": since.telefoon})
    return Contactpersoon(
        naam=since.naam or since.email, email=since.email, telefoon=since.telefoon or "", functie=since.functie or ""
    )


def display_name(data: HulpvraagIngediend) -> str:
    """What a list shows: the pupil, the group, or the school."""
    return data.leerling.naam if data.leerling else data.groep or data.school.naam


def search_words(
    data: HulpvraagIngediend, aanvraagtype: str | None, status: str | None, coordinator: str | None, labels: Collection[str]
) -> list[str]:
    """Name, dossiernummer, title, status, school, coordinator and labels, for ``domain.zoek``."""
    texts = (
        display_name(data),
        str(data.dossiernummer),
        data.aanvraagtype,
        aanvraagtype,
        status,
        data.school.naam,
        coordinator,
        *labels,
    )
    codes = (data.swv, data.school.code, data.school.bestuur, aanvraagtype, status, coordinator, *labels)
    return zoek.stored(texts, codes)
