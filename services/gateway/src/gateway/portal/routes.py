"""All pages."""

from fastapi import APIRouter

from gateway.portal import (
    accounts,
    besluit,
    bijlagen,
    contactnummer,
    hulpvragen,
    inloggen,
    koppeling,
    kringen,
    mails,
    mandaten,
    mijn_account,
    nieuw,
    overdrachten,
    postbussen,
    rondom,
    status,
    toegang,
    tokens,
)

router = APIRouter(include_in_schema=False)
OWN = (inloggen, koppeling, mijn_account, tokens, contactnummer)
PARTS = (nieuw, hulpvragen, status, toegang, rondom, bijlagen, besluit, mails)
BEHEER = (postbussen, kringen, mandaten, accounts, overdrachten)
for part in (*OWN, *PARTS, *BEHEER):
    router.include_router(part.router)
