"""The routes of intake: for people, whom the gateway sends with an actor's token, and one for systems that speak OSO-SWV."""

from fastapi import APIRouter

from intake.api import (
    gelijkenissen,
    hulpvragen,
    koppelingen,
    notificaties,
    organisaties,
    osodossiers,
    verhuizingen,
    wijzigingen,
)

router = APIRouter()
OWN = (hulpvragen, wijzigingen, gelijkenissen, organisaties, osodossiers, verhuizingen, notificaties, koppelingen)
for part in OWN:
    router.include_router(part.router)
