"""What things of a connector are called: its exchange, its queues, and itself as the one who brings files.

>>> exchange("parnassys"), inbox("parnassys"), uit("parnassys")
('lvs.parnassys.in', 'lvs.parnassys.inbox', 'lvs.parnassys.uit')
"""

import re
from uuid import UUID, uuid5

SLUG = r"^[a-z][a-z0-9-]{0,30}$"
"""The form of a connector's id."""

_NAMESPACE = UUID("5d0a6f0e-5b0c-5e0b-9f5e-2f8a4c1d7b36")


def exchange(connector: str) -> str:
    """Return where the connector publishes."""
    return f"lvs.{connector}.in"


def inbox(connector: str) -> str:
    """Return the queue in which its messages wait for intake."""
    return f"lvs.{connector}.inbox"


def uit(connector: str) -> str:
    """Return the queue from which the connector reads."""
    return f"lvs.{connector}.uit"


def dead(queue: str) -> str:
    """Return the name under which what dies in this queue becomes a dead letter of intake, and comes back on a replay."""
    return f"intake.{queue}"


def permissions(connector: str) -> dict[str, str]:
    """Return the permissions of the connector's RabbitMQ user, as the management API takes them.

    It declares nothing, writes only to its own exchange and reads only its own outbound queue.
    """
    return {
        "configure": "^$",
        "write": f"^{re.escape(exchange(connector))}$",
        "read": f"^{re.escape(uit(connector))}$",
    }


def aanbieder(connector: str) -> str:
    """Return the connector as the one who offers files: never equal to an account's id."""
    return f"connector:{connector}"


def derived(connector: str, message: UUID, what: str) -> UUID:
    """Return an id that is the same each time this message of this connector is handled (RFC 9562, version 5)."""
    return uuid5(_NAMESPACE, f"{connector}/{message}/{what}")
