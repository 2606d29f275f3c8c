"""Who the servers run as, and where they may keep their data.

Started by root, every server drops to the user ``nobody`` for good; started by anyone else it runs as that user. Only
in a clone that ``nobody`` cannot enter (below a folder of mode 0700) a Python program keeps one capability, to read: without it
the interpreter could not find its own library. A native program needs none: setpriv opens it before root's rights are gone.
"""

import os
import pwd
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOMY = Path("/var/tmp")  # noqa: S108 - on disk, unlike /tmp on many machines; the folder inside gets a random name
READ_EVERYWHERE = tuple(f"--{kind}=-all,+dac_read_search" for kind in ("inh-caps", "ambient-caps", "bounding-set"))


class AccountError(Exception):
    """The unprivileged user cannot do what a server needs; the text names the path and the way out."""


@dataclass(frozen=True, slots=True)
class Account:
    """A user of this machine; ``drop`` is the start of a command line that becomes this user, for good."""

    uid: int
    gid: int
    drop: tuple[str, ...]


@cache
def account() -> Account:
    """Give the user the servers run as: ``nobody`` when root asks, else the user who asks."""
    if os.geteuid() != 0:
        return Account(os.geteuid(), os.getegid(), ("setpriv", "--no-new-privs"))
    entry = pwd.getpwnam("nobody")
    ids = (f"--reuid={entry.pw_uid}", f"--regid={entry.pw_gid}", "--clear-groups")
    return Account(entry.pw_uid, entry.pw_gid, ("setpriv", *ids, "--no-new-privs"))


def unprivileged_command(argv: Sequence[str], *, reads: Iterable[Path] = ()) -> list[str]:
    """Give the command line that runs ``argv`` as the servers' user and ends with the thread that starts it.

    ``reads``: what the program opens besides its own data. For this Python its library and import path are added.
    Start it with ``child.spawn``, whose thread lasts as long as the process. Raises AccountError when the user cannot
    read all of it, even with the capability.
    """
    paths = [*reads, *(_python_reads() if argv[0] == sys.executable else ())]
    capability = _capability(tuple(sorted({path for path in paths if path.exists()})))
    return [*account().drop, *capability, "--pdeathsig", "KILL", "--", *argv]


def hand_over(path: Path, mode: int = 0o700) -> Path:
    """Make ``path`` the servers' own and closed to others; a folder that is missing is made."""
    if not path.exists():
        path.mkdir(parents=True)
    path.chmod(mode)
    if os.geteuid() == 0:
        os.chown(path, account().uid, account().gid)
    return path


def open_folder(folder: Path) -> Path:
    """Give a folder for server data: ``folder`` itself, or one in /var/tmp when the servers' user cannot enter it.

    The choice is remembered in ``folder``, so the data is found again. The folder belongs to us; servers may only pass.
    """
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    if os.geteuid() != 0 or not _closed_to(account().drop, (folder,), "-x"):
        return folder
    pointer = folder / "data-folder"
    if pointer.exists() and _is_ours(known := Path(pointer.read_text(encoding="utf-8").strip())):
        return known
    fresh = temporary_folder()
    pointer.write_text(f"{fresh}\n", encoding="utf-8")
    return fresh


def temporary_folder(place: Path = ROOMY) -> Path:
    """Make a folder that servers can enter, under a name nobody can guess; the caller removes it."""
    fresh = Path(tempfile.mkdtemp(prefix="schakel-", dir=place))
    fresh.chmod(0o711)
    return fresh


def _is_ours(path: Path) -> bool:
    try:
        found = path.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid()


@cache
def _python_reads() -> tuple[Path, ...]:
    return tuple(Path(entry) for entry in (sys.prefix, sys.base_prefix, *sys.path) if entry)


@cache
def _capability(paths: tuple[Path, ...]) -> tuple[str, ...]:
    drop = account().drop
    if not paths or os.geteuid() != 0 or not _closed_to(drop, paths):
        return ()
    if closed := _closed_to((*drop, *READ_EVERYWHERE), paths):
        raise AccountError(
            f"the servers run as user nobody, who cannot read {closed[0]}, and this machine does not let us grant that. "
            "Open the folders above it (chmod o+x) and its files (chmod -R o+rX), or put the clone somewhere else."
        )
    return READ_EVERYWHERE


def _closed_to(drop: Sequence[str], paths: Sequence[Path], test: str = "-r") -> list[str]:
    """Give those of ``paths`` that a process started with ``drop`` cannot read; the kernel itself is asked."""
    script = f'for path; do test {test} "$path" || echo "$path"; done'
    command = [*drop, "--", "/bin/sh", "-c", script, "sh", *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - the command is our own
    return done.stdout.splitlines() if done.returncode == 0 else [str(path) for path in paths]
