"""The mail server away for minutes under load, then back: how fast the mails leave, beside what the server can take at all."""

import asyncio
import ssl
import time
from email.message import EmailMessage

import aiosmtplib

from bench.report import figure
from bench.system import Site, result

CONNECTIONS = 4
AIM = 0.8
"""Share of what the mail server takes from a plain client."""
_WAITING = """
SELECT count(*) FROM mail
WHERE staat NOT IN ('aangeboden', 'geweigerd', 'onderdrukt', 'opgegeven') AND gepland_op > to_timestamp($1)
"""
_DRAINED = """
SELECT count(*) AS mails, extract(epoch FROM max(op) - min(op))::float8 AS seconds FROM poging
WHERE uitkomst = 'aangeboden' AND op > to_timestamp($1)
"""


def measure(site: Site, *, seconds: float, mails: int) -> list[str]:
    """Keep the server away for ``seconds`` at 50 hulpvragen a second; then drain, then measure the server bare."""
    site.stack.mail.stop()
    away = time.time()
    found = result(site.load(seconds, rate=50, in_flight=5000, prefix=f"drn{time.time():.0f}"))
    time.sleep(3)
    waiting = asyncio.run(site.query("notify", _WAITING, away))
    back = time.time()
    site.stack.mail.start()
    deadline = time.monotonic() + 600
    while asyncio.run(site.query("notify", _WAITING, away)) and time.monotonic() < deadline:
        time.sleep(0.5)
    row = asyncio.run(site.rows("notify", _DRAINED, back))[0]
    rate = row["mails"] / row["seconds"]
    bare = asyncio.run(_bare(site, mails))
    text = (
        f"{rate:.0f} mails/s ({row['mails']} of {waiting} waiting, {found['sent']} submitted)"
        f" = {rate / bare:.0%} of the server's bare {bare:.0f}/s"
    )
    return [figure(f"drain after {seconds:.0f} s away", text, aim=f">= {AIM:.0%}", met=rate >= AIM * bare)]


async def _bare(site: Site, count: int) -> float:
    """What the same server takes from a plain client over as many connections."""
    context = ssl.create_default_context(cafile=str(site.stack.mail.authority))
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "no-reply@schakel.example", "ib@bench.example", "Hulpvraag 100001"
    mail.set_content("Een verzonnen mail om te meten. " * 40)
    mail.add_alternative("<p>Een verzonnen mail om te meten.</p>" * 40, subtype="html")

    async def send(share: int) -> None:
        client = aiosmtplib.SMTP(
            hostname=site.stack.mail.host,
            port=site.stack.mail.port,
            start_tls=True,
            tls_context=context,
            username=site.stack.mail.user,
            password=site.stack.mail.password,
        )
        async with client:
            for _ in range(share):
                await client.send_message(mail)

    begin = time.monotonic()
    await asyncio.gather(*(send(count // CONNECTIONS) for _ in range(CONNECTIONS)))
    return count / (time.monotonic() - begin)
