"""What a connector hears, one line each: for a person, or as JSON for a program."""

import asyncio
import json
import re
from contextlib import suppress
from pathlib import Path

import typer

from schakel import lvs_lines
from schakel.progress import Bars
from schakel_lvs import Connector, Received, Refused, Store
from schakel_lvs import berichten as contract


async def follow(lvs: Connector, store: Store, *, as_json: bool, brieven: Path | None, quiet: float | None) -> None:
    """Print what comes, and fetch the letters into ``brieven``; until nothing came for ``quiet`` seconds, or for ever."""
    for first, last in store.gaps():
        typer.echo(f"gemist    {first}–{last}: nooit hier aangekomen; vraag de status op", err=True)
    incoming = lvs.incoming()
    with suppress(TimeoutError):
        while True:
            async with asyncio.timeout(quiet):
                received = await anext(incoming)
            _print(received, as_json=as_json)
            if brieven is not None and isinstance(letter := received.content, contract.BriefBericht):
                await _fetch(lvs, letter, brieven)
    await incoming.aclose()


def _print(received: Received, *, as_json: bool) -> None:
    if received.missed:
        first, last = received.volgnummer - received.missed, received.volgnummer - 1
        typer.echo(f"gemist    {first}–{last}: nooit hier aangekomen; vraag de status op", err=True)
    if not as_json:
        lvs_lines.show(received.content or received)
        return
    about = {"volgnummer": received.volgnummer, "type": received.type, "betreft": received.betreft}
    typer.echo(json.dumps({**about, "bericht": json.loads(received.body)}, ensure_ascii=False))


async def _fetch(lvs: Connector, letter: contract.BriefBericht, folder: Path) -> None:
    """Fetch one letter. The name is the SWV's: as a name of a file, and with its number in front, it can overwrite no other.

    When the store is away this raises LvsError, and the next watch begins with this letter.
    """
    safe = re.sub(r"[^\w .()-]", "_", letter.naam)
    path = folder / f"{letter.dossiernummer} {letter.sha256[:8]} {safe}"
    try:
        with Bars() as bars:
            await lvs.letter(letter.dossiernummer, letter.sha256, path, progress=bars.move)
    except Refused as error:
        typer.echo(f"brief     {letter.dossiernummer}  niet opgehaald: {error}", err=True)
    else:
        typer.echo(f"opgehaald {path}", err=True)
