"""All registrations of one decision together: the unit in which they change, so that the register never holds two.

The order in which messages, answers and people come in does not matter. Three rules see to that:

* a newer version is sent only when the register told what became of the older ones;
* an attempt that may have arrived is asked about before anything is sent again;
* an answer counts only for the attempt it belongs to.

>>> reeks = neem_op(Reeks(besluit), 1, registratie, nu)
>>> reeks = begin(reeks, registratie.id, poging=poging, mandaat=mandaat)
>>> reeks = verwerk(reeks, registratie.id, poging, Uitkomst("geaccepteerd"), nu, wachttijden)
>>> reeks.wijzigingen      # every state that came to be, in order: what must be told
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from bron_export.domain.gegevens import Gegevens
from bron_export.domain.registratie import NIEUWE_INHOUD, OVERGANGEN, Gebeurtenis, Reden, Registratie
from bron_export.domain.signalen import is_storing
from bron_export.domain.wachttijd import Wachttijden
from shared.contracts.common import Signaal

Handeling = Literal["aanmelden", "corrigeren", "vragen", "intrekken"]
"""What must be done at the register: a first delivery, a later content, asking what became of it, taking it back."""


@dataclass(frozen=True, slots=True)
class Uitkomst:
    """What came of one attempt. ``reden`` is for people, ``detail`` for the attempt log: a status or the type of an error."""

    gebeurtenis: Gebeurtenis
    signalen: tuple[Signaal, ...] = ()
    reden: Reden | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Reeks:
    """The registrations of one decision, oldest version first. ``versie`` is the newest version seen, registered or not."""

    besluit: UUID
    versie: int = 0
    registraties: tuple[Registratie, ...] = ()
    wijzigingen: tuple[Registratie, ...] = ()

    def vind(self, registratie: UUID) -> Registratie:
        """Return the registration with this id. Raises StopIteration when it is not of this decision."""
        return next(each for each in self.registraties if each.id == registratie)

    def eerdere(self, registratie: Registratie) -> tuple[Registratie, ...]:
        """Return the registrations of older versions."""
        return tuple(each for each in self.registraties if each.besluitversie < registratie.besluitversie)

    def latere(self, registratie: Registratie) -> tuple[Registratie, ...]:
        """Return the registrations of newer versions."""
        return tuple(each for each in self.registraties if each.besluitversie > registratie.besluitversie)

    @property
    def is_teruggedraaid(self) -> bool:
        """Whether the newest version grants nothing that must be registered."""
        return all(each.besluitversie != self.versie for each in self.registraties)


def neem_op(reeks: Reeks, versie: int, nieuw: Registratie | None, nu: datetime) -> Reeks:
    """Take up a version of the decision; ``nieuw`` is None when nothing of it is registered. An old one is ignored."""
    if versie <= reeks.versie:
        return reeks
    added = () if nieuw is None else (nieuw,)
    reeks = replace(reeks, versie=versie, registraties=reeks.registraties + added, wijzigingen=reeks.wijzigingen + added)
    return _bijwerken(reeks, nu)


def handeling(reeks: Reeks, registratie: Registratie) -> Handeling | None:
    """Say what must be done at the register for this one now; None: nothing, or an older version comes first."""
    match registratie.staat:
        case "te verzenden" if registratie.twijfel and registratie.besluitversie < reeks.versie:
            return _bij_twijfel(reeks, registratie)
        case "te verzenden":
            if any(each.is_onderweg for each in reeks.eerdere(registratie)):
                return None
            replaces = any(each.staat == "geaccepteerd" for each in reeks.eerdere(registratie))
            return "corrigeren" if replaces or registratie.volgnummer > 1 else "aanmelden"
        case "verzonden" | "onbekend":
            return "vragen"
        case "geaccepteerd":
            awaited = any(each.is_onderweg for each in reeks.latere(registratie))
            return "intrekken" if (reeks.is_teruggedraaid or registratie.twijfel) and not awaited else None
        case "afgekeurd" | "vervallen":
            return None


def _bij_twijfel(reeks: Reeks, registratie: Registratie) -> Handeling | None:
    """Say what must be done for an older one of which a delivery may linger: nothing, while a newer one may take its place."""
    if reeks.is_teruggedraaid:
        return "intrekken"
    if any(each.staat == "afgekeurd" for each in reeks.latere(registratie)):
        return "vragen" if registratie.volgnummer == 1 else "intrekken"  # later, an answer may be about older content
    return None


def begin(reeks: Reeks, registratie: UUID, *, poging: UUID, mandaat: UUID | None) -> Reeks:
    """An attempt begins. From here until its outcome is known nobody else sends, corrects or replaces this registration."""
    old = reeks.vind(registratie)
    return _met(reeks, replace(old, poging=poging, mandaat=mandaat or old.mandaat, reden=None))


def wacht(reeks: Reeks, registratie: UUID, reden: Reden, nu: datetime, tijden: Wachttijden) -> Reeks:
    """Nothing can be sent now: look again later."""
    old = reeks.vind(registratie)
    again = nu + tijden.na(old.staat, old.vruchteloos)
    return _met(reeks, replace(old, reden=reden, vruchteloos=old.vruchteloos + 1, volgende_poging_op=again))


def verwerk(reeks: Reeks, registratie: UUID, poging: UUID, uitkomst: Uitkomst, nu: datetime, tijden: Wachttijden) -> Reeks:
    """Take in what came of an attempt. The outcome of another attempt than the one under way changes nothing."""
    old = reeks.vind(registratie)
    if old.poging != poging:
        return reeks
    gebeurtenis, reden = _betekenis(reeks, old, uitkomst)
    reeks = _met(reeks, replace(old, poging=None))
    if gebeurtenis == "ingetrokken" and old.twijfel and old.staat != "geaccepteerd":
        for each in reeks.eerdere(old):  # it may have taken their place before it was taken back
            reeks = _met(reeks, replace(each, twijfel=each.twijfel or each.staat == "geaccepteerd"))
    if old.may(gebeurtenis):
        reeks = _stap(reeks, reeks.vind(registratie), gebeurtenis, nu, uitkomst.signalen, reden)
    new = reeks.vind(registratie)
    if gebeurtenis == "geaccepteerd" or new.staat in {"afgekeurd", "vervallen"}:
        new = replace(new, vruchteloos=0, volgende_poging_op=None)
    else:
        again = nu + tijden.na(new.staat, new.vruchteloos)
        new = replace(new, vruchteloos=new.vruchteloos + 1, volgende_poging_op=again)
    return _bijwerken(_met(reeks, new), nu)


def _betekenis(reeks: Reeks, registratie: Registratie, uitkomst: Uitkomst) -> tuple[Gebeurtenis, Reden | None]:
    """Say what came of an attempt, seen from all registrations together."""
    match uitkomst.gebeurtenis:
        case "afgekeurd" if is_storing(uitkomst.signalen):
            return "storing", "storing-register"
        case "ingetrokken" if registratie.besluitversie == reeks.versie:
            return "onzeker", "onverwacht-antwoord"  # nobody of us took it back: people must look
        case "niet-bekend" if registratie.staat == "te verzenden" and registratie.besluitversie < reeks.versie:
            return "vervangen", None  # asked because the register refused a newer one, after which it takes this one no more
        case gebeurtenis:
            return gebeurtenis, uitkomst.reden


def herstel(reeks: Reeks, registratie: UUID, nu: datetime, tijden: Wachttijden) -> Reeks:
    """The process that held this registration is gone: its attempt may have arrived or not."""
    old = reeks.vind(registratie)
    if old.poging is None:
        return reeks
    return verwerk(reeks, registratie, old.poging, Uitkomst("onzeker", reden="geen-antwoord"), nu, tijden)


def corrigeer(reeks: Reeks, registratie: UUID, gegevens: Gegevens, nu: datetime) -> Reeks:
    """A person mends the content after a refusal, or before it is sent."""
    old = reeks.vind(registratie)
    return _opnieuw(reeks, replace(old, gegevens=gegevens), "gecorrigeerd", nu)


def verzend_opnieuw(reeks: Reeks, registratie: UUID, nu: datetime) -> Reeks:
    """A person wants another try. What was not refused is tried, or asked about, at once: never sent a second time unseen."""
    old = reeks.vind(registratie)
    if old.may("opnieuw"):
        return _opnieuw(reeks, old, "opnieuw", nu)
    return _met(reeks, replace(old, volgende_poging_op=nu)) if handeling(reeks, old) else reeks


def _opnieuw(reeks: Reeks, registratie: Registratie, gebeurtenis: Gebeurtenis, nu: datetime) -> Reeks:
    reeks = _stap(reeks, replace(registratie, vruchteloos=0, volgende_poging_op=nu), gebeurtenis, nu, (), None)
    return _bijwerken(reeks, nu)


def _stap(
    reeks: Reeks,
    registratie: Registratie,
    gebeurtenis: Gebeurtenis,
    nu: datetime,
    signalen: tuple[Signaal, ...],
    reden: Reden | None,
) -> Reeks:
    """Take one step of the table; a step that a reader can see gets a version of its own and is remembered."""
    old = reeks.vind(registratie.id)
    new = replace(
        registratie,
        staat=OVERGANGEN[registratie.staat][gebeurtenis],
        signalen=signalen or (old.signalen if gebeurtenis in _WITHOUT_VERDICT else ()),
        volgnummer=registratie.volgnummer + (gebeurtenis in NIEUWE_INHOUD),
        twijfel=_is_in_doubt(registratie, gebeurtenis),
        reden=reden,
    )
    if (new.staat, new.signalen, new.gegevens) == (old.staat, old.signalen, old.gegevens):
        return _met(reeks, new)
    new = replace(new, versie=old.versie + 1, gewijzigd_op=nu)
    return replace(_met(reeks, new), wijzigingen=(*reeks.wijzigingen, new))


def _is_in_doubt(registratie: Registratie, gebeurtenis: Gebeurtenis) -> bool:
    """Tell whether a message of ours that the register has not seen may still reach it: a delivery, or a withdrawal."""
    if registratie.staat == "geaccepteerd":
        return gebeurtenis == "onzeker" or (registratie.twijfel and gebeurtenis == "niet-verzonden")
    return gebeurtenis == "niet-bekend" or (registratie.twijfel and gebeurtenis in {*_WITHOUT_VERDICT, "gecorrigeerd"})


_WITHOUT_VERDICT: frozenset[Gebeurtenis] = frozenset({"onzeker", "niet-verzonden", "vervangen", "niet-bekend", "ontvangen"})


def _bijwerken(reeks: Reeks, nu: datetime) -> Reeks:
    """Let every registration follow from the whole: replaced ones lapse, what has its turn is planned, the rest waits."""
    for each in reeks.registraties:
        if _is_vervangen(reeks, each):
            reeks = _stap(reeks, replace(each, volgende_poging_op=None), "vervangen", nu, (), None)
    for each in reeks.registraties:
        if each.poging is not None or handeling(reeks, each) is not None:
            freed = None if each.reden in {"eerdere-versie", "nieuwere-versie"} else each.reden
            reeks = _met(reeks, replace(each, reden=freed, volgende_poging_op=each.volgende_poging_op or nu))
        elif each.staat == "te verzenden":
            reden: Reden = "nieuwere-versie" if each.besluitversie < reeks.versie else "eerdere-versie"
            reeks = _met(reeks, replace(each, reden=reden, volgende_poging_op=None))
        else:
            reeks = _met(reeks, replace(each, volgende_poging_op=None))
    return reeks


def _is_vervangen(reeks: Reeks, registratie: Registratie) -> bool:
    """Tell whether a newer version took its place for good.

    One of which a delivery may still linger keeps its place until the register took a newer version in its stead. When the
    register refused the newer one, the older may have arrived just before it, and hold: it is asked about or taken back.
    """
    newer = {each.staat for each in reeks.latere(registratie)}
    if registratie.poging is not None:
        return False
    if registratie.staat == "geaccepteerd":
        return "geaccepteerd" in newer
    if registratie.twijfel:
        return registratie.may("vervangen") and "geaccepteerd" in newer
    return registratie.may("vervangen") and registratie.besluitversie < reeks.versie


def _met(reeks: Reeks, registratie: Registratie) -> Reeks:
    kept = tuple(registratie if each.id == registratie.id else each for each in reeks.registraties)
    return replace(reeks, registraties=kept)
