"""All pages."""

from fastapi import APIRouter

from gateway.portal import besluit, bijlagen, hulpvragen, inloggen, mails, mandaten, nieuw, postbussen, status

router = APIRouter(include_in_schema=False)
for part in (inloggen, nieuw, hulpvragen, status, bijlagen, besluit, mails, postbussen, mandaten):
    router.include_router(part.router)
