"""The routes of intake, for people: the gateway calls them with the actor's token."""

from fastapi import APIRouter

from intake.api import hulpvragen, organisaties, verhuizingen

router = APIRouter()
for part in (hulpvragen, organisaties, verhuizingen):
    router.include_router(part.router)
