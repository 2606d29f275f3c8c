"""All pages."""

from fastapi import APIRouter

from gateway.portal import (
    accounts,
    besluit,
    bijlagen,
    hulpvragen,
    inloggen,
    koppeling,
    kringen,
    mails,
    mandaten,
    mijn_account,
    nieuw,
    postbussen,
    rondom,
    status,
    toegang,
    tokens,
)

router = APIRouter(include_in_schema=False)
PARTS = (inloggen, koppeling, mijn_account, tokens, nieuw, hulpvragen, status, toegang, rondom, bijlagen, besluit, mails)
BEHEER = (postbussen, kringen, mandaten, accounts)
for part in (*PARTS, *BEHEER):
    router.include_router(part.router)
