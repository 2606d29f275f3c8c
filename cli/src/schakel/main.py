"""``schakel``: every command in one place.

>>> schakel dead list
>>> schakel lvs send hulpvraag.json --bijlage opp.pdf
"""

import typer

from schakel import (
    account,
    audit,
    broker,
    code,
    connectors,
    dead,
    docs,
    koppelingen,
    kringen,
    las,
    lvs,
    organisaties,
    outbox,
    retention,
    rules,
)
from shared import log

app = typer.Typer(no_args_is_help=True, add_completion=False, help=__doc__, pretty_exceptions_enable=False)
app.add_typer(lvs.app, name="lvs")
app.add_typer(dead.app, name="dead")
app.add_typer(outbox.app, name="outbox")
app.add_typer(audit.app, name="audit")
app.add_typer(retention.app, name="retention")
app.add_typer(rules.app, name="rules")
app.add_typer(broker.app, name="broker")
app.add_typer(organisaties.app, name="organisaties")
app.add_typer(kringen.app, name="kringen")
app.add_typer(las.app, name="las")
app.add_typer(connectors.app, name="connectors")
app.add_typer(koppelingen.app, name="koppelingen")
app.add_typer(account.app, name="account")
app.command("docs")(docs.generate)
app.command("code")(code.code)


def main() -> None:
    """Run; the entry point of the package. What the chassis logs is for stderr here, and only what is wrong."""
    log.configure_command()
    app()
