"""Run the sink: ``python -m schakel_local.smtpsink CONFIGURATION``, a JSON file that SmtpSink writes."""

import asyncio
import json
import logging
import ssl
import sys
from pathlib import Path
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware

from schakel_local.smtpsink.api import Api
from schakel_local.smtpsink.inbox import Inbox
from schakel_local.smtpsink.mailbox import Mailbox
from schakel_local.smtpsink.script import Script
from schakel_local.smtpsink.smtp import Sink

HOST = "127.0.0.1"


async def serve(configuration: dict[str, Any]) -> None:
    """Serve SMTP and HTTP until SIGTERM or SIGINT."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(configuration["certificate"], configuration["key"])
    mailbox = Mailbox(Path(configuration["mailbox"]))
    sink = Sink(mailbox, Script(), context, configuration["user"], configuration["password"])
    smtp = await asyncio.get_running_loop().create_server(sink.session, HOST, configuration["smtp_port"], backlog=1024)
    # Another site in the same browser must not read the inbox through a name that it points at this machine.
    only_here = Middleware(TrustedHostMiddleware, allowed_hosts=[HOST, "localhost"])
    pages = Starlette(routes=[*Api(sink).routes(), *Inbox(sink).routes()], middleware=[only_here])
    port = configuration["http_port"]
    http = uvicorn.Server(uvicorn.Config(pages, HOST, port, log_level="warning", access_log=False, lifespan="off"))
    async with smtp:
        await http.serve()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    # aiosmtpd warns at every login that an attribute of its own will go away.
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    asyncio.run(serve(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))))
