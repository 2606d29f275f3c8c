"""The head of a service's audit chain, told now and then, so that it is kept where no owner of the database can write.

A head covers every row before it: whoever writes the chain anew, or cuts off its end, no longer has the block that was told.
documents stores each head as an object under S3 object lock (``documents/usecases/anchoring.py``); ``schakel audit verify``
compares.

>>> async with database.transaction() as tx:
...     await tell_head(tx, "notify", every=timedelta(hours=1))
"""

from datetime import timedelta

from shared import clock
from shared.contracts.every_service import LogboekVerzegeld
from shared.database import Transaction
from shared.envelope import Event

_NEXT = """
WITH head AS (SELECT number, hash, sealed_at FROM audit_block ORDER BY number DESC LIMIT 1),
    told AS (SELECT number, told_at FROM audit_told ORDER BY number DESC LIMIT 1),
    nieuw AS (
        INSERT INTO audit_told (number, told_at) SELECT number, $1 FROM head
        WHERE number > coalesce((SELECT number FROM told), 0)
            AND coalesce((SELECT told_at FROM told), (SELECT sealed_at FROM audit_block WHERE number = 1)) <= $2
        ON CONFLICT (number) DO NOTHING RETURNING number
    )
SELECT head.number, head.hash, head.sealed_at FROM head JOIN nieuw ON nieuw.number = head.number
"""


async def tell_head(tx: Transaction, service: str, *, every: timedelta) -> bool:
    """Tell the last block, unless it was told or less than ``every`` has passed; True when it was. One replica does."""
    now = clock.now()
    head = await tx.fetchrow(_NEXT, now, now - every)
    if head is None:
        return False
    told = LogboekVerzegeld(dienst=service, blok=head["number"], hash=head["hash"].hex(), verzegeld_op=head["sealed_at"])
    tx.publish(Event.about(told, subject=f"logboek:{service}", sequence=told.blok))
    return True
