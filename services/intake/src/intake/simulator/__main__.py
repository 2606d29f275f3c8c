"""``python -m intake.simulator --port 8091 --schakel http://127.0.0.1:8001 --key …``."""

import argparse

import uvicorn

from intake.simulator.app import make_app
from intake.simulator.boek import Boek


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(
        prog="python -m intake.simulator", description="A Traffic Center, a LAS and an OSR that are not real."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=8091, help="port to listen on (default %(default)s)")
    parser.add_argument("--schakel", default="", help="root address of intake, to send notificaties to")
    parser.add_argument("--key", default="", help="the key that intake knows this LAS by")
    parser.add_argument("--oin", default="00000003999999990000", help="OIN of Schakel as a supplier (default %(default)s)")
    parser.add_argument("--las-oin", default="00000003999999990001", help="OIN of this LAS (default %(default)s)")
    parser.add_argument("--brin", action="append", default=[], help="a school that gave both mandates; may be repeated")
    given = parser.parse_args()
    boek = Boek(given.oin, given.las_oin)
    boek.mandateer(*given.brin)
    app = make_app(boek, schakel=given.schakel, sleutel=given.key)
    uvicorn.run(app, host=given.host, port=given.port, access_log=False, log_level="warning")


main()
