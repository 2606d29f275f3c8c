"""Install the servers that Debian packages and this machine lacks.

Use: ``python3 deploy/local/src/schakel_local/install.py [--tests]`` or ``ensure_installed(tests=True)``. Runs before there is
a virtual environment, so it imports the standard library only. Needs root or a sudo that asks no password, but only when
something is missing. No package starts a service of its own; the stack starts private instances instead.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

POLICY = Path("/usr/sbin/policy-rc.d")
POLICY_TEXT = "#!/bin/sh\n# Placed for one installation by schakel_local; may be removed.\nexit 101\n"
VENV = "python3-venv"
APT_OPTIONS = ("-y", "-q", "--no-install-recommends", "-o", "DPkg::Lock::Timeout=300")

# Debian package: (a pattern for the program we run, needed by the tests only, the service it would start at boot)
PACKAGES: dict[str, tuple[str, bool, str | None]] = {
    # Without it Debian's Python makes no virtual environment; another Python brings its own.
    VENV: (f"/usr/lib/python{sys.version_info.major}.{sys.version_info.minor}/ensurepip/__init__.py", False, None),
    "postgresql": ("/usr/lib/postgresql/*/bin/postgres", False, "postgresql"),
    "rabbitmq-server": ("/usr/lib/rabbitmq/bin/rabbitmq-server", False, "rabbitmq-server"),
    "clamav-daemon": ("/usr/sbin/clamd", False, "clamav-daemon"),
    "chromium": ("/usr/bin/chromium", True, None),
    "graphviz": ("/usr/bin/dot", True, None),
}

Say = Callable[[str], None]


class InstallError(Exception):
    """The packages could not be installed; the text says what to do, in Dutch and in English."""


def missing(*, tests: bool = False, root: Path = Path("/")) -> list[str]:
    """Give the Debian packages whose program is not on this machine."""
    return [
        package
        for package, (pattern, for_tests, _) in PACKAGES.items()
        if (tests or not for_tests)
        and not (package == VENV and sys.base_prefix != "/usr")
        and not any(root.glob(pattern.lstrip("/")))
    ]


def ensure_installed(*, tests: bool = False, say: Say = print) -> list[str]:
    """Install what is missing and give the packages that were installed (often none).

    Raises InstallError when neither root nor sudo is there, or when apt fails.
    """
    packages = missing(tests=tests)
    if not packages:
        return []
    prefix = _as_root(packages)
    started = time.monotonic()
    say(f"installing {', '.join(packages)} ...")
    with _no_services(prefix):
        # An update that fails for one list of many must not stop an installation that the other lists can do.
        _run([*prefix, "apt-get", "update", "-q"], check=False)
        environment = "DEBIAN_FRONTEND=noninteractive"
        _run([*prefix, "env", environment, "apt-get", "install", *APT_OPTIONS, *packages], check=True)
        _leave_off_at_boot(prefix, packages)
    if left := [package for package in packages if package in missing(tests=tests)]:
        raise InstallError(
            f"Geïnstalleerd, maar het programma ontbreekt nog: {', '.join(left)}.\n"
            f"Installed, but the program is still missing: {', '.join(left)}."
        )
    say(f"installed {', '.join(packages)} in {time.monotonic() - started:.0f} s")
    return packages


def install_packages(packages: Sequence[str], *, say: Say = print) -> None:
    """Install these Debian packages by name, without services. Raises InstallError."""
    prefix = _as_root(packages)
    say(f"installing {', '.join(packages)} ...")
    with _no_services(prefix):
        _run([*prefix, "apt-get", "update", "-q"], check=False)
        _run([*prefix, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "install", *APT_OPTIONS, *packages], check=True)


def without_hosts(text: str) -> str:
    """Blank out addresses, host names and IP numbers, so that no mirror of this machine ends up in a log."""
    text = re.sub(r"\b[a-z][a-z+]*://\S+", "<source>", text)
    text = re.sub(r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d+)?\b", "<address>", text)
    return re.sub(r"\b(?:[a-z0-9-]+\.)+(?:com|dev|eu|io|net|nl|org)\b(?::\d+)?", "<host>", text, flags=re.IGNORECASE)


def _as_root(packages: Sequence[str]) -> list[str]:
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo") and _run(["sudo", "-n", "true"], check=False) == 0:
        return ["sudo", "-n"]
    names = " ".join(packages)
    raise InstallError(
        f"Deze pakketten ontbreken: {names}. Zonder root en zonder sudo kan dit niet vanzelf. Voer als beheerder uit:\n"
        f"These packages are missing: {names}. Neither root nor sudo is available. As an administrator, run:\n"
        f"    apt-get install --no-install-recommends {names}"
    )


def _run(command: Sequence[str], *, check: bool) -> int:
    done = subprocess.run(  # noqa: S603 - the commands are our own
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False
    )
    if check and done.returncode != 0:
        lines = [line for line in (done.stdout + done.stderr).splitlines() if re.match(r"(E|Err|W|dpkg)\b", line)]
        raise InstallError(
            "apt-get is mislukt. / apt-get failed.\n" + without_hosts("\n".join(f"    {line}" for line in lines[-12:]))
        )
    return done.returncode


@contextmanager
def _no_services(prefix: Sequence[str]) -> Iterator[None]:
    """Keep Debian's install scripts from starting services; a policy that is there already stays as it is."""
    if POLICY.exists() and POLICY.read_text(encoding="utf-8", errors="replace") != POLICY_TEXT:
        yield
        return
    with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".policy") as draft:
        draft.write(POLICY_TEXT)
        draft.flush()
        _run([*prefix, "install", "-m", "755", draft.name, str(POLICY)], check=True)
    try:
        yield
    finally:
        _run([*prefix, "rm", "-f", str(POLICY)], check=False)


def _leave_off_at_boot(prefix: Sequence[str], packages: Sequence[str]) -> None:
    """On a machine with systemd the packages' own services would come up at the next boot, on the default ports."""
    services = [service for package in packages if (service := PACKAGES[package][2])]
    if services and shutil.which("systemctl"):
        _run([*prefix, "systemctl", "disable", *services], check=False)


def main() -> int:
    """Install from the command line; the exit status is 0 when everything is there."""
    parser = argparse.ArgumentParser(description="Install the servers that Schakel needs on this machine.")
    parser.add_argument("--tests", action="store_true", help="also what the browser tests need")
    try:
        ensure_installed(tests=parser.parse_args().tests, say=partial(print, flush=True))
    except InstallError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
