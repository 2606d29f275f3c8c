"""All routes of the API, in the order of its document."""

from fastapi import APIRouter

from gateway.api import (
    accounts,
    beheer,
    bijlagen,
    hulpvragen,
    indienen,
    mails,
    overdrachten,
    overleg,
    registraties,
    rondom,
    sessies,
)
from gateway.api.base import PREFIX

router = APIRouter(prefix=PREFIX)
for part in (sessies, indienen, hulpvragen, rondom, overleg, bijlagen, mails, registraties, beheer, overdrachten, accounts):
    router.include_router(part.router)
