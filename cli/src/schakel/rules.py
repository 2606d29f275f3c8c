"""``schakel rules``: an SWV's way of working, as data. Look at it, check it, draw it, publish it, move what runs to it.

>>> schakel rules check mijn-swv.yaml
>>> schakel rules show PO2507 --json
>>> schakel rules diagram PO2507 TLV -o tlv.svg
>>> schakel rules publish mijn-swv.yaml --by jansen
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Annotated

import typer

from schakel import config, rules_live
from workflow import rules
from workflow.diagram import dot, fingerprint
from workflow.domain.verloop import Regels, Verloop
from workflow.rulefile import read

app = typer.Typer(no_args_is_help=True, help="How each SWV works, as data: check, show, draw, publish, compare, migrate.")
app.command("publish")(rules_live.publish)
app.command("diff")(rules_live.diff)
app.command("migrate")(rules_live.migrate)


@app.command()
def check(files: Annotated[list[Path], typer.Argument(help="rule set files (YAML); - is stdin")]) -> None:
    """Check rule set files before they are published. Each finding is a line FILE:LINE: WHAT; ends with 1 when there is one.

    Needs no database. What it finds, class by class, stands in docs/rules/README.md.
    """
    found = 0
    for file in files:
        try:
            text = sys.stdin.read() if str(file) == "-" else file.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            typer.echo(f"{file}:1: kan dit bestand niet lezen: {error}")
            found += 1
            continue
        ruleset, problems = read(str(file), text)
        for problem in problems:
            typer.echo(str(problem))
        found += len(problems) or (ruleset is None)
        if ruleset is not None and not problems:
            typer.echo(f"{file}: {ruleset.swv} versie {ruleset.versie} klopt; eigen keuze: {rules.own_share(ruleset):.0%}")
    if found:
        raise typer.Exit(1)


@app.command()
def show(
    swv: Annotated[str, typer.Argument(help="number of the SWV, such as PO2507")],
    *,
    as_json: Annotated[bool, typer.Option("--json", help="the contract, for programs")] = False,
) -> None:
    """Show the rules that come with this package for an SWV: each step, who may make it, where that stands in the manual.

    What an operator published in the database is shown by `schakel rules diff FILE`, beside a file.
    """
    regels = _regels(swv)
    document = rules.show(regels)
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    typer.echo(f"{swv} versie {document['versie']}; eigen keuze: {rules.own_share(regels.ruleset):.0%}")
    for kind in document["aanvraagtypes"]:
        typer.echo(f"\n{kind['titel']}  ({kind['niveau']}, {kind['kanaal']})")
        for step in kind["overgangen"]:
            who = "automatisch" if step["automatisch"] else ", ".join(step["rollen"])
            needs = f"  vereist {', '.join(step['vereist'])}" if step["vereist"] else ""
            typer.echo(f"  {step['van']} → {step['naar']}  [{who}]{needs}  {step['bron']}")


@app.command()
def schema() -> None:
    """Print the JSON Schema of a rule set file, for editors; docs/rules/README.md says how to use it."""
    typer.echo(json.dumps(rules.schema(), ensure_ascii=False, indent=2))


@app.command()
def diagram(
    swv: Annotated[str, typer.Argument(help="number of the SWV, such as PO2507")],
    title: Annotated[str | None, typer.Argument(help="title or alias of one aanvraagtype; without it all are drawn")] = None,
    out: Annotated[Path, typer.Option("-o", "--out", help="a file that ends in .svg, or a folder")] = Path(),
) -> None:
    """Draw the state diagram of an aanvraagtype as SVG; without a title each one, and an index page. Needs Graphviz."""
    regels = _regels(swv)
    chosen = [verloop for verloop in regels.verlopen if title in {None, verloop.type.titel, *verloop.type.aliassen}]
    if not chosen:
        raise config.fail(f"{swv} heeft geen aanvraagtype {title!r}")
    if len(chosen) > 1 and out.suffix == ".svg":
        raise config.fail("noem één aanvraagtype, of een map")
    for verloop in chosen:
        path = out if out.suffix == ".svg" else out / f"{file_name(verloop)}.svg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(svg(regels, verloop), encoding="utf-8")
        typer.echo(str(path))
    if title is None:
        (out / "README.md").write_text(index(regels), encoding="utf-8")
        typer.echo(str(out / "README.md"))


def index(regels: Regels) -> str:
    """The page that leads to the diagrams of an SWV."""
    rows = [
        f"| [{verloop.type.titel}]({file_name(verloop)}.svg) | {verloop.type.niveau} | {verloop.type.kanaal} |"
        for verloop in regels.verlopen
    ]
    head = f"# {regels.ruleset.naam} ({regels.swv}), versie {regels.versie}"
    return "\n".join([head, "", "| aanvraagtype | niveau | kanaal |", "|---|---|---|", *rows, ""])


def file_name(verloop: Verloop) -> str:
    """The name of a diagram's file: plain letters, and the level where it is not a leerling's."""
    text = f"{verloop.type.titel} {'' if verloop.type.niveau == 'leerling' else verloop.type.niveau}".casefold()
    return "-".join("".join(sign if sign.isalnum() else " " for sign in text).split())


def svg(regels: Regels, verloop: Verloop) -> str:
    """Draw it, with what it was drawn from as a comment. Ends with a sentence when Graphviz is not there."""
    text = dot(verloop, regels.ruleset.rollen)
    try:
        done = subprocess.run(["dot", "-Tsvg"], input=text, check=True, capture_output=True, text=True)  # noqa: S607
    except FileNotFoundError:
        raise config.fail("Graphviz is not installed: apt-get install graphviz") from None
    return done.stdout.replace("<svg", f"{fingerprint(text)}\n<svg", 1)


def _regels(swv: str) -> Regels:
    try:
        return rules.regels(swv)
    except LookupError:
        raise config.fail(f"there is no rule set for {swv}") from None
