"""The register's book: what was delivered and what holds, in SQLite, so that it survives a restart.

>>> boek = Boek(None)                                     # in memory
>>> boek.neem_aan(melding, corrects=False).status
'geaccepteerd'
"""

import json
import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bron_export.bericht import Antwoord, Beoordeling, Melding
from bron_export.domain.signalen import signaal
from bron_export.simulator.kennis import Kennis
from bron_export.simulator.oordeel import beoordeel
from shared import clock
from shared.contracts.common import Signaal

_SCHEMA = """
CREATE TABLE IF NOT EXISTS melding (
    referentie TEXT PRIMARY KEY, volgnummer INTEGER NOT NULL, besluit TEXT NOT NULL, besluitversie INTEGER NOT NULL,
    inhoud TEXT NOT NULL, status TEXT NOT NULL, signalen TEXT NOT NULL, navragen INTEGER NOT NULL, op TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS levering (
    id INTEGER PRIMARY KEY, op TEXT NOT NULL, methode TEXT NOT NULL, referentie TEXT NOT NULL, volgnummer INTEGER,
    status TEXT NOT NULL, signalen TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS kennis (een INTEGER PRIMARY KEY CHECK (een = 1), inhoud TEXT NOT NULL);
"""
_FIND = "SELECT * FROM melding WHERE referentie = ?"
_LATER = "SELECT 1 FROM melding WHERE besluit = ? AND besluitversie > ?"
_HOLDING = "SELECT inhoud FROM melding WHERE status = 'geaccepteerd' AND besluit <> ? ORDER BY op"
_WRITE = """
INSERT INTO melding VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (referentie) DO UPDATE SET volgnummer = excluded.volgnummer,
    inhoud = excluded.inhoud, status = excluded.status, signalen = excluded.signalen, navragen = excluded.navragen,
    op = excluded.op
"""
_JUDGED = "UPDATE melding SET status = ?, signalen = ?, navragen = ? WHERE referentie = ?"
_REPLACE = "UPDATE melding SET status = 'vervangen' WHERE besluit = ? AND besluitversie < ? AND status = 'geaccepteerd'"
_ALL = "SELECT * FROM melding WHERE volgnummer > 0 ORDER BY op, referentie"
_NOTE = "INSERT INTO levering (op, methode, referentie, volgnummer, status, signalen) VALUES (?, ?, ?, ?, ?, ?)"
_DELIVERIES = "SELECT op, methode, referentie, volgnummer, status, signalen FROM levering ORDER BY id DESC LIMIT ?"


class Boek:
    """Everything the simulated register knows; ``data`` None keeps it in memory."""

    def __init__(self, data: Path | None) -> None:
        self._db = sqlite3.connect(data or ":memory:", check_same_thread=False, isolation_level=None)
        self._db.row_factory = sqlite3.Row
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def neem_aan(self, melding: Melding, *, corrects: bool, forced: Sequence[int] = (), navragen: int = 0) -> Antwoord:
        """Take a delivery and answer it. The same one again gets the same answer; ``navragen`` questions go before the verdict.

        ``corrects`` tells a PUT from a POST; ``forced`` are signals to refuse with, whatever the content.
        """
        known = self._db.execute(_FIND, (melding.client_referentie,)).fetchone()
        body = melding.model_dump_json(by_alias=True)
        if known is not None:
            if known["status"] == "ingetrokken":
                return _answer(known)
            if melding.volgnummer < known["volgnummer"]:
                return _refused(melding, 312)
            if melding.volgnummer == known["volgnummer"]:
                return _answer(known) if known["inhoud"] == body else _refused(melding, 396)
            if not corrects:
                return _refused(melding, 396)
        if self._db.execute(_LATER, (str(melding.besluit), melding.besluitversie)).fetchone():
            return _refused(melding, 312)
        status: Beoordeling = "in behandeling"
        signalen = tuple(signaal(code) for code in forced)
        if not navragen:
            status, signalen = self._judge(melding, signalen)
        row = (melding.client_referentie, melding.volgnummer, str(melding.besluit), melding.besluitversie, body, status)
        self._db.execute(_WRITE, (*row, _dump(signalen), navragen, clock.now().isoformat()))
        return Antwoord(
            client_referentie=melding.client_referentie,
            volgnummer=melding.volgnummer,
            status=status,
            signalen=() if navragen else signalen,
        )

    def vraag(self, referentie: str) -> Antwoord | None:
        """Say what became of it; None when it was never seen. Each question brings a late verdict nearer."""
        known = self._db.execute(_FIND, (referentie,)).fetchone()
        if known is None:
            return None
        if known["status"] == "in behandeling":
            left = known["navragen"] - 1
            status, signalen = "in behandeling", _load(known["signalen"])
            if left <= 0:
                status, signalen = self._judge(Melding.model_validate_json(known["inhoud"]), signalen)
            self._db.execute(_JUDGED, (status, _dump(signalen), max(left, 0), referentie))
            known = self._db.execute(_FIND, (referentie,)).fetchone()
        return _answer(known)

    def trek_in(self, referentie: str, *, forced: Sequence[int] = ()) -> Antwoord:
        """Take a registration back. What was never seen is remembered too: a delivery that lingers is then not registered."""
        known = self._db.execute(_FIND, (referentie,)).fetchone()
        if known is None:
            self._db.execute(_WRITE, (referentie, 0, "", 0, "{}", "ingetrokken", "[]", 0, clock.now().isoformat()))
            return Antwoord(client_referentie=referentie, volgnummer=0, status="ingetrokken")
        if forced:
            refusal = tuple(signaal(code) for code in forced)
            return _answer(known).model_copy(update={"signalen": refusal})
        if known["status"] != "vervangen":
            self._db.execute(_JUDGED, ("ingetrokken", "[]", 0, referentie))
        return _answer(self._db.execute(_FIND, (referentie,)).fetchone())

    def note(self, methode: str, referentie: str, volgnummer: int | None, antwoord: Antwoord | None, told: str = "") -> None:
        """Add a line to the log of deliveries."""
        status = told or (antwoord.status if antwoord else "onbekend")
        codes = json.dumps([each.code for each in antwoord.signalen] if antwoord else [])
        self._db.execute(_NOTE, (clock.now().isoformat(), methode, referentie, volgnummer, status, codes))

    def meldingen(self) -> list[dict[str, Any]]:
        """Return everything that was delivered, oldest first, with its status."""
        rows = self._db.execute(_ALL).fetchall()
        return [{**_answer(row).model_dump(mode="json", by_alias=True), "melding": json.loads(row["inhoud"])} for row in rows]

    def leveringen(self, limit: int = 50) -> list[dict[str, Any]]:
        """Return the last requests, newest first."""
        rows = self._db.execute(_DELIVERIES, (limit,)).fetchall()
        return [{**dict(row), "signalen": json.loads(row["signalen"])} for row in rows]

    @property
    def kennis(self) -> Kennis:
        """What the register knows of schools, SWVs and pupils."""
        row = self._db.execute("SELECT inhoud FROM kennis").fetchone()
        return Kennis() if row is None else Kennis.model_validate_json(row["inhoud"])

    def learn(self, kennis: Kennis) -> None:
        """Replace what it knows."""
        self._db.execute("INSERT OR REPLACE INTO kennis VALUES (1, ?)", (kennis.model_dump_json(by_alias=True),))

    def forget(self) -> None:
        """Empty the book."""
        for table in ("melding", "levering", "kennis"):
            self._db.execute(f"DELETE FROM {table}")  # noqa: S608 - three names of ours

    def _judge(self, melding: Melding, forced: tuple[Signaal, ...]) -> tuple[Beoordeling, tuple[Signaal, ...]]:
        if self._db.execute(_LATER, (str(melding.besluit), melding.besluitversie)).fetchone():
            return "vervangen", ()
        rows = self._db.execute(_HOLDING, (str(melding.besluit),)).fetchall()
        holding = [Melding.model_validate_json(row["inhoud"]) for row in rows]
        signalen = forced or beoordeel(melding, holding, self.kennis, vandaag=clock.today())
        if any(each.ernst == "A" for each in signalen):
            return "afgekeurd", signalen
        self._db.execute(_REPLACE, (str(melding.besluit), melding.besluitversie))
        return "geaccepteerd", signalen


def _refused(melding: Melding, code: int) -> Antwoord:
    return Antwoord(
        client_referentie=melding.client_referentie,
        volgnummer=melding.volgnummer,
        status="afgekeurd",
        signalen=(signaal(code),),
    )


def _answer(row: sqlite3.Row) -> Antwoord:
    shown = () if row["status"] == "in behandeling" else _load(row["signalen"])
    return Antwoord(client_referentie=row["referentie"], volgnummer=row["volgnummer"], status=row["status"], signalen=shown)


def _dump(signalen: Sequence[Signaal]) -> str:
    return json.dumps([each.model_dump() for each in signalen])


def _load(text: str) -> tuple[Signaal, ...]:
    return tuple(Signaal.model_validate(each) for each in json.loads(text))
