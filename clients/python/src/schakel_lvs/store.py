"""What a connector must not forget: what it sent until it is answered, and what came in until somebody took it.

>>> store = Store("schakel.sqlite")            # a file of one connector; more processes may share it
>>> sent = store.keep("HV-2026-0412", command)  # the same key again: the same message
>>> store.gaps()                               # numbers that never arrived here
[(12, 14)]

Everything is on the disk when a method returns. The file holds personal data and is readable for its owner only.
"""

import hashlib
import os
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from schakel_lvs.base import Command
from schakel_lvs.errors import OtherContent
from schakel_lvs.messages import Received, Sent, message

_SCHEMA = """
CREATE TABLE IF NOT EXISTS verzonden (
    sleutel TEXT PRIMARY KEY, bron TEXT NOT NULL, id TEXT NOT NULL UNIQUE, type TEXT NOT NULL, body BLOB NOT NULL,
    antwoord_type TEXT, antwoord BLOB, antwoord_id TEXT, antwoord_volgnummer INTEGER);
CREATE TABLE IF NOT EXISTS ontvangen (
    volgnummer INTEGER PRIMARY KEY, id TEXT NOT NULL, type TEXT NOT NULL, betreft TEXT, body BLOB NOT NULL,
    gemist INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS stand (een INTEGER PRIMARY KEY CHECK (een = 1), volgnummer INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS gat (van INTEGER PRIMARY KEY, tot INTEGER NOT NULL);
INSERT OR IGNORE INTO stand VALUES (1, 0);
"""
_KEPT = "SELECT id, type, body, bron FROM verzonden WHERE sleutel = ?"
_KEEP = "INSERT INTO verzonden (sleutel, bron, id, type, body) VALUES (?, ?, ?, ?, ?)"
_FORGET = "DELETE FROM verzonden WHERE sleutel = ?"
_UNANSWERED = "SELECT id, type, body FROM verzonden WHERE antwoord IS NULL ORDER BY rowid"
_ANSWER = """
SELECT antwoord_volgnummer, antwoord_id, antwoord_type, id, antwoord FROM verzonden WHERE id = ? AND antwoord IS NOT NULL
"""
_ANSWERED = "UPDATE verzonden SET antwoord_type = ?, antwoord = ?, antwoord_id = ?, antwoord_volgnummer = ? WHERE id = ?"
_LAST = "SELECT volgnummer FROM stand"
_MOVE = "UPDATE stand SET volgnummer = ?"
_GAP = "SELECT van, tot FROM gat WHERE van <= ? AND tot >= ?"
_GAPS = "SELECT van, tot FROM gat ORDER BY van"
_CLOSE_GAP = "DELETE FROM gat WHERE van = ?"
_OPEN_GAP = "INSERT INTO gat (van, tot) VALUES (?, ?)"
_RECEIVE = "INSERT INTO ontvangen (volgnummer, id, type, betreft, body, gemist) VALUES (?, ?, ?, ?, ?, ?)"
_NEXT = "SELECT volgnummer, id, type, betreft, body, gemist FROM ontvangen ORDER BY volgnummer LIMIT 1"
_TAKEN = "DELETE FROM ontvangen WHERE volgnummer = ?"


@dataclass(frozen=True, slots=True)
class Kept:
    """A command that was kept, and what it was made of."""

    sent: Sent
    made_of: str


class Store:
    """One SQLite file. ``":memory:"`` is for tests: it forgets, and what came in is lost with it."""

    def __init__(self, path: str | Path) -> None:
        if str(path) != ":memory:":
            os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._db = sqlite3.connect(path, timeout=30, isolation_level=None, check_same_thread=False)
        self._lock = threading.Lock()
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Let go of the file, once nobody is at work in it: closed under another thread, SQLite brings the process down."""
        with self._lock:
            self._db.close()

    def keep(self, key: str, command: Command | Sent, *, made_of: str | None = None) -> Sent:
        """Keep a command before it is sent, under a key of your own; return what must be sent.

        The same key again gives what was kept the first time, id included. Raises OtherContent when ``made_of`` (the command
        itself, unless you say otherwise) differs from then: a change of a hulpvraag is another deed, with another key.
        """
        fresh = command if isinstance(command, Sent) else message(command)
        source = made_of if made_of is not None else hashlib.sha256(fresh.type.encode() + fresh.body).hexdigest()
        with self._at_work() as db:
            row = db.execute(_KEPT, (key,)).fetchone()
            if row is None:
                db.execute(_KEEP, (key, source, str(fresh.id), fresh.type, fresh.body))
                return fresh
        if row[3] != source:
            raise OtherContent(f"onder de sleutel {key} is eerder iets anders bewaard; er is nu niets verzonden")
        return _sent(row)

    def kept(self, key: str) -> Kept | None:
        """Return what was kept under this key."""
        with self._at_work() as db:
            row = db.execute(_KEPT, (key,)).fetchone()
        return None if row is None else Kept(_sent(row), row[3])

    def forget(self, key: str) -> None:
        """Remove what was kept under this key: what is sent under it next is another message."""
        with self._at_work() as db:
            db.execute(_FORGET, (key,))

    def unanswered(self) -> list[Sent]:
        """Return what was kept and has no answer, the oldest first."""
        with self._at_work() as db:
            return [_sent(row) for row in db.execute(_UNANSWERED)]

    def answer(self, sent: UUID) -> Received | None:
        """Return the answer to a command that was kept."""
        with self._at_work() as db:
            row = db.execute(_ANSWER, (str(sent),)).fetchone()
        return None if row is None else Received(*row)

    def receive(self, arrived: Sequence[Received]) -> list[Received]:
        """Write down what came in, and answers with what they answer; return what is new. A copy is dropped by its number."""
        with self._at_work() as db:
            return [received for received in arrived if _receive(db, received)]

    def next(self) -> Received | None:
        """Return the first that nobody took yet, in order of number."""
        with self._at_work() as db:
            row = db.execute(_NEXT).fetchone()
        return None if row is None else Received(*row)

    def taken(self, volgnummer: int) -> None:
        """Somebody has it: forget what it said."""
        with self._at_work() as db:
            db.execute(_TAKEN, (volgnummer,))

    def gaps(self) -> list[tuple[int, int]]:
        """Return the numbers, from and up to, that never arrived here; what comes late closes its gap."""
        with self._at_work() as db:
            return list(db.execute(_GAPS))

    @contextmanager
    def _at_work(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield self._db
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")


def _receive(db: sqlite3.Connection, received: Received) -> bool:
    number = received.volgnummer
    last: int = db.execute(_LAST).fetchone()[0]
    missed = max(0, number - last - 1)
    if number > last:
        db.execute(_MOVE, (number,))
        if missed:
            db.execute(_OPEN_GAP, (last + 1, number - 1))
    elif gap := db.execute(_GAP, (number, number)).fetchone():
        db.execute(_CLOSE_GAP, (gap[0],))
        sides = ((gap[0], number - 1), (number + 1, gap[1]))
        db.executemany(_OPEN_GAP, [side for side in sides if side[0] <= side[1]])
    else:
        return False
    db.execute(_RECEIVE, (number, received.id, received.type, received.betreft, received.body, missed))
    if received.betreft:
        db.execute(_ANSWERED, (received.type, received.body, received.id, number, received.betreft))
    return True


def _sent(row: tuple[str, str, bytes]) -> Sent:
    return Sent(UUID(row[0]), row[1], row[2])
