"""How the simulator misbehaves when it is told to.

>>> Gedrag(waar="las", soort="zwijgt", keren=2)     # the next two messages to the LAS are handled, and get no answer
"""

from typing import Annotated, Literal

from pydantic import Field

from shared.contracts.connector import Public

Waar = Literal["las", "traffic-center", "osr"]
Soort = Literal["traag", "zwijgt", "storing", "stuk", "onzin", "onbekende-sleutel", "ander-dossier", "andere-host", "groot"]

BETEKENIS: dict[Soort, str] = {
    "traag": "antwoordt pas na een aantal seconden",
    "zwijgt": "verwerkt het bericht en zwijgt dan",
    "storing": "is even niet beschikbaar (503) en kijkt niet naar het bericht",
    "stuk": "verwerkt het bericht en meldt een fout bij zichzelf (SOAP fault Server)",
    "onzin": "verwerkt het bericht en antwoordt onleesbaar",
    "onbekende-sleutel": "kent de koppelsleutel niet (SOAP fault Client)",
    "ander-dossier": "geeft het dossier van een andere school",
    "andere-host": "noemt een adres op een andere machine",
    "groot": "geeft een antwoord van vijfentwintig miljoen bytes",
}


class Gedrag(Public):
    """One way to misbehave, for the next ``keren`` requests there; None: until it is cleared.

    ``seconden`` is for traag and zwijgt.
    """

    waar: Waar
    soort: Soort
    keren: Annotated[int, Field(ge=1)] | None = 1
    seconden: Annotated[float, Field(ge=0, le=3600)] = 3600


class Gedragingen:
    """What is still to be worked off, from the front."""

    def __init__(self) -> None:
        self.lijst: list[Gedrag] = []

    def next(self, waar: Waar) -> Gedrag | None:
        """Take the first for this place."""
        for place, one in enumerate(self.lijst):
            if one.waar == waar:
                if one.keren is not None:
                    left = one.keren - 1
                    self.lijst[place : place + 1] = [one.model_copy(update={"keren": left})] if left else []
                return one
        return None
