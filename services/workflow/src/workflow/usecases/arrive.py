"""Arriving at a status, where every change ends: the row of history, the event with its mails, the terms brought up to date."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

from shared.contracts.intake import HulpvraagIngediend
from shared.database import Transaction
from workflow.domain.hulpvraag import Hulpvraag
from workflow.domain.ruleset import Status, Statusmail
from workflow.domain.verloop import Regels, Verloop
from workflow.store import hulpvraag as store
from workflow.store import kring as kring_store
from workflow.store import rondom
from workflow.store.hulpvraag import Coordinator, Rij
from workflow.usecases.record import Persoon, announce, row_of
from workflow.usecases.terms import keep_terms


async def arrive(
    tx: Transaction,
    regels: Regels,
    verloop: Verloop,
    hulpvraag: Hulpvraag,
    status: Status,
    aanleiding: str,
    *,
    persoon: Persoon | None = None,
    reden: str | None = None,
    toelichting: str = "",
    bespreekdatum: date | None = None,
    mails: tuple[Statusmail, ...] | None = None,
    silent: bool = False,
) -> Rij:
    """Bring a locked hulpvraag to a status of ``verloop``; the mails are those of the status, unless others are given.

    ``silent`` keeps terms that lie behind us from being told of.
    """
    wanted = status.mails if mails is None else mails
    known = coordinator_address(verloop, hulpvraag)
    rij = row_of(
        hulpvraag.ingediend,
        aanleiding,
        status,
        wanted,
        persoon=persoon,
        reden=reden,
        toelichting=toelichting,
        bespreekdatum=bespreekdatum,
        bekend=known,
    )
    titel = verloop.type.titel
    postbussen = {**await store.change(tx, hulpvraag, titel, rij), **known}
    announce(tx, hulpvraag.ingediend, titel, hulpvraag, rij, action=status.gevraagde_actie, mails=wanted, postbussen=postbussen)
    await keep_terms(tx, regels, verloop, hulpvraag.id, silent=silent)
    return rij


async def set_out(
    tx: Transaction, regels: Regels, verloop: Verloop, hulpvraag: Hulpvraag, aanleiding: str, *, persoon: Persoon | None = None
) -> Rij:
    """Begin the course of an aanvraagtype with a locked hulpvraag, and give it the coordinator that comes with it."""
    if hulpvraag.coordinator is None and (who := await kring_coordinator(tx, verloop, hulpvraag.ingediend)):
        await rondom.put_coordinator(tx, hulpvraag, who)
        hulpvraag = replace(hulpvraag, coordinator=who.naam, coordinator_email=who.email)
    return await arrive(tx, regels, verloop, hulpvraag, verloop.begin, aanleiding, persoon=persoon)


async def stay(
    tx: Transaction, regels: Regels, verloop: Verloop | None, hulpvraag: Hulpvraag, aanleiding: str, *, reden: str | None = None
) -> None:
    """Note something that changes no status: a row of history with what was said at this status, a version, and no mail."""
    said = await store.latest(tx, hulpvraag)
    reden, toelichting, day = reden or said["reden"], said["toelichting"], said["bespreekdatum"]
    status = verloop.statussen.get(hulpvraag.status) if verloop and hulpvraag.status else None
    if verloop is not None and status is not None:
        await arrive(
            tx,
            regels,
            verloop,
            hulpvraag,
            status,
            aanleiding,
            mails=(),
            reden=reden,
            toelichting=toelichting,
            bespreekdatum=day,
        )
        return
    data = hulpvraag.ingediend
    rij = row_of(data, aanleiding, None, (), reden=reden, toelichting=toelichting, bespreekdatum=day)
    await store.change(tx, hulpvraag, None, rij)
    announce(tx, data, None, hulpvraag, rij, action=None, mails=(), postbussen={})


def coordinator_address(verloop: Verloop | None, hulpvraag: Hulpvraag) -> Mapping[str, str]:
    """The coordinator's address, under the role whose mails go to the coordinator."""
    rol = verloop.coordinatorrol if verloop else None
    return {rol: hulpvraag.coordinator_email} if rol and hulpvraag.coordinator_email else {}


async def kring_coordinator(tx: Transaction, verloop: Verloop | None, data: HulpvraagIngediend) -> Coordinator | None:
    """Who coordinates from the start, where the aanvraagtype leaves that to the scholenkring."""
    regel = verloop.type.coordinator if verloop else None
    return await kring_store.coordinator(tx, data.swv, data.school.code) if regel and regel.wie == "kring" else None
