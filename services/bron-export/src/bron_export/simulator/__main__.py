"""``python -m bron_export.simulator --port 8090 --data register.sqlite``."""

import argparse
from pathlib import Path

import uvicorn

from bron_export.simulator.app import make_app
from bron_export.simulator.wire import WireProtocol


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(prog="python -m bron_export.simulator", description="A register that is not the real one.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=8090, help="port to listen on (default %(default)s)")
    parser.add_argument("--data", type=Path, default=None, help="file to remember in; without one it forgets at its end")
    parser.add_argument("--credentials", default="", help="what the header Authorization must be; without one anything goes")
    given = parser.parse_args()
    app = make_app(given.data, credentials=given.credentials)
    uvicorn.run(app, host=given.host, port=given.port, http=WireProtocol, access_log=False, log_level="warning")


main()
