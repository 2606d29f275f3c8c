"""The HTTP routes of this service, one module per subject. Each asks who calls; none answers to nobody."""

from fastapi import APIRouter

from workflow.api import (
    besluiten,
    cijfers,
    hulpvragen,
    keuzes,
    kringen,
    overdrachten,
    overeenkomsten,
    overleg,
    rondom,
    toegang,
    wijzigingen,
)

router = APIRouter()
for part in (
    keuzes,
    kringen,
    overeenkomsten,
    cijfers,
    hulpvragen,
    rondom,
    toegang,
    overleg,
    wijzigingen,
    besluiten,
    overdrachten,
):
    router.include_router(part.router)
