"""The HTTP routes of bron-export; every one asks who calls."""

from fastapi import APIRouter

from bron_export.api import mandaten, registraties

router = APIRouter()
router.include_router(registraties.router)
router.include_router(mandaten.router)
