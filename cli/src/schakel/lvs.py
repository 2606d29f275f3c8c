"""``schakel lvs send``: be a connector for a moment.

>>> schakel lvs send hulpvraag.json --bijlage opp.pdf
aanvaard  dossiernummer 100001
>>> schakel lvs send hulpvraag.json          # the same message again: the same answer

What was sent stands in ``hulpvraag.json.verzonden`` and is sent again as it is. A file that was changed since is not sent: take
the ``.verzonden`` away to send it as a new message.
"""

import asyncio
import hashlib
import json
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer
from pydantic import ValidationError

from schakel import config
from schakel.connector import Answer, Connector, Sent, announce, message, upload
from shared import clock
from shared.contracts import connector as contract
from shared.errors import SchakelError
from shared.problem import faults_of

app = typer.Typer(no_args_is_help=True, help="A reference connector.")


@app.callback()
def _group() -> None:
    """Keep ``send`` a command of its own, for others to come beside it."""


@app.command()
def send(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="the command, as JSON")],
    *,
    bijlage: Annotated[list[Path] | None, typer.Option(exists=True, dir_okay=False, help="a file to go along")] = None,
    raw: Annotated[bool, typer.Option(help="send the file as it is, also when it is wrong")] = False,
) -> None:
    """Send a hulpvraag, or bijlagen for one (a file with a dossiernummer and the swv), and print the answer."""
    if raw and bijlage:
        raise config.fail("--raw stuurt het bestand zoals het is; laat --bijlage weg")
    try:
        answer = asyncio.run(_send(file, bijlage or [], raw=raw))
    except SchakelError as error:
        raise config.fail(error.detail) from None
    match answer:
        case contract.Aanvaard():
            typer.echo(f"aanvaard  dossiernummer {answer.dossiernummer}")
        case contract.Geweigerd():
            for fault in answer.fouten:
                typer.echo(f"geweigerd  {fault.field}  [{fault.rule}]  {fault.message}")
            raise typer.Exit(1)
        case contract.Uploadslots() | contract.Statussen() | contract.KoppelingAntwoord():
            typer.echo(answer.model_dump_json(by_alias=True, indent=2))


async def _send(file: Path, bijlagen: list[Path], *, raw: bool) -> Answer:
    kept = file.with_name(file.name + ".verzonden")
    text = await asyncio.to_thread(file.read_text, encoding="utf-8", errors="surrogateescape")
    connector = config.value("SCHAKEL_LVS_CONNECTOR")
    source = await asyncio.to_thread(_source, text, bijlagen)
    again = await asyncio.to_thread(_read, kept, source) if await asyncio.to_thread(kept.exists) else None
    async with Connector.open(config.value("SCHAKEL_LVS_AMQP_URL"), connector) as lvs:
        if again is not None:
            typer.echo(f"hetzelfde bericht als in {kept.name}, opnieuw", err=True)
            return await lvs.ask(again)
        sent = (
            Sent(clock.new_id(), _kind(text), text.encode(errors="surrogateescape"))
            if raw
            else message(await _command(lvs, text, bijlagen))
        )
        await asyncio.to_thread(_keep, kept, sent, source)
        return await lvs.ask(sent)


def _source(text: str, bijlagen: list[Path]) -> dict[str, Any]:
    """What a message was made of, to know it again."""
    digest = hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()
    return {"bestand": digest, "bijlagen": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in bijlagen}}


def _keep(kept: Path, sent: Sent, source: dict[str, Any]) -> None:
    stored = {"id": str(sent.id), "type": sent.type, "body": sent.body.hex(), "bron": source}
    kept.write_text(json.dumps(stored), encoding="utf-8")


def _read(kept: Path, source: dict[str, Any]) -> Sent:
    """Take up what was sent. Fails for a file or bijlagen changed since: that would be another message under the same name."""
    stored = json.loads(kept.read_text(encoding="utf-8"))
    was = stored["bron"]
    if source["bestand"] != was["bestand"] or source["bijlagen"] not in ({}, was["bijlagen"]):
        raise config.fail(
            f"dit bestand of een bijlage is gewijzigd sinds het is verzonden, er is nu niets verzonden; haal {kept.name} weg "
            "om het als nieuw bericht te versturen"
        )
    return Sent(UUID(stored["id"]), stored["type"], bytes.fromhex(stored["body"]))


def _kind(text: str) -> str:
    return (contract.BijlagenToevoegen if '"dossiernummer"' in text else contract.HulpvraagIndienen).TYPE


async def _command(lvs: Connector, text: str, bijlagen: list[Path]) -> contract.Public:
    """Check the command as an LVS would, upload the files, and name their slots in it."""
    try:
        document = json.loads(text)
    except ValueError:
        raise config.fail("dit bestand is geen JSON; stuur het met --raw als u het antwoord wilt zien") from None
    if not isinstance(document, dict):
        raise config.fail("dit bestand is geen JSON-object")
    kind = contract.COMMANDS[_kind(text)]
    try:
        if bijlagen:
            # a dossiernummer says which SWV it is, but places are asked of a SWV by name: in such a file it does not go along
            swv = document.pop("swv", None) if kind is contract.BijlagenToevoegen else document.get("swv")
            document["uploadslots"] = await _placed(lvs, swv, bijlagen)
        return kind.model_validate(document)
    except ValidationError as error:
        faults = faults_of(list(error.errors()))
        raise config.fail("\n".join(f"{fault.field}  [{fault.rule}]  {fault.message}" for fault in faults)) from None


async def _placed(lvs: Connector, swv: object, bijlagen: list[Path]) -> list[str]:
    """Upload the files. Raises ValidationError for one that is too large or empty, or a SWV that is none."""
    files = tuple(map(announce, bijlagen))
    answer = await lvs.ask(message(contract.UploadslotsAanvragen.model_validate({"swv": swv, "bestanden": files})))
    if not isinstance(answer, contract.Uploadslots):
        raise config.fail("geen plaats voor de bijlagen: " + "; ".join(f.message for f in getattr(answer, "fouten", ())))
    for slot, path in zip(answer.uploadslots, bijlagen, strict=True):
        await upload(slot, path)
    return [str(slot.uploadslot) for slot in answer.uploadslots]
