"""``/organisaties``: boards, platforms, schools and preschools of an SWV, for who manages them."""

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query, Response

from gateway.api.base import PREFIX, problems
from gateway.models.organisaties import NieuweOrganisatie, Organisatie, OrganisatieOpgave, Organisaties
from gateway.parts import CurrentParts
from gateway.sessions import ReadsBeheer, WritesBeheer
from gateway.usecases import organisaties

router = APIRouter(tags=["organisaties"])

Code = Annotated[str, Path(max_length=20, pattern=r"^[0-9A-Z-]+$", description="nummer", examples=["99XA00"])]
Soort = Literal["swv", "bestuur", "platform", "school", "voorschool"]


@router.get("/organisaties", operation_id="organisatiesTonen", responses=problems(403))
async def listed(
    parts: CurrentParts,
    session: ReadsBeheer,
    zoek: Annotated[str, Query(max_length=100, description="deel van een naam of nummer")] = "",
    soort: Soort | None = None,
) -> Organisaties:
    """List the organisations of one's SWV."""
    return await organisaties.listed(parts.services, session.account.actor, zoek, soort or "")


@router.post("/organisaties", status_code=201, operation_id="organisatieToevoegen", responses=problems(403, 409))
async def add(body: NieuweOrganisatie, parts: CurrentParts, session: WritesBeheer, response: Response) -> Organisatie:
    """Add an organisation."""
    made = await organisaties.add(parts.services, session.account.actor, body)
    response.headers["location"] = f"{PREFIX}/organisaties/{made.code}"
    return made


@router.get("/organisaties/{code}", operation_id="organisatieTonen", responses=problems(403, 404))
async def one(code: Code, parts: CurrentParts, session: ReadsBeheer) -> Organisatie:
    """Show one organisation."""
    return await organisaties.one(parts.services, session.account.actor, code)


@router.put("/organisaties/{code}", operation_id="organisatieWijzigen", responses=problems(403, 404))
async def change(code: Code, body: OrganisatieOpgave, parts: CurrentParts, session: WritesBeheer) -> Organisatie:
    """Change an organisation to exactly this, or end it by naming its last day."""
    return await organisaties.change(parts.services, session.account.actor, code, body)
