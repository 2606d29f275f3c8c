"""The HTTP routes of this service, one module per subject. Each asks who calls; none answers to nobody."""

from fastapi import APIRouter

from workflow.api import besluiten, hulpvragen, keuzes, kringen, overdrachten, rondom, toegang, wijzigingen

router = APIRouter()
for part in (keuzes, kringen, hulpvragen, rondom, toegang, wijzigingen, besluiten, overdrachten):
    router.include_router(part.router)
