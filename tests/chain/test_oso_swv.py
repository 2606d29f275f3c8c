"""What `make up` has of OSO-SWV: the demo's LAS announces a dossier, and it becomes a hulpvraag."""

from uuid import UUID

import httpx

from schakel_local.demo import world
from schakel_local.loopback import NO_TLS
from support.fleet import System
from support.oso_swv import FORMULIER
from support.sandbox import eventually


async def test_a_dossier_that_the_las_of_the_demo_announces_becomes_a_hulpvraag(system: System) -> None:
    school = world.SCHOLEN[0][0]
    form = {**FORMULIER, "samenwerkingsverband": world.SWV}
    async with httpx.AsyncClient(base_url=system.site.url("oso"), trust_env=False, verify=NO_TLS) as http:
        made = (await http.post("/simulator/dossiers", json={"school": school, "keren": 2, "formulier": form})).json()
        page = (await http.get("/")).text
    assert [answer["status"] for answer in made["antwoorden"]] == [200, 200]
    assert made["koppelsleutel"] in page

    async def taken() -> bool:
        query = "SELECT staat FROM notificatie WHERE koppelsleutel = $1"
        return bool(await system.value("intake", query, UUID(made["koppelsleutel"])) == "verwerkt")

    await eventually(taken, within=40)
