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

from schakel_local.smtpsink.api import chosen
from schakel_local.smtpsink.mailbox import Mail
from schakel_local.smtpsink.message import Message, read, summary
from schakel_local.smtpsink.smtp import Sink

SHOWN = 200
HERE = ZoneInfo("Europe/Amsterdam")
NO_SUBJECT = "(geen onderwerp)"
FRAME_RIGHTS = "allow-popups allow-popups-to-escape-sandbox"
PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; form-action 'self'; base-uri 'none'"
FRAME_POLICY = f"sandbox {FRAME_RIGHTS}; default-src 'none'; style-src 'unsafe-inline'; img-src data:"
STYLE = """
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem; color: #1b1b1b; background: #fff }
a { color: #004699 }
a:focus-visible, input:focus-visible, button:focus-visible { outline: 3px solid #004699; outline-offset: 2px }
table { border-collapse: collapse; width: 100% }
caption { text-align: left; padding: .4rem 0 }
th, td { text-align: left; padding: .4rem .6rem; border-bottom: 1px solid #767676 }
td, dd { overflow-wrap: anywhere }
pre { white-space: pre-wrap; overflow-wrap: anywhere; background: #f3f3f3; padding: 1rem }
iframe { width: 100%; height: 32rem; border: 1px solid #767676; background: #fff }
dt { font-weight: bold }
dd { margin: 0 0 .4rem }
"""
PAGE = """\
<!DOCTYPE html>
<html lang="nl">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – Mail van Schakel</title>
<style>{style}</style>
</head>
<body><main><h1>{title}</h1>
{body}
</main></body>
</html>
"""
LIST = """\
<p>Alle mail die Schakel op deze computer verstuurt, komt hier en nergens anders.</p>
<form method="get" action="/" role="search">
<label for="aan">Aan</label> <input id="aan" name="aan" type="search" value="{wanted}"> <button>Zoeken</button>
<a href="/">Alles tonen</a>
</form>
<table>
<caption>{caption}</caption>
<thead><tr><th scope="col">Ontvangen</th><th scope="col">Aan</th><th scope="col">Van</th>
<th scope="col">Onderwerp</th></tr></thead>
<tbody>{rows}</tbody>
</table>
"""


class Inbox:
    """The pages for one sink."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def routes(self) -> list[Route]:
        """Give them for the application."""
        return [Route("/", self._list), Route("/mails/{id:int}", self._mail), Route("/mails/{id:int}/html", self._html)]

    async def _list(self, request: Request) -> Response:
        box = self._sink.mailbox
        wanted = request.query_params.get("aan", "").strip()
        found = [mail for mail in reversed(box.mails) if wanted.lower() in " ".join(mail.recipients).lower()]
        rows = (_row(mail, summary(box.raw(mail))["subject"]) for mail in found[:SHOWN])
        return _page("Postvak", LIST.format(wanted=escape(wanted), caption=_caption(len(found)), rows="\n".join(rows)))

    async def _mail(self, request: Request) -> Response:
        mail = chosen(self._sink, request)
        message = read(self._sink.mailbox.raw(mail))
        return _page(message.subject or NO_SUBJECT, "\n".join(_parts(mail, message)))

    async def _html(self, request: Request) -> Response:
        message = read(self._sink.mailbox.raw(chosen(self._sink, request)))
        headers = {"Content-Security-Policy": FRAME_POLICY, "Referrer-Policy": "no-referrer"}
        return HTMLResponse(f'<base target="_blank">{message.html or ""}', headers=headers)


def _page(title: str, body: str) -> Response:
    headers = {"Content-Security-Policy": PAGE_POLICY, "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
    return HTMLResponse(PAGE.format(title=escape(title), style=STYLE, body=body), headers=headers)


def _caption(count: int) -> str:
    if count == 0:
        return "Geen mails"
    shown = f"; de laatste {SHOWN} staan hier" if count > SHOWN else ""
    return f"{count} mail{'s' if count > 1 else ''}, de nieuwste eerst{shown}"


def _row(mail: Mail, subject: str) -> str:
    link = f'<a href="/mails/{mail.id}">{escape(subject or NO_SUBJECT)}</a>'
    cells = (_time(mail), escape(", ".join(mail.recipients)), escape(mail.sender), link)
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"


def _parts(mail: Mail, message: Message) -> Iterable[str]:
    yield '<p><a href="/">Terug naar het postvak</a></p>'
    envelope = (("Ontvangen", _time(mail)), ("Van", escape(mail.sender)), ("Aan", escape(", ".join(mail.recipients))))
    yield _pairs(envelope)
    if not mail.answered:
        yield "<p><strong>De afzender kreeg op deze mail geen antwoord.</strong></p>"
    if message.html is not None:
        yield "<h2>Opgemaakt</h2>"
        yield f'<iframe sandbox="{FRAME_RIGHTS}" src="/mails/{mail.id}/html" title="Inhoud van de mail"></iframe>'
    if message.text is not None:
        yield f"<h2>Tekst</h2><pre>{_links(message.text)}</pre>"
    if message.attachments:
        items = (
            f"<li>{escape(part.name)} ({escape(part.type)}, {len(part.content)} bytes)</li>" for part in message.attachments
        )
        yield f"<h2>Bijlagen</h2><ul>{''.join(items)}</ul>"
    yield "<h2>Kopregels</h2>"
    yield _pairs((escape(name), escape(value)) for name, value in message.headers)


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    return f"<dl>{''.join(f'<dt>{name}</dt><dd>{value}</dd>' for name, value in pairs)}</dl>"


def _time(mail: Mail) -> str:
    local = datetime.fromisoformat(mail.received).astimezone(HERE)
    return f'<time datetime="{mail.received}">{local:%d-%m-%Y %H:%M:%S}</time>'


def _links(text: str) -> str:
    """Escape, and make addresses clickable; an address ends at white space, a quote, a bracket, or a full stop after it."""
    address = r"""(https?://(?:(?!&lt;|&gt;|[.,;:!?)]+(?:\s|$))[^\s"'])+)"""
    return re.sub(address, r'<a href="\1" target="_blank" rel="noreferrer noopener">\1</a>', escape(text, quote=False))
