"""Who works for a platform finds, opens and counts the hulpvragen of its schools, as intake says which these are."""

from datetime import datetime, timedelta
from itertools import count
from uuid import uuid4

from shared import clock
from shared.contracts.common import School
from shared.contracts.intake import SchoolIngedeeld
from shared.envelope import Event
from shared.tokens import Actor
from support.hulpvragen import Client, Office, staff

_numbers = count(10)


def of(*platforms: str) -> Actor:
    return staff("administratie Platform").model_copy(update={"platforms": platforms})


def new_school() -> School:
    return School(code=f"{next(_numbers)}PF00", naam="De Bedachte Wilg", bestuur="B-9")


async def put_in(office: Office, school: School, platform: str | None, at: datetime | None = None) -> None:
    data = SchoolIngedeeld(swv="PO2507", school=school.code, platform=platform, op=at or clock.now())
    event = Event.about(data, subject=uuid4(), sequence=1)
    await office.sandbox.publish(event)
    await office.handled(event)


async def found(client: Client, *words: str) -> set[int]:
    listed: set[int] = set()
    for asked in ("", *words):
        answer = await client.get(f"/hulpvragen?aantal=100{asked}")
        assert answer.status_code == 200, answer.text
        listed |= {row["dossiernummer"] for row in answer.json()["hulpvragen"]}
    return listed


async def running(client: Client) -> int:
    answer = await client.get("/cijfers")
    assert answer.status_code == 200, answer.text
    return sum(row["lopend"] for row in answer.json()["aantallen"])


async def test_list_search_detail_and_figures_show_the_schools_of_the_platform_as_it_is_now(office: Office) -> None:
    west, east, none = new_school(), new_school(), new_school()
    code = f"PO2507-W{uuid4().hex[:6].upper()}"
    await put_in(office, west, code)
    await put_in(office, east, "PO2507-OOST")
    ours, theirs, loose = [(await office.opened("A&K", school=school)).dossiernummer for school in (west, east, none)]
    person, nobody, both = office.client(of(code)), office.client(of()), office.client(of(code, "PO2507-OOST"))
    searches = ("&zoek=Voorbeeld", "&aanvraagtype=A%26K")
    assert await found(person, *searches) == {ours}
    assert [(await person.get(f"/hulpvragen/{one}")).status_code for one in (ours, theirs, loose)] == [200, 404, 404]
    assert await running(person) == 1
    assert (await found(nobody, *searches), await running(nobody)) == (set(), 0)
    seen = await found(both)
    assert ({ours, theirs} <= seen, loose in seen) == (True, False)
    before = clock.now() - timedelta(minutes=1)
    await put_in(office, west, None)
    await put_in(office, west, code, at=before)
    assert (await found(person, *searches), await running(person)) == (set(), 0), "told late, and older than what is known"
    assert (await person.get(f"/hulpvragen/{ours}")).status_code == 404


async def test_who_works_for_a_platform_sets_no_postbus_kring_or_number(office: Office) -> None:
    person = office.client(of("PO2507-WEST"))
    for method, path, body in (
        ("PUT", "/postbussen/administratie", {"email": None}),
        ("PUT", "/kringen/Noord", {"coordinator": "Cor", "email": "cor@swv.example", "scholen": []}),
        ("PUT", "/contactnummers", {"school": "99XA00", "email": "iris@linde.example", "telefoon": None}),
        ("GET", "/overdrachten", None),
    ):
        assert (await person.call(method, path, json=body)).status_code == 403, path
