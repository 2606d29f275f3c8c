"""Unpack RabbitMQ 4 on a machine whose own packages are older: a small Debian with that version, in a folder.

Use: ``unpack(root)`` or ``python -m schakel_local rabbit4 ROOT``, then ``RabbitMQ(folder, root=root)``. Needs root, 370 MB and
about a minute; a folder that has it already is left alone.
"""

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

from schakel_local.install import InstallError, install_packages, without_hosts
from schakel_local.rabbitmq import PROGRAMS

SUITE = "trixie"
MARK = "unpacked"  # a file that says debootstrap came to its end
LAST_LINES = 10


def unpack(root: Path, *, say: Callable[[str], None] = print) -> Path:
    """Give the folder with the unpacked system, filled when it was not. Raises InstallError."""
    program = Path(root, PROGRAMS.lstrip("/"), "rabbitmq-server")
    if (root / MARK).exists() and os.path.lexists(program):
        return root
    if os.geteuid() != 0:
        raise InstallError("RabbitMQ 4 uitpakken kan alleen root. / Only root can unpack RabbitMQ 4.")
    if shutil.which("debootstrap") is None:
        install_packages(["debootstrap"], say=say)
    root.mkdir(mode=0o755, parents=True, exist_ok=True)
    say(f"unpacking RabbitMQ 4 into {root} (about a minute) ...")
    command = ["debootstrap", "--variant=minbase", "--include=rabbitmq-server", SUITE, str(root)]
    done = subprocess.run(command, capture_output=True, text=True, errors="replace", check=False)  # noqa: S603 - our own command
    if done.returncode != 0 or not os.path.lexists(program):
        lines = (done.stdout + done.stderr).splitlines()[-LAST_LINES:]
        raise InstallError("debootstrap is mislukt. / debootstrap failed.\n" + without_hosts("\n".join(lines)))
    (root / MARK).touch()
    say("unpacked")
    return root
