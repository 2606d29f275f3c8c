"""What the other services tell, passed on to the connector that a hulpvraag came from.

Each returns the connector that now has something to read, or None when nobody has: a hulpvraag that a person typed in has no
connector, and news that is older than what was told is not told.
"""

from intake.domain.names import aanbieder
from intake.domain.waarschuwingen import file_warnings
from intake.store import outgoing, submissions
from intake.usecases.notificaties import meld_status
from shared.contracts.connector import BijlagenBericht, BriefBericht, StatusBericht, UploadslotAntwoord, Uploadslots
from shared.contracts.documents import BijlagenToegevoegd, BriefGemaakt, UploadslotsUitgegeven
from shared.contracts.workflow import StatusGewijzigd
from shared.database import Transaction
from shared.errors import NotFound


async def report_status(tx: Transaction, told: StatusGewijzigd) -> str | None:
    """Tell a status, also to the LAS that announced the hulpvraag over OSO-SWV; the highest version wins."""
    message = StatusBericht(
        dossiernummer=told.dossiernummer,
        versie=told.versie,
        status=told.status,
        reden=told.reden,
        toelichting=told.toelichting,
        gevraagde_actie=told.gevraagde_actie,
        bespreekdatum=told.bespreekdatum,
        gewijzigd_op=told.gewijzigd_op,
    )
    to = await outgoing.status(tx, told.hulpvraag, told.versie, StatusBericht.TYPE, message, einde=told.einde)
    if to is None:
        if not await outgoing.exists(tx, told.hulpvraag):
            raise NotFound(f"hulpvraag {told.hulpvraag} is niet bekend bij intake")
        return None
    connector, is_announced = to
    if is_announced:
        await meld_status(tx, told)
    return connector


async def report_bijlagen(tx: Transaction, told: BijlagenToegevoegd) -> str | None:
    """Tell what became of a batch to the connector that brought it; what others add is not its business."""
    message = BijlagenBericht(
        dossiernummer=told.dossiernummer,
        toegevoegd=tuple(bijlage.naam for bijlage in told.schoon),
        geweigerd=told.geweigerd,
    )
    connector = told.aanbieder.removeprefix(aanbieder(""))
    if connector == told.aanbieder:
        return None
    return await outgoing.about(tx, told.hulpvraag, connector, BijlagenBericht.TYPE, message)


async def report_brief(tx: Transaction, told: BriefGemaakt) -> str | None:
    """Tell that a letter of the SWV stands ready."""
    message = BriefBericht(dossiernummer=told.dossiernummer, brief=told.brief, naam=told.naam, sha256=told.sha256)
    return await outgoing.about(tx, told.hulpvraag, None, BriefBericht.TYPE, message)


async def report_uploadslots(tx: Transaction, told: UploadslotsUitgegeven) -> str | None:
    """Answer a request for uploadslots, once."""
    betreft = await outgoing.asked(tx, told.aanvraag)
    if betreft is None:
        return None
    places = tuple(UploadslotAntwoord.model_validate(slot, from_attributes=True) for slot in told.uploadslots)
    await submissions.keep_kinds(tx, told.uploadslots)
    warned = tuple(file_warnings(slot.naam for slot in told.uploadslots))
    message = Uploadslots(betreft=betreft, uploadslots=places, geweigerd=told.geweigerd, waarschuwingen=warned or None)
    return await outgoing.reply(tx, told.aanvraag, Uploadslots.TYPE, message)
