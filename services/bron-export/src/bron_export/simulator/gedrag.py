"""How the simulator misbehaves when it is told to.

>>> Gedrag(soort="keurt-af", keren=2, signalen=(423,))     # the next two deliveries are refused with 423
"""

from typing import Annotated, Literal

from pydantic import Field

from bron_export.bericht import Bericht

Soort = Literal[
    "traag",
    "doof",
    "zwijgt",
    "verbreekt",
    "dubbel",
    "verwisselt",
    "onzin",
    "storing",
    "stuk",
    "geen-toegang",
    "keurt-af",
    "later",
]

BETEKENIS: dict[Soort, str] = {
    "traag": "antwoordt pas na een aantal seconden",
    "doof": "neemt het bericht niet aan en zwijgt",
    "zwijgt": "verwerkt het bericht en zwijgt dan",
    "verbreekt": "verwerkt het bericht en verbreekt de verbinding zonder antwoord",
    "dubbel": "antwoordt twee keer op dezelfde verbinding",
    "verwisselt": "antwoordt over een ander bericht",
    "onzin": "verwerkt het bericht en antwoordt onleesbaar",
    "storing": "is even niet beschikbaar (503)",
    "stuk": "verwerkt het bericht en meldt een fout (500)",
    "geen-toegang": "weigert de afzender (401)",
    "keurt-af": "keurt af met de genoemde signalen",
    "later": "neemt het bericht aan en oordeelt pas na een aantal navragen",
}


class Gedrag(Bericht, extra="forbid"):
    """One way to misbehave, for the next ``keren`` requests with one of these ``methoden``; None: until it is cleared.

    ``seconden`` is for traag, doof and zwijgt, ``signalen`` for keurt-af, ``navragen`` for later.
    """

    soort: Soort
    keren: Annotated[int, Field(ge=1)] | None = 1
    methoden: tuple[Literal["POST", "PUT", "GET", "DELETE"], ...] = ("POST", "PUT")
    seconden: Annotated[float, Field(ge=0, le=3600)] = 3600
    signalen: tuple[int, ...] = ()
    navragen: Annotated[int, Field(ge=0)] = 1
