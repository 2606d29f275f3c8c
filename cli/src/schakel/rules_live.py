"""``schakel rules publish | diff | migrate``: rule sets and running hulpvragen in workflow's database."""

import asyncio
from collections.abc import Mapping
from typing import Annotated
from uuid import UUID

import typer

from schakel import config
from schakel.dead import opened
from shared import envelope
from shared.errors import SchakelError
from workflow.domain.vergelijking import differences
from workflow.domain.verloop import Regels
from workflow.registry import RuleSets
from workflow.rulefile import BrokenRuleSet, load
from workflow.store import regelset
from workflow.usecases import migrate as migration
from workflow.usecases.publish import publish as publish_version

By = Annotated[str, typer.Option("--by", help="your name; it stands in the audit log")]
File = Annotated[typer.FileText, typer.Argument(encoding="utf-8", help="a rule set file (YAML); - is stdin")]


def publish(file: File, *, by: By) -> None:
    """Publish a rule set: new hulpvragen get it within seconds, running ones stay on theirs.

    A broken file, a version that stands already with other content, and one older than the newest are refused: nothing changes.
    """
    regels, text = _checked(file)
    typer.echo(asyncio.run(_publish(regels, text, by)))


async def _publish(regels: Regels, text: str, by: str) -> str:
    envelope.configure_source("workflow")
    async with opened("workflow") as database:
        try:
            async with database.transaction() as tx:
                new = await publish_version(tx, regels.ruleset, text, by=f"operator:{by}")
        except SchakelError as error:
            raise config.fail(str(error)) from None
    return f"{regels.swv} versie {regels.versie} {'is gepubliceerd' if new else 'stond er al'}"


def diff(file: File) -> None:
    """Show what publishing a file would change, and change nothing.

    First each rule that goes (-) or comes (+), against the newest published version; then the running hulpvragen on another
    version, by aanvraagtype and status, with where each group would land if it were migrated.
    """
    regels, _ = _checked(file)
    for line in asyncio.run(_diff(regels)):
        typer.echo(line)


async def _diff(regels: Regels) -> list[str]:
    async with opened("workflow") as database:
        newest = dict(await regelset.newest(database.pool)).get(regels.swv)
        old = await RuleSets([]).pinned(database.pool, regels.swv, newest) if newest is not None else None
        groups = migration.preview(await regelset.running(database.pool, regels.swv), regels, {}, mails=False)
    head = f"{regels.swv}: versie {newest or '-'} → {regels.versie}"
    return [head, *differences(old, regels), *_lines(groups)]


def migrate(
    swv: Annotated[str, typer.Argument(help="number of the SWV, such as PO2507")],
    *,
    to: Annotated[int | None, typer.Option("--to", help="a published version; without it the newest")] = None,
    rename: Annotated[
        list[str] | None, typer.Option("--map", help="OLD=NEW: a status or title and its name there; may be repeated")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what would happen, change nothing")] = False,
    apply: Annotated[bool, typer.Option("--apply", help="do it; prints the number for --undo")] = False,
    undo: Annotated[
        UUID | None, typer.Option("--undo", help="number of a migration: put back what has not gone on since")
    ] = None,
    mail: Annotated[bool, typer.Option("--mail", help="also send the mails of each status that changes")] = False,
    by: By = "",
) -> None:
    """Move running hulpvragen to a published version of the rules, or put them back.

    Look with --dry-run, do it with --apply, take it back with --undo. What has no place in that version stays where it is; give
    its status or title another name with --map. Nothing is mailed without --mail. Broken off, the same command goes on.
    """
    if sum((dry_run, apply, undo is not None)) != 1:
        raise config.fail("kies één van --dry-run, --apply en --undo")
    if not dry_run and not by:
        raise config.fail("zeg met --by wie dit doet")
    mapping = dict(_pair(one) for one in rename or ())
    envelope.configure_source("workflow")
    try:
        lines = asyncio.run(_migrate(swv, to, mapping, by=by, mail=mail, apply=apply, undo=undo))
    except SchakelError as error:
        raise config.fail(str(error) or type(error).title) from None
    for line in lines:
        typer.echo(line)


async def _migrate(
    swv: str, to: int | None, mapping: Mapping[str, str], *, by: str, mail: bool, apply: bool, undo: UUID | None
) -> list[str]:
    rulesets = RuleSets([])
    async with opened("workflow") as database:
        if undo is not None:
            done = await migration.undo(database, rulesets, undo, by=f"operator:{by}")
            return [f"{done.gewijzigd} teruggezet, {done.gebleven} gebleven omdat er daarna iets mee gebeurde"]
        versie = to or dict(await regelset.newest(database.pool)).get(swv)
        if versie is None:
            raise config.fail(f"van {swv} is niets gepubliceerd")
        if apply:
            done = await migration.apply(database, rulesets, swv, versie, mapping, by=f"operator:{by}", mails=mail)
            undone = f"ongedaan maken: schakel rules migrate {swv} --undo {done.migratie} --by …"
            return [f"{done.gewijzigd} naar versie {versie}, {done.gebleven} zonder plaats gebleven", undone]
        regels = await rulesets.pinned(database.pool, swv, versie)
        return _lines(migration.preview(await regelset.running(database.pool, swv), regels, mapping, mails=mail))


def _lines(groups: list[migration.Groep]) -> list[str]:
    if not groups:
        return ["geen lopende hulpvragen op een andere versie"]
    lines = []
    for group in groups:
        place = f"{group.aanvraagtype or 'ongesorteerd'}: {group.status or 'zonder status'} (versie {group.versie})"
        if group.naar is not None:
            there = group.naar.status.naam
            what = "houdt zijn status" if there == group.status else f"→ {there}"
        else:
            what = "gaat mee, nog te sorteren" if group.aanvraagtype is None else "HEEFT GEEN PLAATS en blijft"
        total = group.mails * group.aantal
        mails = f", {total} mail{'s' if total > 1 else ''}" if total else ""
        lines.append(f"{group.aantal:>6}  {place}  {what}{mails}")
    return lines


def _checked(file: typer.FileText) -> tuple[Regels, str]:
    try:
        text = file.read()
        return Regels(load(file.name, text)), text
    except UnicodeDecodeError as error:
        raise config.fail(f"{file.name}:1: kan dit bestand niet lezen: {error}") from None
    except BrokenRuleSet as error:
        raise config.fail(str(error)) from None


def _pair(text: str) -> tuple[str, str]:
    old, sign, new = text.partition("=")
    if not sign or not old or not new:
        raise config.fail(f"--map wil OUD=NIEUW, niet {text!r}")
    return old.strip(), new.strip()
