"""The HTTP routes of this service, one module per subject. Each asks who calls; none answers to nobody."""

from fastapi import APIRouter

from workflow.api import (
    besluiten,
    cijfers,
    hulpvragen,
    keuzes,
    kringen,
    logboek,
    overdrachten,
    overeenkomsten,
    overleg,
    rondom,
    toegang,
    wijzigingen,
)

router = APIRouter()
OF_SWV = (keuzes, kringen, overeenkomsten, cijfers, overdrachten)
OF_HULPVRAAG = (hulpvragen, rondom, toegang, overleg, logboek, wijzigingen, besluiten)
for part in (*OF_SWV, *OF_HULPVRAAG):
    router.include_router(part.router)
