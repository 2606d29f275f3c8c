"""Publishing a version of a rule set: checked before, written once, told to the entrance."""

from collections.abc import Iterator
from uuid import NAMESPACE_URL, UUID, uuid5

from shared import clock
from shared.contracts.workflow import RegelsGepubliceerd, Rolnaam, Titel, VereisteBijlage
from shared.database import Transaction
from shared.envelope import Event
from shared.errors import Conflict
from workflow.domain.ruleset import Aanvraagtype, RuleSet
from workflow.domain.verloop import soort_of
from workflow.store import regelset as store


class AlreadyPublished(Conflict, RuntimeError):
    """A version that stands already with another content, or is older than the one in use."""

    slug = "versie-staat-vast"
    title = "Deze versie van de regels kan niet gepubliceerd worden"


async def publish(tx: Transaction, ruleset: RuleSet, tekst: str, *, by: str, older_is_fine: bool = False) -> bool:
    """Publish a checked rule set; False when it was published before, just so.

    One after another per SWV: of two at once with the same number the second is refused. Raises AlreadyPublished.
    """
    await store.lock(tx, ruleset.swv)
    known = await store.one(tx.connection, ruleset.swv, ruleset.versie)
    if known is not None:
        if RuleSet.model_validate(known) != ruleset:
            message = f"{ruleset.swv}: versie {ruleset.versie} staat al vast met een andere inhoud: verhoog de versie"
            raise AlreadyPublished(message)
        return False
    newest = await store.newest_of(tx, ruleset.swv)
    if newest is not None and newest > ruleset.versie:
        if older_is_fine:
            return False
        raise AlreadyPublished(f"{ruleset.swv}: versie {newest} is al in gebruik: kies een hogere versie dan {ruleset.versie}")
    inhoud = ruleset.model_dump(mode="json", exclude_defaults=True)
    await store.add(tx, ruleset.swv, ruleset.versie, inhoud, tekst, by, clock.now())
    tell(tx, ruleset)
    tx.audit("regels.gepubliceerd", subject=ruleset.swv, actor=by, versie=ruleset.versie)
    return True


def tell(tx: Transaction, ruleset: RuleSet) -> None:
    """Tell the other services what they must know of a rule set; what they know already they leave as it is."""
    tx.publish(Event.about(told(ruleset), subject=subject(ruleset.swv), sequence=ruleset.versie))


def subject(swv: str) -> UUID:
    """What events about the rules of an SWV are about."""
    return uuid5(NAMESPACE_URL, f"urn:nld:schakel:regels:{swv}")


def told(ruleset: RuleSet) -> RegelsGepubliceerd:
    """What other services are told of a rule set: titles for the entrance, roles for who gets in."""
    return RegelsGepubliceerd(
        swv=ruleset.swv,
        versie=ruleset.versie,
        onbekende_titel=ruleset.onbekende_titel.doen,
        zonder_leerlingnaam=ruleset.onbekende_titel.zonder_leerlingnaam,
        titels=tuple(
            Titel(titel=titel, niveau=type_.niveau, kanaal=type_.kanaal, bijlagen=tuple(_required(type_)))
            for type_ in ruleset.aanvraagtypes
            for titel in (type_.titel, *type_.aliassen)
        ),
        rollen=tuple(_role_names(ruleset)),
    )


def _required(type_: Aanvraagtype) -> Iterator[VereisteBijlage]:
    for asked in type_.bijlagen:
        if asked.soort is not None:
            yield VereisteBijlage(naam=asked.naam, soort=asked.soort, ontbreekt=asked.ontbreekt)


def _role_names(ruleset: RuleSet) -> Iterator[Rolnaam]:
    for rol in ruleset.rollen:
        soort = soort_of(rol.basis)
        if soort in {"school", "swv", "bestuur"}:
            for naam in (rol.naam, *rol.aliassen):
                yield Rolnaam(
                    naam=naam,
                    soort=soort,
                    beheert_registraties=not {rol.naam, *rol.ook}.isdisjoint(ruleset.registraties_door),
                    beheert_accounts=rol.naam in ruleset.beheerders,
                    alleen_cijfers=rol.basis == "cijfers",
                    per_platform=rol.per_platform,
                    sorteert=rol.naam in ruleset.onbekende_titel.sorteren,
                    is_alias=naam != rol.naam,
                )
