"""Systems that speak OSO-SWV: a connector with an OIN, an address, and a key of its own.

>>> key = await add_las(tx, LasOpgave(connector="parnassys", oin="00000003272448340204", adres="https://oso.las.example"),
...     actor="operator:jansen")                     # shown once; what is kept is its hash
"""

import secrets
from typing import Annotated

from pydantic import AfterValidator, AnyHttpUrl, StringConstraints

from intake.domain.names import SLUG
from intake.melding import key_hash
from intake.store import las
from shared.contracts.connector import Public
from shared.database import Transaction


def _safe(adres: AnyHttpUrl) -> AnyHttpUrl:
    if adres.scheme != "https" and adres.host not in {"127.0.0.1", "localhost"}:
        raise ValueError("Het adres van een LAS begint met https://.")
    return adres


class LasOpgave(Public):
    """A LAS as an operator describes it. ``adres`` is the root of every address that we send to for it."""

    connector: Annotated[str, StringConstraints(pattern=SLUG)]
    oin: Annotated[str, StringConstraints(pattern=r"^\d{20}$")]
    adres: Annotated[AnyHttpUrl, AfterValidator(_safe)]


async def add_las(tx: Transaction, opgave: LasOpgave, *, actor: str) -> str:
    """Add one, or change it to exactly this; return its new key. A key that it had stops at once.

    The connector must be there (``intake.connectors``).
    """
    key = secrets.token_urlsafe(32)
    await las.put(tx, las.Las(opgave.connector, opgave.oin, str(opgave.adres)), key_hash(key))
    tx.audit("las.vastgelegd", subject=opgave.connector, actor=actor, oin=opgave.oin)
    return key
