"""All routes of the API, in the order of its document."""

from fastapi import APIRouter

from gateway.api import (
    accounts,
    beheer,
    bijlagen,
    cijfers,
    hulpvragen,
    indienen,
    leerlingen,
    mails,
    organisaties,
    overdrachten,
    overleg,
    registraties,
    rondom,
    sessies,
    verhuizingen,
)
from gateway.api.base import PREFIX

router = APIRouter(prefix=PREFIX)
WORK = (sessies, indienen, leerlingen, hulpvragen, rondom, overleg, bijlagen, cijfers, mails, registraties)
BEHEER = (beheer, overdrachten, accounts, organisaties, verhuizingen)
for part in (*WORK, *BEHEER):
    router.include_router(part.router)
