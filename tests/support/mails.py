"""Changes of status with recipients, and notify in this process beside the mail sink.

>>> async with notify(sandbox, sink) as http:
...     await sandbox.publish(event := changed(to("ank@linde.example")))
...     await reached(sandbox, aangeboden=1)
"""

import base64
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any
from uuid import uuid4

import asyncpg
import httpx
from pydantic import SecretStr

from notify.main import make_service
from notify.settings import Settings
from schakel_local.smtpsink import SmtpSink
from shared import clock
from shared.contracts.workflow import Geadresseerde, StatusGewijzigd
from shared.envelope import Event
from shared.tokens import Actor
from support import warm
from support.sandbox import Sandbox, eventually, running

SWV = "PO2507"
SHORT_LEASE = 1.5
"""Seconds, where a process dies or freezes and another takes over."""
LINK_KEY = base64.b64encode(os.urandom(32)).decode()


def to(email: str, **own: Any) -> Geadresseerde:
    """A recipient."""
    return Geadresseerde(
        **{"doelgroep": "aanvrager", "naam": "Ank de Tester", "sjabloon": "status-gewijzigd", **own, "email": email}
    )


def changed(*mails: Geadresseerde, **own: Any) -> Event[StatusGewijzigd]:
    """A change of status that tells these recipients."""
    given: dict[str, Any] = {
        "swv": SWV,
        "hulpvraag": uuid4(),
        "dossiernummer": 100001,
        "aanvraagtype": "TLV",
        "wijziging": uuid4(),
        "versie": 2,
        "status": "TLV aanvraag incompleet",
        "vorige": "TLV aanvraag in behandeling",
        "reden": "Er ontbreekt een bijlage",
        "gewijzigd_op": clock.now(),
        "door": "administratie",
        "mails": mails,
    }
    data = StatusGewijzigd(**{**given, **own})
    return Event[StatusGewijzigd].about(data, subject=data.hulpvraag, sequence=data.versie)


def person(email: str = "ank@linde.example", **own: Any) -> Actor:
    """A teacher of a school, or whoever ``own`` says."""
    given = {"sub": uuid4(), "naam": "Ank", "organisatie": "99XA00", "soort": "school", "swv": SWV, "rollen": ("IB'er",)}
    return Actor(**{**given, "email": email, **own})


def settings(sandbox: Sandbox, sink: SmtpSink, **own: Any) -> Settings:
    """Settings of notify for this sink. With these times a machine that is busy is not taken for a server that is away."""
    given = {
        "smtp_host": sink.host,
        "smtp_port": sink.port,
        "smtp_user": sink.user,
        "smtp_password": sink.password,
        "smtp_ca_file": sink.authority,
        "smtp_timeout": 20.0,
        "smtp_data_timeout": 20.0,
        "smtp_probe_every": 1.0,
        "mail_lease": 20.0,
        "portal_url": "https://portaal.example",
        "link_key": LINK_KEY,
    }
    return sandbox.settings(Settings, "notify", **{**given, **own})


@asynccontextmanager
async def notify(sandbox: Sandbox, sink: SmtpSink, **own: Any) -> AsyncIterator[httpx.AsyncClient]:
    """Notify in this process, until the block ends."""
    async with running(make_service(settings(sandbox, sink, **own))) as http:
        yield http


@contextmanager
def process(sandbox: Sandbox, sink: SmtpSink, **env: str) -> Iterator[warm.Process]:
    """Notify as a process of its own, with this in its environment; killed when the block ends."""
    given = settings(sandbox, sink, mail_lease=SHORT_LEASE).model_dump(exclude_defaults=True)
    texts = {f"SCHAKEL_{name.upper()}": _text(value) for name, value in given.items()}
    command = [sys.executable, "-m", "notify", "serve"]
    started = warm.popen(command, env={**os.environ, **texts, "SCHAKEL_PORT": "0", **env}, stderr=2)
    try:
        yield started
    finally:
        started.send_signal(signal.SIGCONT)
        started.kill()
        started.wait()


def _text(value: Any) -> str:
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return json.dumps(value) if isinstance(value, tuple | dict) else str(value)


async def states(sandbox: Sandbox) -> dict[str, int]:
    """How many mails are in each state."""
    async with sandbox.connect() as connection:
        rows = await connection.fetch("SELECT staat, count(*) AS mails FROM notify.mail GROUP BY staat")
    return {row["staat"]: row["mails"] for row in rows}


async def attempts(sandbox: Sandbox) -> list[str]:
    """How every attempt ended, oldest first."""
    async with sandbox.connect() as connection:
        return [row["uitkomst"] for row in await connection.fetch("SELECT uitkomst FROM notify.poging ORDER BY op, id")]


async def rows(sandbox: Sandbox) -> list[asyncpg.Record]:
    """Every mail, in the order of planning."""
    async with sandbox.connect() as connection:
        return await connection.fetch("SELECT * FROM notify.mail ORDER BY gepland_op, id")


async def reached(sandbox: Sandbox, **expected: int) -> None:
    """Wait until as many mails as named are in each state, and no other."""
    try:
        await eventually(lambda: _equals(sandbox, expected), within=30)
    except AssertionError as error:
        msg = f"{await states(sandbox)} instead of {expected}"
        raise AssertionError(msg) from error


async def waiting(sandbox: Sandbox, count: int) -> None:
    """Wait until so many mails wait for a server that was found away, none of them in anyone's hands."""

    async def all_wait() -> bool:
        found = await states(sandbox)
        return sum(found.values()) == count and "uitgesteld" in found and set(found) <= {"gepland", "uitgesteld"}

    await eventually(all_wait, within=30)


async def _equals(sandbox: Sandbox, expected: dict[str, int]) -> bool:
    return await states(sandbox) == expected
