"""Who may see which mails. Without a rule that says yes, the answer is no."""

from notify.domain import address
from shared.errors import Forbidden
from shared.tokens import Actor

ADMINISTRATION = "administratie"


def own_key(actor: Actor) -> str:
    """Give the key of the actor's own address. Raises Forbidden for an account without one."""
    if not actor.email:
        raise Forbidden("Bij uw account staat geen e-mailadres. Er zijn dus geen mails of voorkeuren van u.")
    return address.key_of(actor.email)


def sees_all_mails(actor: Actor) -> bool:
    """Whether the actor may see every mail about a hulpvraag of the SWV at hand: its own administration only.

    Not who works for a platform: which hulpvragen are of it is not known here.
    """
    is_own = actor.soort == "swv" and actor.organisatie == actor.swv
    return is_own and ADMINISTRATION in actor.rollen and not actor.platforms
