"""``schakel lvs send|status|watch``: be a connector for a moment, with the package that builders use (clients/python).

>>> schakel lvs send hulpvraag.json --bijlage opp.pdf
aanvaard  dossiernummer 100001
>>> schakel lvs send hulpvraag.json --oso-dossier dossier.xml
aanvaard  dossiernummer 100002
let op    contactpersoon.telefoon  [mobiel-nummer]  Dit lijkt een mobiel nummer. …
>>> schakel lvs send hulpvraag.json          # the same message again: the same answer
>>> schakel lvs watch --brieven brieven/     # everything that comes, from where the last watch stopped
status    100001  TLV afgegeven

What was sent and what came in stands in a file in the folder ``SCHAKEL_LVS_STORE``. A command that was changed since it was
sent is sent with ``--new`` only, as a new message.
"""

import asyncio
import hashlib
import json
import sqlite3
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, closing
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from schakel import config, lvs_lines, lvs_watch
from schakel.progress import Bars
from schakel_lvs import Connector, LvsError, OtherContent, Refused, Sent, Store, message
from schakel_lvs import berichten as contract
from schakel_lvs.files import Soort
from shared import clock
from shared.problem import faults_of

Along = Mapping[Soort, list[Path]]
"""The files that go along with a command, by what they are."""
app = typer.Typer(no_args_is_help=True, help="A reference connector.")


@app.command()
def send(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="the command, as JSON")],
    *,
    bijlage: Annotated[list[Path] | None, typer.Option(exists=True, dir_okay=False, help="a file to go along")] = None,
    oso_dossier: Annotated[Path | None, typer.Option(exists=True, dir_okay=False, help="the OSO dossier to go along")] = None,
    raw: Annotated[bool, typer.Option(help="send the file as it is, also when it is wrong")] = False,
    new: Annotated[bool, typer.Option(help="a new message, whatever was sent of this file before")] = False,
) -> None:
    """Send a hulpvraag, or files for one (a file with a dossiernummer and the swv); print the answer and what it warns of."""
    along: Along = {"bijlage": bijlage or [], "oso-dossier": [oso_dossier] if oso_dossier else []}
    if raw and any(along.values()):
        raise config.fail("--raw stuurt het bestand zoals het is; laat --bijlage en --oso-dossier weg")
    try:
        answer = asyncio.run(_send(file, along, raw=raw, new=new))
    except OtherContent:
        raise config.fail(
            "dit bestand of wat ermee meegaat is gewijzigd sinds het is verzonden, er is nu niets verzonden; "
            "neem --new om het als nieuw bericht te versturen"
        ) from None
    except Refused as error:
        raise config.fail(f"geen plaats voor de bestanden: {error}") from None
    except LvsError as error:
        raise config.fail(str(error)) from None
    match answer:
        case contract.Aanvaard():
            typer.echo(f"aanvaard  dossiernummer {answer.dossiernummer}")
            for line in lvs_lines.warned(answer.waarschuwingen):
                typer.echo(line)
        case contract.Geweigerd():
            for fault in answer.fouten:
                typer.echo(f"geweigerd  {fault.field}  [{fault.rule}]  {fault.message}")
            raise typer.Exit(1)
        case _:
            typer.echo(answer.model_dump_json(by_alias=True, indent=2))


@app.command()
def status(dossiernummers: Annotated[list[int], typer.Argument(help="which hulpvragen")]) -> None:
    """Ask how hulpvragen stand, and print one line each."""
    try:
        code = asyncio.run(_status(dossiernummers))
    except ValidationError:
        raise config.fail("noem een tot honderd dossiernummers; een dossiernummer is groter dan 0") from None
    except LvsError as error:
        raise config.fail(str(error)) from None
    raise typer.Exit(code)


async def _status(dossiernummers: list[int]) -> int:
    async with opened() as (lvs, _):
        answer = await lvs.ask(message(contract.StatusOpvragen(dossiernummers=tuple(dossiernummers))))
    lvs_lines.show(answer)
    return int(not isinstance(answer, contract.Statussen) or bool(answer.onbekend))


@app.command()
def watch(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="a JSON object a line")] = False,
    brieven: Annotated[Path | None, typer.Option(exists=True, file_okay=False, help="fetch letters into this folder")] = None,
    quiet: Annotated[float | None, typer.Option(min=0.1, help="stop when nothing came for so many seconds")] = None,
) -> None:
    """Follow everything that comes, one line each; begins with what came since the last time, and names what was missed."""
    try:
        asyncio.run(_watch(as_json=as_json, brieven=brieven, quiet=quiet))
    except LvsError as error:
        raise config.fail(str(error)) from None
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


async def _watch(*, as_json: bool, brieven: Path | None, quiet: float | None) -> None:
    async with opened() as (lvs, store):
        await lvs_watch.follow(lvs, store, as_json=as_json, brieven=brieven, quiet=quiet)


async def _send(file: Path, along: Along, *, raw: bool, new: bool) -> contract.Antwoord:
    key = str(await asyncio.to_thread(file.resolve))
    text = await asyncio.to_thread(file.read_text, encoding="utf-8", errors="surrogateescape")
    source = await asyncio.to_thread(_source, text, along)
    async with opened() as (lvs, store):
        if not new and (kept := store.kept(key)) is not None:
            was = json.loads(kept.made_of)
            if source["bestand"] != was["bestand"] or any(source[soort] not in ({}, was.get(soort)) for soort in along):
                raise OtherContent
            typer.echo("hetzelfde bericht als eerder, opnieuw", err=True)
            return await lvs.ask(kept.sent)
        sent = (
            Sent(clock.new_id(), _kind(text).TYPE, text.encode(errors="surrogateescape"))
            if raw
            else message(await _command(lvs, text, along))
        )
        store.forget(key)
        return await lvs.ask(store.keep(key, sent, made_of=json.dumps(source)))


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[Connector, Store]]:
    """Connect as the connector of this environment, with its store."""
    url, connector = config.value("SCHAKEL_LVS_AMQP_URL"), config.value("SCHAKEL_LVS_CONNECTOR")
    path = Path(config.find("SCHAKEL_LVS_STORE") or typer.get_app_dir("schakel")) / f"lvs-{connector}.sqlite"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        store = Store(path)
    except (OSError, sqlite3.Error) as error:
        raise config.fail(f"{path} kan niet worden geopend ({error}); noem een andere map in SCHAKEL_LVS_STORE") from None
    with closing(store):
        async with Connector.open(url, connector, store) as lvs:
            yield lvs, store


def _source(text: str, along: Along) -> dict[str, Any]:
    """What a message was made of, to know it again."""
    digest = hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()
    return {"bestand": digest, **{soort: {path.name: _digest(path) for path in paths} for soort, paths in along.items()}}


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _kind(text: str) -> type[contract.BijlagenToevoegen | contract.HulpvraagIndienen]:
    return contract.BijlagenToevoegen if '"dossiernummer"' in text else contract.HulpvraagIndienen


async def _command(lvs: Connector, text: str, along: Along) -> contract.BijlagenToevoegen | contract.HulpvraagIndienen:
    """Check the command as an LVS would, upload the files, and name their slots in it."""
    try:
        document = json.loads(text)
    except ValueError:
        raise config.fail("dit bestand is geen JSON; stuur het met --raw als u het antwoord wilt zien") from None
    if not isinstance(document, dict):
        raise config.fail("dit bestand is geen JSON-object")
    kind = _kind(text)
    try:
        if any(along.values()):
            # a dossiernummer says which SWV it is, but places are asked of a SWV by name: in such a file it does not go along
            swv = str(document.pop("swv", "") if kind is contract.BijlagenToevoegen else document.get("swv"))
            with Bars() as bars:
                if along["bijlage"]:
                    document["uploadslots"] = await lvs.place(swv, along["bijlage"], progress=bars.move)
                if along["oso-dossier"]:
                    (document["osoDossier"],) = await lvs.place(
                        swv, along["oso-dossier"], soort="oso-dossier", progress=bars.move
                    )
        return kind.model_validate(document)
    except ValidationError as error:
        faults = faults_of(list(error.errors()))
        raise config.fail("\n".join(f"{fault.field}  [{fault.rule}]  {fault.message}" for fault in faults)) from None
