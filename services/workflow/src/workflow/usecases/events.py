"""What other services tell us, one function per event. Each may come twice, late, or in another order than it was sent."""

from collections.abc import Collection
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
from workflow.store import overleg
from workflow.usecases.arrive import arrive, kring_coordinator
from workflow.usecases.record import announce, row_of
from workflow.usecases.terms import keep_terms
from workflow.usecases.verhuizing import catch_up


class NotHereYet(TemporaryError):
    """An event about a hulpvraag or a decision that has not arrived; the retry ladder brings it back."""

    slug = "nog-niet-bekend"


async def start(tx: Transaction, rulesets: RuleSets, data: HulpvraagIngediend) -> None:
    """Give a new hulpvraag its begin status, or none for an unknown title, which a person then sorts.

    What was accepted is never thrown out here, also when the SWV refuses unknown titles: that is for the entrance.
    """
    regels = rulesets.current(data.swv)
    found = stappen.begin(regels, data.niveau, data.aanvraagtype)
    verloop, status = found or (None, None)
    aanvraagtype = verloop.type.titel if verloop else None
    mails = status.mails if status else regels.ruleset.onbekende_titel.mails
    who = await kring_coordinator(tx, verloop, data)
    known = {verloop.coordinatorrol: who.email} if who and verloop and verloop.coordinatorrol else {}
    rij = row_of(data, Gebeurtenis.INGEDIEND, status, mails, bekend=known)
    postbussen = await store.create(tx, data, aanvraagtype, regels.versie, rij, who)
    if postbussen is not None:
        action = status.gevraagde_actie if status else None
        announce(tx, data, aanvraagtype, None, rij, action=action, mails=mails, postbussen={**postbussen, **known})
        await keep_terms(tx, regels, verloop, data.hulpvraag)
        await catch_up(tx, data)


async def add_bijlagen(tx: Transaction, rulesets: RuleSets, data: BijlagenToegevoegd) -> None:
    """Remember the clean bijlagen of a batch; the first time, the status may follow by itself (manual 000:254, 444, 889).

    A batch of a reaction in an overlegronde stands with that reaction, and changes nothing.
    """
    files: list[tuple[UUID, str, str | None]] = [(one.bijlage, one.naam, None) for one in data.schoon]
    files += [(clock.new_id(), one.naam, one.bericht) for one in data.geweigerd]
    if data.aanbieder.startswith("account:") and await overleg.keep_files(tx, data.hulpvraag, files):
        return
    hulpvraag = await lock(tx, data.hulpvraag)
    clean = [(bijlage.bijlage, bijlage.naam) for bijlage in data.schoon]
    if clean and await store.first_of_batch(tx, hulpvraag.id, data.batch, clean, clock.now()):
        names = [naam for _, naam in clean]
        await _follow(tx, rulesets, hulpvraag, Gebeurtenis.BIJLAGEN_TOEGEVOEGD, names)


async def keep_letter(tx: Transaction, rulesets: RuleSets, data: BriefGemaakt) -> None:
    """Remember where the letter of a decision stands; an older version than known is ignored."""
    hulpvraag = await lock(tx, data.hulpvraag)
    if await besluit_store.one(tx, hulpvraag.id, data.besluit) is None:
        raise NotHereYet
    if await besluit_store.keep_letter(tx, data):
        await _follow(tx, rulesets, hulpvraag, Gebeurtenis.BRIEF_GEMAAKT)


async def keep_registration(tx: Transaction, rulesets: RuleSets, data: RegistratieGewijzigd) -> None:
    """Remember how a decision stands at the register; the highest version wins."""
    hulpvraag = await lock(tx, data.hulpvraag)
    if await besluit_store.one(tx, hulpvraag.id, data.besluit) is None:
        raise NotHereYet
    if await besluit_store.keep_registration(tx, data) and data.staat == "afgekeurd":
        await _follow(tx, rulesets, hulpvraag, Gebeurtenis.REGISTRATIE_AFGEKEURD)


async def lock(tx: Transaction, id_: UUID) -> Hulpvraag:
    """Take a hulpvraag in hand that an event is about. Raises NotHereYet."""
    hulpvraag = await store.lock_by_id(tx, id_)
    if hulpvraag is None:
        raise NotHereYet
    return hulpvraag


async def _follow(
    tx: Transaction, rulesets: RuleSets, hulpvraag: Hulpvraag, gebeurtenis: Gebeurtenis, bijlagen: Collection[str] = ()
) -> None:
    """Change the status if it follows by itself; of what one batch brings, a form goes before a bijlage."""
    regels = await rulesets.pinned(tx.connection, hulpvraag.swv, hulpvraag.regels_versie)
    verloop = regels.of(hulpvraag.ingediend.niveau, hulpvraag.aanvraagtype)
    if verloop is None:
        return
    forms = stappen.completed(verloop, regels.formulieren, bijlagen)
    causes: list[tuple[Gebeurtenis, str | None]] = [(Gebeurtenis.FORMULIER_INGEVULD, form) for form in forms]
    for cause, over in (*causes, (gebeurtenis, None)):
        status = stappen.automatic(verloop, hulpvraag.status, cause, over)
        if status is not None:
            await arrive(tx, regels, verloop, hulpvraag, status, cause)
            return
