"""The routes of intake: for people, whom the gateway sends with an actor's token, and one for systems that speak OSO-SWV."""

from fastapi import APIRouter

from intake.api import hulpvragen, koppelingen, notificaties, organisaties, osodossiers, verhuizingen

router = APIRouter()
for part in (hulpvragen, organisaties, osodossiers, verhuizingen, notificaties, koppelingen):
    router.include_router(part.router)
