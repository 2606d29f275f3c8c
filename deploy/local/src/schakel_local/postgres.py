"""A private PostgreSQL: the newest one that Debian's packages put on this machine.

Use: ``postgres = Postgres(folder); postgres.start(); asyncpg.connect(postgres.superuser_dsn())``. Loopback only, SCRAM
passwords, and as durable as a real one: fsync is on.
"""

import signal
import socket
import struct
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote

from schakel_local.process import NotReadyError, Server, ServerError

SUPERUSER = "postgres"
SETTINGS = {
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "512MB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",  # a socket's path may have 107 characters, a folder's more
    "password_encryption": "scram-sha-256",
    "log_line_prefix": "%m [%p] %q%u@%d ",
}


def programs() -> Path:
    """Give the folder with the newest PostgreSQL's programs. Raises FileNotFoundError when there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[-3]))
    if not found:
        raise FileNotFoundError("PostgreSQL is not installed: run install.py")
    return found[-1].parent


class Postgres(Server):
    """A PostgreSQL cluster below ``folder``, empty at first: only the superuser and the database ``postgres``."""

    name = "postgres"
    stop_signal: ClassVar[signal.Signals] = signal.SIGINT  # fast: SIGTERM would wait for every client to leave

    @property
    def port(self) -> int:
        """The TCP port on 127.0.0.1."""
        return self.kept.port("postgres")

    def dsn(self, user: str, password: str, database: str) -> str:
        """Give the address for a role, for asyncpg and psql."""
        return f"postgresql://{quote(user, safe='')}:{quote(password, safe='')}@127.0.0.1:{self.port}/{quote(database)}"

    def superuser_dsn(self, database: str = "postgres") -> str:
        """Give the address for the superuser: for set-up only, never for a service."""
        return self.dsn(SUPERUSER, self.kept.secret("superuser"), database)

    def facts(self) -> Mapping[str, object]:
        """Give the address for the superuser."""
        return {"port": self.port, "superuser_dsn": self.superuser_dsn()}

    def prepare(self) -> None:
        """Make the cluster before the first start. Raises ServerError."""
        cluster = self._cluster
        if (cluster / "PG_VERSION").exists():
            if (made_by := (cluster / "PG_VERSION").read_text(encoding="ascii").strip()) != programs().parts[-2]:
                reason = f"the data is of PostgreSQL {made_by}, the programs are {programs().parts[-2]}: remove {cluster}"
                raise ServerError(self.name, "prepare", reason, self.log)
            return
        password = self.lay("superuser.password", self.kept.secret("superuser"), secret=True)
        options = [f"--username={SUPERUSER}", f"--pwfile={password}", "--auth=scram-sha-256"]
        locale = ["--encoding=UTF8", "--locale=C.UTF-8"]
        try:
            self.run([str(programs() / "initdb"), *options, *locale, "--pgdata", str(cluster)], step="initdb")
        finally:
            password.unlink()

    def command(self) -> Sequence[str]:
        """Give the server's command line, with every setting on it."""
        settings = [f"--{name}={value}" for name, value in SETTINGS.items()]
        return [str(programs() / "postgres"), "-D", str(self._cluster), "-p", str(self.port), *settings]

    def check(self) -> None:
        """Begin a session: a server that asks for the password accepts sessions."""
        fields = b"user\0" + SUPERUSER.encode() + b"\0database\0postgres\0\0"
        with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
            connection.sendall(struct.pack("!II", len(fields) + 8, 3 << 16) + fields)
            answer = connection.recv(64)
        if answer[:1] != b"R":  # 'R' asks for the password, 'E' is an error such as "the database system is starting up"
            raise NotReadyError(f"answered {answer!r} to a new session")

    @property
    def _cluster(self) -> Path:
        return self.data / "cluster"
