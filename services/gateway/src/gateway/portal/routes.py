"""All pages."""

from fastapi import APIRouter

from gateway.portal import besluit, bijlagen, hulpvragen, inloggen, kringen, mails, mandaten, nieuw, postbussen, rondom, status

router = APIRouter(include_in_schema=False)
for part in (inloggen, nieuw, hulpvragen, status, rondom, bijlagen, besluit, mails, postbussen, kringen, mandaten):
    router.include_router(part.router)
