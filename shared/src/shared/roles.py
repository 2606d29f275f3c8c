"""Which roles let someone in, for a service that has no rule set of its own (intake, bron-export).

>>> class Settings(RoleSettings): ...                       # SCHAKEL_SCHOOLROLLEN, SCHAKEL_SWVROLLEN
>>> async def route(actor: ActorWithRole): ...              # 403 for a school's or SWV's account without such a role

workflow asks the rule set of the SWV; these two ask a list in their settings, exact names and aliases as the rule sets write
them (docs/decisions/2026-11-26-roles-outside-workflow.md). A board's account needs no role: it answers for its schools.
"""

from typing import Annotated

from fastapi import Depends, Request
from pydantic import Field

from shared.auth import CurrentActor
from shared.errors import Forbidden
from shared.settings import BaseServiceSettings
from shared.tokens import Actor

SCHOOL = (
    *("IB'er", "intern begeleider", "IB-er", "school", "aanvragende school", "directeur", "directie"),
    *("zorgcoördinator", "mentor", "SO-school", "externe school/instelling", "externe school", "externe instelling"),
    *("voorschoolse voorziening", "voorschool", "voorschoolse organisatie"),
)
SWV = (
    *("administratie", "administratie Platform", "secretariaat", "TLV-administratie", "applicatiebeheerder"),
    *("SCP", "schoolcontactpersoon", "wijkcontactpersoon", "regiomanager"),
    *("AC", "arrangementencommissie", "CT", "Commissie Toelaatbaarheid", "PCL/ZAT", "PCL", "ZAT"),
    *("coördinator", "coördinator passend onderwijs", "coördinator passend onderwijs SWV", "CPO'er"),
    *("thuiszitterscoördinator", "leescoördinator", "coördinator Herstart/KANS", "coördinator Herstart", "coördinator KANS"),
    *("JK-specialist", "JKspecialist", "contactpersoon JK", "behandelaar", "ambulant begeleider", "ouderfunctionaris"),
    *("financieel medewerker", "financieel medewerker SWV"),
)
"""Manuals 000 and 004 (PO2507), 001, 002 (PO2806) and 003 (PO3008)."""


class RoleSettings(BaseServiceSettings):
    """Names of roles, as JSON lists."""

    schoolrollen: tuple[str, ...] = Field(SCHOOL, description="roles by which someone of a school may use this service")
    swvrollen: tuple[str, ...] = Field(SWV, description="roles by which someone of a SWV may use this service")


def check_role(actor: Actor, lists: RoleSettings) -> None:
    """Raise Forbidden for someone of a school or SWV without a role that is known for their kind of organisation."""
    known = {"school": lists.schoolrollen, "swv": lists.swvrollen}.get(actor.soort)
    if known is not None and set(actor.rollen).isdisjoint(known):
        raise Forbidden


async def _actor_with_role(request: Request, actor: CurrentActor) -> Actor:
    check_role(actor, request.app.state.settings)
    return actor


ActorWithRole = Annotated[Actor, Depends(_actor_with_role)]
