"""The second factor of an account: a code of its app, a mailed one, or one of the recovery codes on paper.

>>> await is_second_factor(tx, post, account, sealed_secret, "123 456")
True
"""

from gateway import people_store, store
from gateway.domain import code, link
from gateway.domain.account import Account
from gateway.usecases.post import Post
from shared import clock
from shared.database import Transaction
from shared.errors import Fault, InvalidInput

WRONG = "Deze code klopt niet. Wacht op een nieuwe code en vul die in."


async def is_second_factor(tx: Transaction, post: Post, account: Account, sealed: bytes | None, given: str) -> bool:
    """Check a code and use it up: each counts once, on whichever node it is given."""
    if account.factor == "mail":
        return await people_store.use_link(tx, account.id, "code", post.code_hash(account.id, given))
    if sealed is not None and await is_code_of(tx, account, post.box.open(account.id, sealed), given):
        return True
    if await people_store.use_recovery_code(tx, account.id, post.code_hash(account.id, given)):
        tx.audit("account.recovery_code_used", subject=account.id)
        return True
    return False


async def is_code_of(tx: Transaction, account: Account, secret: str, given: str) -> bool:
    """Check a code of an app that holds this secret, and use it up."""
    step = code.matching_step(secret, given, clock.now())
    return step is not None and await store.use_code(tx, account.id, step)


async def new_recovery_codes(tx: Transaction, post: Post, account: Account) -> list[str]:
    """Make recovery codes in place of the old ones. This is the only time that they are seen."""
    codes = link.new_recovery_codes()
    await people_store.set_recovery_codes(tx, account.id, [post.code_hash(account.id, one) for one in codes])
    tx.audit("account.recovery_codes_made", subject=account.id, actor=account.id)
    return codes


def refuse(field: str, rule: str, message: str) -> InvalidInput:
    """Make the error of one field."""
    return InvalidInput([Fault(field=field, rule=rule, message=message)])
