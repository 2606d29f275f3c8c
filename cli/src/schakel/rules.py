"""``schakel rules show PO2507 --json``: an SWV's way of working, as it runs."""

import json
from typing import Annotated

import typer

from schakel import config
from workflow import rules

app = typer.Typer(no_args_is_help=True, help="Rule sets.")


@app.callback()
def _group() -> None:
    """Keep ``show`` a command of its own, for others to come beside it."""


@app.command()
def show(swv: str, *, as_json: Annotated[bool, typer.Option("--json", help="the contract, for programs")] = False) -> None:
    """Show the rule set of an SWV: titles, statuses, who may change them, and where that stands in the manual."""
    try:
        document = rules.show(swv)
    except LookupError:
        raise config.fail(f"there is no rule set for {swv}") from None
    if as_json:
        typer.echo(json.dumps(document, ensure_ascii=False, indent=2))
        return
    for kind in document["aanvraagtypes"]:
        typer.echo(f"\n{kind['titel']}  ({kind['niveau']}, {kind['kanaal']})")
        for step in kind["overgangen"]:
            who = "automatisch" if step["automatisch"] else ", ".join(step["rollen"])
            needs = f"  vereist {', '.join(step['vereist'])}" if step["vereist"] else ""
            typer.echo(f"  {step['van'] or '(ingediend)'} → {step['naar']}  [{who}]{needs}  {step['bron']}")
