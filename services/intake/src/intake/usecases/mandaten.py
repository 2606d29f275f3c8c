"""May this LAS and Schakel exchange dossiers of a school today? Asked of the register (OSR), and remembered for a while.

>>> mandaten = Mandaten(database, osr, oin="00000003999999990000", age=3600)
>>> await mandaten.oordeel("99XA", las.oin)
Oordeel(soort='ja', wie=None)

Only a yes is remembered, for that day and at most ``age`` seconds: a school that has just given its mandate need not wait for
us. When the register is away and nothing is remembered the answer is ``onbekend``: whoever asked takes nothing in, and asks
again later.
"""

import asyncio
from datetime import date
from typing import Protocol

from intake.domain.osomandaat import Antwoord, Oordeel, Partij, oordeel
from intake.store import las as store
from shared import clock
from shared.database import Database


class Register(Protocol):
    """Where mandates stand."""

    async def mandaat(self, partij: Partij, brin: str, leverancier: str, dag: date) -> Antwoord:
        """Ask for one; raises nothing that the network or the register can cause."""
        ...


class Mandaten:
    """``oin`` is our own as a supplier, ``age`` in seconds."""

    def __init__(self, database: Database, register: Register, *, oin: str, age: float) -> None:
        self._database = database
        self._register = register
        self._oin = oin
        self._age = age

    async def oordeel(self, brin: str, las_oin: str) -> Oordeel:
        """Judge both mandates of a school."""
        dag = clock.today()
        parties: tuple[tuple[Partij, str], ...] = (("las", las_oin), ("swv", self._oin))
        return oordeel(await asyncio.gather(*(self._antwoord(partij, brin, oin, dag) for partij, oin in parties)), dag)

    async def _antwoord(self, partij: Partij, brin: str, oin: str, dag: date) -> Antwoord:
        known = await store.remembered(self._database, partij, brin, oin, dag, self._age)
        if known is not None and known.geldt(dag):
            return known
        asked = await self._register.mandaat(partij, brin, oin, dag)
        await store.remember(self._database, asked, brin, oin, dag)
        return asked
