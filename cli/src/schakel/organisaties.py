"""``schakel organisaties load``: who there is, and which systems may send for them.

One by one, or from a spreadsheet: ``schakel.register``, whose commands stand beside ``load``.

>>> schakel organisaties load organisaties.yaml --by jansen

May be repeated: what is there is changed to what was given, and nothing is removed by leaving it out of the file.
"""

from typing import Annotated

import typer

from schakel import connectors, register
from schakel.dead import By

app = typer.Typer(no_args_is_help=True, help="SWVs, boards, platforms, schools and preschools.")
register.add_to(app)


@app.command()
def load(
    file: Annotated[typer.FileText, typer.Argument(encoding="utf-8", help="YAML or JSON; - is stdin")],
    *,
    by: By,
) -> None:
    """Add or change the SWVs, boards, schools and connectors in a file (its form: docs/architecture/intake.md)."""
    document = connectors.checked(file.read())
    connectors.keep(document, by)
    typer.echo(f"{len(document.swv)} swv, {len(document.besturen)} besturen, {len(document.scholen)} scholen")
