"""What goes to people by mail: links and codes of which only a keyed hash stays here, and word that something happened.

>>> post = Post(box, links)
>>> await post.send_link(tx, account, "wachtwoord")        # an older link of this kind works no more

notify mails it; the token travels sealed, so that neither the outbox nor the broker holds one that opens anything.
"""

import base64
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from gateway import people_store as store
from gateway.domain.account import Account
from gateway.domain.link import LIFETIME, Doel, new_mail_code, new_token, plain
from shared import clock
from shared.contracts.gateway import AccountMail, AccountMailGevraagd
from shared.database import Transaction
from shared.envelope import Event
from shared.secretbox import SecretBox


@dataclass(frozen=True, slots=True)
class Post:
    """``box`` holds the gateway's own keys, ``links`` the one it shares with notify."""

    box: SecretBox
    links: SecretBox

    async def send_link(self, tx: Transaction, account: Account, doel: Doel) -> None:
        """Mail a link for one thing."""
        token = new_token()
        await self._send(tx, account, doel, token, self.token_hash(token))

    async def send_code(self, tx: Transaction, account: Account) -> None:
        """Mail a code to log in with, to someone whose second factor that is."""
        code = new_mail_code()
        await self._send(tx, account, "code", code, self.code_hash(account.id, code))

    def tell(self, tx: Transaction, account: Account, soort: AccountMail, *, token: str = "") -> None:
        """Mail that something happened to the account; ``token`` is the name of the one it happened to."""
        self._ask(tx, account, soort, "", clock.now() + LIFETIME["uitnodiging"], token)

    def token_hash(self, token: str) -> bytes:
        """What is kept of a link's token."""
        return self.box.blind("link", token)

    def code_hash(self, account: UUID, code: str) -> bytes:
        """What is kept of a mailed code or of a recovery code."""
        return self.box.blind("code", str(account), plain(code))

    async def _send(self, tx: Transaction, account: Account, doel: Doel, secret: str, kept: bytes) -> None:
        until = clock.now() + LIFETIME[doel]
        await store.put_link(tx, account.id, doel, kept, until)
        self._ask(tx, account, doel, secret, until)
        tx.audit("account.mail_asked", subject=account.id, doel=doel)

    def _ask(
        self, tx: Transaction, account: Account, soort: AccountMail, secret: str, until: datetime, token: str = ""
    ) -> None:
        mail = clock.new_id()
        asked = AccountMailGevraagd(
            swv=account.swv,
            account=account.id,
            mail=mail,
            soort=soort,
            organisatie=account.name.organisatie,
            gebruikersnaam=account.name.gebruikersnaam,
            naam=account.naam,
            email=account.email,
            geheim=base64.b64encode(self.links.seal(mail, secret)).decode() if secret else "",
            geldig_tot=until,
            token=token,
        )
        tx.publish(Event.about(asked, subject=account.id, sequence=0))
