"""All pages."""

from fastapi import APIRouter

from gateway.portal import (
    accounts,
    besluit,
    bijlagen,
    cijfers,
    contactnummer,
    hulpvragen,
    inloggen,
    inzage,
    koppeling,
    koppelingen,
    kringen,
    leerlingen,
    logboek,
    mails,
    mandaten,
    mijn_account,
    nieuw,
    organisaties,
    osodossiers,
    overdrachten,
    overeenkomsten,
    overleg,
    postbussen,
    rondom,
    status,
    toegang,
    tokens,
    verhuizen,
)

router = APIRouter(include_in_schema=False)
OWN = (inloggen, koppeling, mijn_account, tokens, contactnummer, koppelingen)
PARTS = (nieuw, hulpvragen, leerlingen, status, toegang, overleg, rondom, bijlagen, osodossiers, besluit, cijfers, mails)
BEHEER = (logboek, inzage, postbussen, kringen, overeenkomsten, mandaten, accounts, overdrachten, organisaties, verhuizen)
for part in (*OWN, *PARTS, *BEHEER):
    router.include_router(part.router)
