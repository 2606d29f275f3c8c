"""One change of status, as every use case writes it: a row of history, the event with the full state, and a line in the log."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from uuid import UUID

from shared import clock
from shared.contracts.intake import HulpvraagIngediend
from shared.contracts.workflow import StatusGewijzigd
from shared.database import Transaction
from shared.envelope import Event
from workflow.domain.hulpvraag import Hulpvraag
from workflow.domain.mails import recipients, rolpostbussen, unreachable
from workflow.domain.ruleset import Status, Statusmail
from workflow.store.hulpvraag import Rij

AUTOMATISCH = "automatisch"
"""Who did it, when nobody did: the value of ``door``."""
NOBODY: Mapping[str, str] = MappingProxyType({})
SYSTEM = "workflow"
"""The actor in the audit log when no person acted."""


@dataclass(frozen=True, slots=True)
class Persoon:
    """Who changed a status: an account, its name, and the role by which it may."""

    account: UUID
    naam: str
    rol: str


def row_of(
    data: HulpvraagIngediend,
    aanleiding: str,
    status: Status | None,
    mails: tuple[Statusmail, ...],
    *,
    persoon: Persoon | None = None,
    reden: str | None = None,
    toelichting: str = "",
    bespreekdatum: date | None = None,
    bekend: Mapping[str, str] = NOBODY,
) -> Rij:
    """Make up the row of history for arriving at a status; ``aanleiding`` is what led to it.

    ``bekend`` are audiences whose address is known already, beside the postbussen.
    """
    return Rij(
        id=clock.new_id(),
        aanleiding=aanleiding,
        status=status.naam if status else None,
        rollen=[rol for rol in rolpostbussen(mails) if rol not in bekend],
        mails=[{"doelgroep": mail.doelgroep, "sjabloon": mail.sjabloon} for mail in mails],
        zonder_adres=unreachable(mails, data.contactpersoon),
        gewijzigd_op=clock.now(),
        einde=status.einde if status else False,
        zichtbaar_voor=status.zichtbaar_voor if status else (),
        reden=reden,
        toelichting=toelichting,
        bespreekdatum=bespreekdatum,
        account=persoon.account if persoon else None,
        naam=persoon.naam if persoon else None,
        rol=persoon.rol if persoon else None,
    )


def announce(
    tx: Transaction,
    data: HulpvraagIngediend,
    aanvraagtype: str | None,
    before: Hulpvraag | None,
    rij: Rij,
    *,
    action: str | None,
    mails: tuple[Statusmail, ...],
    postbussen: Mapping[str, str],
) -> int:
    """Publish the state after this row, and log who did it. Returns the version. The hulpvraag's row is locked by now."""
    versie = before.versie + 1 if before else 1
    tx.publish(
        Event.about(
            StatusGewijzigd(
                swv=data.swv,
                hulpvraag=data.hulpvraag,
                dossiernummer=data.dossiernummer,
                aanvraagtype=aanvraagtype or data.aanvraagtype,
                wijziging=rij.id,
                versie=versie,
                status=rij.status,
                vorige=before.status if before else None,
                einde=rij.einde,
                reden=rij.reden,
                toelichting=rij.toelichting,
                gevraagde_actie=action,
                bespreekdatum=rij.bespreekdatum,
                gewijzigd_op=rij.gewijzigd_op,
                door=rij.rol or AUTOMATISCH,
                connector=data.connector,
                mails=recipients(mails, data.contactpersoon, postbussen),
            ),
            subject=data.hulpvraag,
            sequence=versie,
        )
    )
    tx.audit(
        "hulpvraag.status_gewijzigd",
        subject=data.hulpvraag,
        actor=rij.account or SYSTEM,
        dossiernummer=data.dossiernummer,
        versie=versie,
        aanleiding=rij.aanleiding,
    )
    return versie
