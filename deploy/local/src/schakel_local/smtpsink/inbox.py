"""The inbox for people: a list of mails and one mail at a time, in Dutch, without scripts.

What a sender wrote never runs: text is escaped, HTML stands in a frame without rights from which links open in a new window.
"""

import re
from collections.abc import Iterable
from datetime import datetime
from html import escape
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from schakel_local.smtpsink.api import get
from schakel_local.smtpsink.mailbox import Mail
from schakel_local.smtpsink.message import Message, read, summary
from schakel_local.smtpsink.smtp import Sink

SHOWN = 200
HERE = ZoneInfo("Europe/Amsterdam")
FRAME_RIGHTS = "allow-popups allow-popups-to-escape-sandbox"
PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'; base-uri 'none'"
FRAME_POLICY = f"sandbox {FRAME_RIGHTS}; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem; color: #1b1b1b; background: #fff }
a { color: #004699 } a:focus-visible, input:focus-visible, button:focus-visible { outline: 3px solid #004699; outline-offset: 2px }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #767676 }
td { overflow-wrap: anywhere } pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f3f3f3; padding: 1rem }
iframe { width: 100%; height: 32rem; border: 1px solid #767676; background: #fff } dt { font-weight: bold } dd { margin: 0 0 .4rem }
"""


def routes(sink: Sink) -> list[Route]:
    """Give the routes for this sink."""

    async def inbox(request: Request) -> Response:
        wanted = request.query_params.get("aan", "").strip()
        found = [mail for mail in reversed(sink.mailbox.mails) if wanted.lower() in " ".join(mail.recipients).lower()]
        rows = (_row(mail, summary(sink.mailbox.raw(mail))["subject"]) for mail in found[:SHOWN])
        return _page("Postvak", _list(rows, len(found), wanted))

    async def mail(request: Request) -> Response:
        found = get(sink, request)
        message = read(sink.mailbox.raw(found))
        return _page(message.subject or "(geen onderwerp)", _one(found, message))

    async def html(request: Request) -> Response:
        message = read(sink.mailbox.raw(get(sink, request)))
        headers = {"Content-Security-Policy": FRAME_POLICY, "Referrer-Policy": "no-referrer"}
        return HTMLResponse(f'<base target="_blank">{message.html or ""}', headers=headers)

    return [Route("/", inbox), Route("/mails/{id:int}", mail), Route("/mails/{id:int}/html", html)]


def _page(title: str, body: str) -> Response:
    text = (
        f'<!DOCTYPE html><html lang="nl"><head><meta charset="utf-8"><title>{escape(title)} – Schakel-mail</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1>{body}</main></body></html>"
    )
    headers = {"Content-Security-Policy": PAGE_POLICY, "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
    return HTMLResponse(text, headers=headers)


def _list(rows: Iterable[str], count: int, wanted: str) -> str:
    about = "Geen mails" if count == 0 else f"{count} mail{'s' if count > 1 else ''}, de nieuwste eerst"
    more = f"; de laatste {SHOWN} staan hier" if count > SHOWN else ""
    return (
        "<p>Alle mail die Schakel op deze computer verstuurt, komt hier en nergens anders.</p>"
        '<form method="get" action="/" role="search"><label for="aan">Aan</label> '
        f'<input id="aan" name="aan" type="search" value="{escape(wanted)}"> <button>Zoeken</button> <a href="/">Alles tonen</a></form>'
        f"<table><caption>{about}{more}</caption>"
        '<thead><tr><th scope="col">Ontvangen</th><th scope="col">Aan</th><th scope="col">Van</th><th scope="col">Onderwerp</th></tr>'
        f"</thead><tbody>{''.join(rows)}</tbody></table>"
    )


def _row(mail: Mail, subject: str) -> str:
    link = f'<a href="/mails/{mail.id}">{escape(subject or "(geen onderwerp)")}</a>'
    cells = (_time(mail), escape(", ".join(mail.recipients)), escape(mail.sender), link)
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _one(mail: Mail, message: Message) -> str:
    shown = (("Ontvangen", _time(mail)), ("Van", escape(mail.sender)), ("Aan", escape(", ".join(mail.recipients))))
    parts = ['<p><a href="/">Terug naar het postvak</a></p><dl>', *(f"<dt>{name}</dt><dd>{value}</dd>" for name, value in shown), "</dl>"]
    if not mail.answered:
        parts.append("<p><strong>De afzender kreeg op deze mail geen antwoord.</strong></p>")
    if message.html is not None:
        frame = f'<iframe sandbox="{FRAME_RIGHTS}" src="/mails/{mail.id}/html" title="Inhoud van de mail"></iframe>'
        parts.append(f"<h2>Opgemaakt</h2>{frame}")
    if message.text is not None:
        parts.append(f"<h2>Tekst</h2><pre>{_links(message.text)}</pre>")
    if message.attachments:
        items = (f"<li>{escape(part.name)} ({escape(part.type)}, {len(part.content)} bytes)</li>" for part in message.attachments)
        parts.append(f"<h2>Bijlagen</h2><ul>{''.join(items)}</ul>")
    headers = (f"<dt>{escape(name)}</dt><dd>{escape(value)}</dd>" for name, value in message.headers)
    parts.append(f"<h2>Kopregels</h2><dl>{''.join(headers)}</dl>")
    return "".join(parts)


def _time(mail: Mail) -> str:
    local = datetime.fromisoformat(mail.received).astimezone(HERE)
    return f'<time datetime="{mail.received}">{local:%d-%m-%Y %H:%M:%S}</time>'


def _links(text: str) -> str:
    link = r'<a href="\1" target="_blank" rel="noreferrer noopener">\1</a>'
    return re.sub(r"(https?://[^\s&lt;&gt;\"']+)", link, escape(text, quote=False))
