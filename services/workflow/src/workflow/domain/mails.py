"""Who gets a mail at a status: the audiences of the rule set, turned into addresses."""

from collections.abc import Iterable, Mapping

from shared.contracts.common import Contactpersoon
from shared.contracts.workflow import Geadresseerde
from workflow.domain.ruleset import AANVRAGER, Statusmail


def rolpostbussen(mails: Iterable[Statusmail]) -> list[str]:
    """The roles whose postbus these mails go to."""
    return [mail.doelgroep for mail in mails if mail.doelgroep != AANVRAGER]


def unreachable(mails: Iterable[Statusmail], contactpersoon: Contactpersoon) -> list[str]:
    """The audiences that have no address, as far as the hulpvraag itself tells."""
    return [AANVRAGER] if not contactpersoon.email and any(mail.doelgroep == AANVRAGER for mail in mails) else []


def recipients(
    mails: Iterable[Statusmail], contactpersoon: Contactpersoon, postbussen: Mapping[str, str]
) -> tuple[Geadresseerde, ...]:
    """Resolve audiences: ``aanvrager`` is the contactpersoon, any other the postbus of that role.

    An audience without an address is left out; two with one address get one mail, the first in the order of the rule set.
    """
    found: dict[str, Geadresseerde] = {}
    for mail in mails:
        if mail.doelgroep == AANVRAGER:
            naam, email = contactpersoon.naam, contactpersoon.email
        else:
            naam, email = mail.doelgroep, postbussen.get(mail.doelgroep, "")
        if email:
            to = Geadresseerde(doelgroep=mail.doelgroep, naam=naam, email=email, sjabloon=mail.sjabloon)
            found.setdefault(email.casefold(), to)
    return tuple(found.values())
