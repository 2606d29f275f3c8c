"""The mails one person got, as they would read them.

>>> link = await Mailbox(system.servers.sink, "nina@linde.example").link("Uw account voor Schakel")
"""

import re

from schakel_local.smtpsink import SmtpSink
from support.sandbox import eventually


class Mailbox:
    """What one person got, the newest last."""

    def __init__(self, sink: SmtpSink, email: str) -> None:
        self._sink = sink
        self.email = email

    def texts(self, subject: str) -> list[str]:
        """The plain text of the mails with this in their subject."""
        found = [mail for mail in self._sink.mails(limit="1000") if mail["to"] == [self.email] and subject in mail["subject"]]
        return [str(self._sink.request("GET", f"mails/{mail['id']}")["text"]) for mail in found]

    async def newest(self, subject: str, number: int = 1) -> str:
        """Wait until this many came, and give the last."""

        async def there() -> list[str] | None:
            found = self.texts(subject)
            return found if len(found) >= number else None

        texts: list[str] = await eventually(there)
        return texts[-1]

    async def link(self, subject: str, number: int = 1) -> str:
        """The path of the link in the newest of these mails."""
        found = re.search(r"https://portaal\.example(/koppeling/\S+)", await self.newest(subject, number))
        assert found is not None
        return found[1]
