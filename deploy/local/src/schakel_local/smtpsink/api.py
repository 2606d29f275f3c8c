"""The JSON interface of the sink, for tests.

GET /api/mails?to=&from=&subject=&after=&limit= gives the mails, oldest first; ``to`` and ``from`` are patterns with ``*``,
``subject`` is a part of it, ``after`` an id. GET /api/mails/{id} adds headers, text, html and attachments; /api/mails/{id}/raw
is the mail as it came. DELETE /api/mails throws all away. GET and PUT /api/rules: see script.py. GET and DELETE /api/counters.
"""

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from itertools import islice

from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from schakel_local.smtpsink.mailbox import Mail
from schakel_local.smtpsink.message import read, summary
from schakel_local.smtpsink.script import Rule
from schakel_local.smtpsink.smtp import Sink

_rules = TypeAdapter(list[Rule])


class Api:
    """The routes for one sink."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink

    def routes(self) -> list[Route]:
        """Give them for the application."""
        return [
            Route("/api/mails", self._mails, methods=["GET"]),
            Route("/api/mails", self._clear, methods=["DELETE"]),
            Route("/api/mails/{id:int}", self._mail),
            Route("/api/mails/{id:int}/raw", self._raw),
            Route("/api/rules", self._rules, methods=["GET", "PUT"]),
            Route("/api/counters", self._counters, methods=["GET", "DELETE"]),
        ]

    async def _mails(self, request: Request) -> Response:
        try:
            limit = int(request.query_params.get("limit", "1000"))
            found = list(islice(self._search(request.query_params), limit))
        except ValueError as error:
            raise HTTPException(422, "after and limit are whole numbers, not below 0") from error
        return JSONResponse({"mails": found, "total": len(self._sink.mailbox.mails)})

    async def _clear(self, _request: Request) -> Response:
        return JSONResponse({"deleted": self._sink.mailbox.clear()})

    async def _mail(self, request: Request) -> Response:
        mail = chosen(self._sink, request)
        message = read(self._sink.mailbox.raw(mail))
        attachments = [{"name": part.name, "type": part.type, "size": len(part.content)} for part in message.attachments]
        content = {"headers": message.headers, "text": message.text, "html": message.html, "attachments": attachments}
        return JSONResponse(self._describe(mail) | content)

    async def _raw(self, request: Request) -> Response:
        return Response(self._sink.mailbox.raw(chosen(self._sink, request)), media_type="message/rfc822")

    async def _rules(self, request: Request) -> Response:
        if request.method == "PUT":
            try:
                self._sink.script.replace(_rules.validate_json(await request.body()))
            except ValidationError as error:
                raise HTTPException(422, str(error)) from error
        return JSONResponse(self._sink.script.state())

    async def _counters(self, request: Request) -> Response:
        if request.method == "DELETE":
            self._sink.reset_counters()
        return JSONResponse(self._sink.counted())

    def _search(self, asked: QueryParams) -> Iterator[dict[str, object]]:
        after, subject = int(asked.get("after", "0")), asked.get("subject", "").casefold()
        for mail in self._sink.mailbox.mails:
            if mail.id > after and _fits(mail.recipients, asked.get("to")) and _fits([mail.sender], asked.get("from")):
                described = self._describe(mail)
                if subject in str(described["subject"]).casefold():
                    yield described

    def _describe(self, mail: Mail) -> dict[str, object]:
        return {
            "id": mail.id,
            "received": mail.received,
            "from": mail.sender,
            "to": list(mail.recipients),
            "size": mail.size,
            "connection": mail.connection,
            "answered": mail.answered,
            **summary(self._sink.mailbox.raw(mail)),
        }


def chosen(sink: Sink, request: Request) -> Mail:
    """Give the mail that the path names. Raises 404."""
    if (found := sink.mailbox.find(request.path_params["id"])) is None:
        raise HTTPException(404, "deze mail is er niet")
    return found


def _fits(addresses: Sequence[str], pattern: str | None) -> bool:
    return not pattern or any(fnmatchcase(address.lower(), pattern.lower()) for address in addresses)
