"""The JSON interface of the sink, for tests.

GET /api/mails?to=&from=&subject=&after=&limit=  the mails, oldest first; ``to`` and ``from`` are patterns with *, ``subject`` is a part
of it, ``after`` an id. GET /api/mails/{id} with headers, text, html, attachments; /api/mails/{id}/raw as it came.
DELETE /api/mails throws all away. GET, PUT /api/rules: see script.py. GET, DELETE /api/counters.
"""

from fnmatch import fnmatchcase

from pydantic import TypeAdapter, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from schakel_local.smtpsink.mailbox import Mail
from schakel_local.smtpsink.message import read, summary
from schakel_local.smtpsink.script import Rule
from schakel_local.smtpsink.smtp import Sink

_rules = TypeAdapter(list[Rule])


def routes(sink: Sink) -> list[Route]:
    """Give the routes for this sink."""

    async def mails(request: Request) -> Response:
        asked = request.query_params
        try:
            after, limit = int(asked.get("after", "0")), int(asked.get("limit", "1000"))
        except ValueError as error:
            raise HTTPException(422, "after and limit are whole numbers") from error
        found = [mail for mail in sink.mailbox.mails if mail.id > after and _fits(mail, asked.get("to"), asked.get("from"))]
        described = [_describe(sink, mail) for mail in (found if asked.get("subject") else found[:limit])]
        if subject := asked.get("subject"):
            described = [each for each in described if subject.casefold() in str(each["subject"]).casefold()][:limit]
        return JSONResponse({"mails": described, "total": len(sink.mailbox.mails)})

    async def clear(_request: Request) -> Response:
        return JSONResponse({"deleted": sink.mailbox.clear()})

    async def mail(request: Request) -> Response:
        found = get(sink, request)
        message = read(sink.mailbox.raw(found))
        attachments = [{"name": part.name, "type": part.type, "size": len(part.content)} for part in message.attachments]
        content = {"headers": message.headers, "text": message.text, "html": message.html, "attachments": attachments}
        return JSONResponse(_describe(sink, found) | content)

    async def raw(request: Request) -> Response:
        return Response(sink.mailbox.raw(get(sink, request)), media_type="message/rfc822")

    async def rules(request: Request) -> Response:
        if request.method == "PUT":
            try:
                sink.script.replace(_rules.validate_json(await request.body()))
            except ValidationError as error:
                raise HTTPException(422, str(error)) from error
        return JSONResponse(sink.script.state())

    async def counters(request: Request) -> Response:
        if request.method == "DELETE":
            sink.reset_counters()
        return JSONResponse(sink.counted())

    return [
        Route("/api/mails", mails, methods=["GET"]),
        Route("/api/mails", clear, methods=["DELETE"]),
        Route("/api/mails/{id:int}", mail),
        Route("/api/mails/{id:int}/raw", raw),
        Route("/api/rules", rules, methods=["GET", "PUT"]),
        Route("/api/counters", counters, methods=["GET", "DELETE"]),
    ]


def get(sink: Sink, request: Request) -> Mail:
    """Give the mail that the path names. Raises 404."""
    if (found := sink.mailbox.find(request.path_params["id"])) is None:
        raise HTTPException(404, "deze mail is er niet")
    return found


def _fits(mail: Mail, to: str | None, sender: str | None) -> bool:
    if sender and not fnmatchcase(mail.sender.lower(), sender.lower()):
        return False
    return not to or any(fnmatchcase(recipient.lower(), to.lower()) for recipient in mail.recipients)


def _describe(sink: Sink, mail: Mail) -> dict[str, object]:
    return {
        "id": mail.id,
        "received": mail.received,
        "from": mail.sender,
        "to": list(mail.recipients),
        "size": mail.size,
        "connection": mail.connection,
        "answered": mail.answered,
        **summary(sink.mailbox.raw(mail)),
    }
