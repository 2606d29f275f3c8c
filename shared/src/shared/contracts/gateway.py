"""What the gateway tells the others. ``subject`` is the account."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.common import SwvCode, Text
from shared.envelope import Data

AccountMail = Literal[
    "uitnodiging",
    "wachtwoord",
    "tweede-factor",
    "code",
    "vergrendeld",
    "factor-gewijzigd",
    "token-gemaakt",
    "token-loopt-af",
]
"""What a mail about an account is for: come in, choose a password, set up an app, a code to log in with; or only to know."""


class AccountMailGevraagd(Data):
    """Someone must get a mail about their account. ``mail`` is its id: the same one asked again is one mail.

    ``geheim`` is the token of the link, or the code, sealed for notify (``shared.secretbox``, bound to ``mail``), in base64;
    empty where the mail holds none. After ``geldig_tot`` it is of no use and is not sent. ``token`` is the name that its owner
    gave to the API token that the mail is about; never the token itself.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.account.mail-gevraagd.v1"

    swv: SwvCode
    account: UUID
    mail: UUID
    soort: AccountMail
    organisatie: Text
    gebruikersnaam: Text
    naam: Text
    email: str
    geheim: str = ""
    geldig_tot: datetime
    token: str = ""
