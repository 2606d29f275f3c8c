"""Who hears of an overlegronde: who was invited, whoever may read a reaction, and all who take part when the end comes near."""

from collections.abc import Iterable
from typing import Literal
from uuid import UUID

from shared import clock
from shared.contracts.workflow import Geadresseerde, OverlegGemeld
from shared.database import Database, Transaction
from shared.envelope import Event
from workflow.domain.overleg import Deelnemer, Ronde
from workflow.store import overleg as store
from workflow.usecases.dossier import About, Dossier
from workflow.usecases.record import SYSTEM

DEELNEMER = "deelnemer"
"""The audience of these mails."""


def tell_invited(tx: Transaction, about: About, ronde: Ronde, who: Deelnemer) -> None:
    """Tell someone that they may take part."""
    _tell(tx, about, ronde, "uitnodiging", [who])


def tell_reacted(tx: Transaction, dossier: Dossier, ronde: Ronde, author: UUID) -> None:
    """Tell of a reaction; nothing when nobody wants to hear."""
    _tell(tx, dossier.about, ronde, "reactie", ronde.hears(author))


class Overlegwachter:
    """Tells of what ends in a week: ``step`` is a worker's. Each once, however many replicas look."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def step(self) -> bool:
        """Tell of one; True when there may be more."""
        async with self._database.transaction() as tx:
            row = await store.due(tx, clock.now())
            if row is None:
                return False
            await store.reminded(tx, row["id"])
            [ronde] = await store.rounds(tx, row["hulpvraag"], row["id"])
            _tell(tx, About.of(row), ronde, "loopt-af", [one for one in ronde.deelnemers if one.mails])
            tx.audit("overleg.loopt_af", subject=row["hulpvraag"], actor=SYSTEM, overlegronde=ronde.id)
        return True


def _tell(
    tx: Transaction,
    about: About,
    ronde: Ronde,
    soort: Literal["uitnodiging", "reactie", "loopt-af"],
    people: Iterable[Deelnemer],
) -> None:
    mails = tuple(
        Geadresseerde(doelgroep=DEELNEMER, naam=one.naam, email=one.email, sjabloon=f"overleg-{soort}")
        for one in people
        if one.email
    )
    if not mails:
        return
    data = OverlegGemeld(
        swv=about.swv,
        hulpvraag=about.hulpvraag,
        dossiernummer=about.dossiernummer,
        aanvraagtype=about.aanvraagtype,
        overlegronde=ronde.id,
        melding=clock.new_id(),
        soort=soort,
        tot_en_met=clock.last_day(ronde.tot),
        op=clock.now(),
        mails=mails,
    )
    tx.publish(Event.about(data, subject=about.hulpvraag, sequence=about.versie))
