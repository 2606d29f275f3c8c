"""What other services tell us, one function per event. Each may come twice, late, or in another order than it was sent."""

from uuid import UUID

from shared import clock
from shared.contracts.bron_export import RegistratieGewijzigd
from shared.contracts.documents import BijlagenToegevoegd, BriefGemaakt
from shared.contracts.intake import HulpvraagIngediend
from shared.database import Transaction
from shared.errors import TemporaryError
from workflow.domain import stappen
from workflow.domain.hulpvraag import Hulpvraag
from workflow.domain.ruleset import Gebeurtenis
from workflow.registry import RuleSets
from workflow.store import besluit as besluit_store
from workflow.store import hulpvraag as store
from workflow.usecases.record import announce, row_of


class NotHereYet(TemporaryError):
    """An event about a hulpvraag or a decision that has not arrived; the retry ladder brings it back."""

    slug = "nog-niet-bekend"


async def start(tx: Transaction, rulesets: RuleSets, data: HulpvraagIngediend) -> None:
    """Give a new hulpvraag its begin status, or none for an unknown title, which a person then sorts.

    What was accepted is never thrown out here, also when the SWV refuses unknown titles: that is for the entrance.
    """
    regels = rulesets.current(data.swv)
    found = stappen.begin(regels, data.niveau, data.aanvraagtype)
    aanvraagtype, status = (found[0].type.titel, found[1]) if found else (None, None)
    mails = status.mails if status else regels.ruleset.onbekende_titel.mails
    rij = row_of(data, Gebeurtenis.INGEDIEND, status, mails)
    postbussen = await store.create(tx, data, aanvraagtype, regels.versie, rij)
    if postbussen is not None:
        action = status.gevraagde_actie if status else None
        announce(tx, data, aanvraagtype, None, rij, action=action, mails=mails, postbussen=postbussen)


async def add_bijlagen(tx: Transaction, rulesets: RuleSets, data: BijlagenToegevoegd) -> None:
    """Remember the clean bijlagen of a batch; the first time, the status may follow by itself (manual 000:254, 444, 889)."""
    hulpvraag = await _lock(tx, data.hulpvraag)
    clean = [(bijlage.bijlage, bijlage.naam) for bijlage in data.schoon]
    if clean and await store.first_of_batch(tx, hulpvraag.id, data.batch, clean, clock.now()):
        await _follow(tx, rulesets, hulpvraag, Gebeurtenis.BIJLAGEN_TOEGEVOEGD)


async def keep_letter(tx: Transaction, rulesets: RuleSets, data: BriefGemaakt) -> None:
    """Remember where the letter of a decision stands; an older version than known is ignored."""
    hulpvraag = await _lock(tx, data.hulpvraag)
    if await besluit_store.one(tx, hulpvraag.id, data.besluit) is None:
        raise NotHereYet
    if await besluit_store.keep_letter(tx, data):
        await _follow(tx, rulesets, hulpvraag, Gebeurtenis.BRIEF_GEMAAKT)


async def keep_registration(tx: Transaction, rulesets: RuleSets, data: RegistratieGewijzigd) -> None:
    """Remember how a decision stands at the register; the highest version wins."""
    hulpvraag = await _lock(tx, data.hulpvraag)
    if await besluit_store.one(tx, hulpvraag.id, data.besluit) is None:
        raise NotHereYet
    if await besluit_store.keep_registration(tx, data) and data.staat == "afgekeurd":
        await _follow(tx, rulesets, hulpvraag, Gebeurtenis.REGISTRATIE_AFGEKEURD)


async def _lock(tx: Transaction, id_: UUID) -> Hulpvraag:
    hulpvraag = await store.lock_by_id(tx, id_)
    if hulpvraag is None:
        raise NotHereYet
    return hulpvraag


async def _follow(tx: Transaction, rulesets: RuleSets, hulpvraag: Hulpvraag, gebeurtenis: Gebeurtenis) -> None:
    if hulpvraag.aanvraagtype is None:
        return
    data = hulpvraag.ingediend
    regels = await rulesets.pinned(tx.connection, hulpvraag.swv, hulpvraag.regels_versie)
    status = stappen.automatic(regels.find(data.niveau, hulpvraag.aanvraagtype), hulpvraag.status, gebeurtenis)
    if status is None:
        return
    rij = row_of(data, gebeurtenis, status, status.mails)
    postbussen = await store.change(tx, hulpvraag, hulpvraag.aanvraagtype, rij)
    announce(
        tx,
        data,
        hulpvraag.aanvraagtype,
        hulpvraag,
        rij,
        action=status.gevraagde_actie,
        mails=status.mails,
        postbussen=postbussen,
    )
