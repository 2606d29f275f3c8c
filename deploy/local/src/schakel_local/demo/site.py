"""Where the demo runs, and what it must remember between two runs: log-ins, sent messages, uploaded files."""

import json
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import pyotp

from schakel_local import state
from schakel_local.kept import Kept, write_private
from shared import clock

_NAMESPACE = UUID("0e0f7a5c-5a0e-5c55-9e5f-6f0d3c1f9a11")


class Site:
    """The running stack in ``folder``, seen from outside: addresses from its state, secrets from its data folder."""

    def __init__(self, folder: Path) -> None:
        found = state.read(folder)
        if found is None:
            msg = f"nothing runs in {folder}"
            raise LookupError(msg)
        self.folder = folder
        self.parts: dict[str, dict[str, Any]] = found["parts"]
        self.data = Path(found["data"])
        self.kept = Kept(self.data / "kept.json")
        self.keys: dict[str, str] = json.loads((self.data / "keys.json").read_text(encoding="utf-8"))
        self._file = self.data / "demo.json"
        known = json.loads(self._file.read_text(encoding="utf-8")) if self._file.exists() else {}
        self.memory: dict[str, Any] = {
            "begonnen": clock.today().isoformat(),
            "totp": {},
            "sessies": {},
            "geplaatst": [],
            **known,
        }
        environment = (folder / "schakel.env").read_text(encoding="utf-8").splitlines()
        self.environment = dict(line.split("=", 1) for line in environment)

    def remember(self) -> None:
        """Write down what must survive."""
        write_private(self._file, self.memory)

    def url(self, part: str) -> str:
        """The root address of a part."""
        return str(self.parts[part]["url"]).rstrip("/")

    @property
    def begun(self) -> date:
        """The day of the first run: what was sent then is sent again, to the letter."""
        return date.fromisoformat(self.memory["begonnen"])

    def id_of(self, message: str) -> UUID:
        """The id of a message of the story: the same in every run on this data."""
        return uuid5(_NAMESPACE, f"{self.kept.secret('demo')}/{message}")

    def password(self, gebruikersnaam: str) -> str:
        """This person's password: random, and the same as long as the data lives."""
        return self.kept.secret(f"demo password {gebruikersnaam}")

    def totp(self, gebruikersnaam: str) -> str:
        """This person's TOTP secret (base32)."""
        secret: str = self.memory["totp"].setdefault(gebruikersnaam, pyotp.random_base32())
        return secret
