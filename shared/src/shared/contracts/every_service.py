"""What every service tells, whatever its work is."""

from datetime import datetime
from typing import Annotated, ClassVar
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.contracts.common import Text
from shared.envelope import Data


class LogboekVerzegeld(Data):
    """The last block of a service's audit chain. ``subject`` is ``logboek:<service>``, ``sequence`` the number of the block.

    ``hash`` covers every row of that log up to here. documents keeps it where nobody of the database can write.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.logboek.verzegeld.v1"

    dienst: Text
    blok: Annotated[int, Field(ge=1)]
    hash: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]
    verzegeld_op: datetime


class TokensVervallen(Data):
    """What was signed for an account before this moment opens nothing any more.

    Gateway tells it when the account is stopped or its password or factor changes, workflow when access is withdrawn.
    ``subject`` is ``tokens:<account>``, ``sequence`` the moment in microseconds.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.tokens.vervallen.v1"

    account: UUID
    voor: datetime


class VernietigingBevestigd(Data):
    """A service has nothing left of a hulpvraag that was erased. ``aantallen`` are the rows and objects that went, per kind.

    ``subject`` is ``vernietiging:<id>``.
    """

    TYPE: ClassVar[str] = "nl.passend-onderwijs.vernietiging.bevestigd.v1"

    vernietiging: UUID
    dienst: Text
    aantallen: dict[str, int]
    op: datetime
