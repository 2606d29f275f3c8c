"""``schakel``: every command in one place.

>>> schakel dead list
>>> schakel lvs send hulpvraag.json --bijlage opp.pdf
"""

import typer

from schakel import broker, code, dead, docs, lvs, outbox, rules
from shared import log

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)
app.add_typer(lvs.app, name="lvs")
app.add_typer(dead.app, name="dead")
app.add_typer(outbox.app, name="outbox")
app.add_typer(rules.app, name="rules")
app.add_typer(broker.app, name="broker")
app.command("docs")(docs.generate)
app.command("code")(code.code)


def main() -> None:
    """Run; the entry point of the package."""
    log.configure_command()
    app()
