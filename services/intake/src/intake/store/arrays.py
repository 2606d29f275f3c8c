"""Lists of ids beside others in one ``unnest``, which would flatten them: each travels as PostgreSQL writes it.

>>> literal([])
'{}'
"""

from collections.abc import Iterable
from uuid import UUID


def literal(ids: Iterable[UUID]) -> str:
    """Write ids as PostgreSQL writes a ``uuid[]``, for a cast in the statement."""
    return "{" + ",".join(map(str, ids)) + "}"
