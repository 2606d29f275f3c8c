"""``schakel code SECRET``: the six digits of a TOTP secret now, for who has no authenticator at hand (the demo)."""

import pyotp
import typer

from shared import clock


def code(secret: str) -> None:
    """Print the code of this moment (RFC 6238)."""
    typer.echo(pyotp.TOTP(secret).at(clock.now()))
