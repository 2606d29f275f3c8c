"""What a server keeps between two starts besides its data: its ports and its secrets.

Use: ``kept = Kept(folder / "kept.json")``, then ``kept.port("amqp")`` and ``kept.secret("password")``.
"""

import json
import os
import secrets
import threading
from collections.abc import Mapping
from pathlib import Path

from schakel_local.ports import claim, free_ports


def write_private(path: Path, content: Mapping[str, object]) -> None:
    """Write JSON that only we can read (0600); a reader sees the old file or the new one, never half of it."""
    draft = path.with_suffix(".draft")
    draft.unlink(missing_ok=True)
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        json.dump(content, file, indent=2, default=str)
    draft.replace(path)


class Kept:
    """Ports and secrets by name, made when first asked for and the same ever after."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._ports: dict[str, int] = {}
        self._secrets: dict[str, str] = {}
        if path.exists():
            known = json.loads(path.read_text(encoding="utf-8"))
            self._ports, self._secrets = known["ports"], known["secrets"]

    def port(self, name: str) -> int:
        """Give the port of this name; another one than last time when something else has taken that one since."""
        with self._lock:
            port = self._ports.get(name)
            if port is None or not claim(port):
                [port] = free_ports(1)
                self._ports[name] = port
                self._save()
            return port

    def secret(self, name: str) -> str:
        """Give the secret of this name: 32 random characters from A–Z, a–z, 0–9, - and _."""
        with self._lock:
            if name not in self._secrets:
                self._secrets[name] = secrets.token_urlsafe(24)
                self._save()
            return self._secrets[name]

    def _save(self) -> None:
        self._path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        write_private(self._path, {"ports": self._ports, "secrets": self._secrets})
