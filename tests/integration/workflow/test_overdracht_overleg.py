"""A staff change and overlegrondes: what a leaver began or takes part in goes to the new person, who may be in it, and back."""

from datetime import date
from typing import Any
from uuid import uuid4

from shared import clock
from shared.tokens import Actor
from support.hulpvragen import BEUK, ib, soon, staff
from support.overdracht import asked, counted, fresh, hand_over, put_back
from support.overleg import begun, guest, joined, read, said, told
from support.sandbox import eventually

SWV = "PO00YY"
BEHEER = staff("applicatiebeheerder", swv=SWV)


def person(naam: str, **own: Any) -> Actor:
    return ib(swv=SWV).model_copy(update={"naam": naam, "email": fresh(naam.split(maxsplit=1)[0].lower()), **own})


def naar(who: Actor) -> dict[str, Any]:
    return {"naam": who.naam, "email": who.email, "account": str(who.sub), "rollen": list(who.rollen)}


async def opened(office: Any, **own: Any) -> int:
    number: int = (await office.opened("Kringvraag", swv=SWV, **own)).dossiernummer
    return number


async def test_overlegrondes_of_a_leaver_go_over_with_an_invitation_and_back(office: Any) -> None:
    number, elsewhere = await opened(office), await opened(office, school=BEUK)
    iris, nina, els = person("Iris Bedacht"), person("Nina Nieuw"), guest(swv=SWV)
    bea = person("Bea Ander", organisatie=BEUK.code)
    school, new, beheer = office.client(iris), office.client(nina), office.client(BEHEER)
    path, there = await begun(school, number), await begun(office.client(bea), elsewhere)
    await joined(school, path, els)
    await joined(office.client(bea), there, iris)
    over = await begun(school, number, onderwerp="Voorbij")
    assert (await school.call("POST", f"{over}/sluiting")).status_code == 201
    await said(school, path, "Van Iris.")
    body = asked(iris.email, naar=naar(nina), toegang="verhuist")
    assert {key: (await counted(beheer, body))[key] for key in ("overlegrondes", "deelnames")} == {
        "overlegrondes": 1,
        "deelnames": 2,
    }
    done = await hand_over(beheer, body)
    assert sorted(stap["soort"] for stap in done["stappen"]) == ["deelname", "deelname", "overlegronde"]
    assert {stap["dossiernummer"] for stap in done["stappen"]} == {number, elsewhere}
    shown = (await new.get(path)).json()
    assert (shown["magBeheren"], shown["magReageren"], shown["organisator"]) == (True, True, "Nina Nieuw")
    assert await read(new, path) == ["Van Iris."]
    assert (await school.get(path)).json()["magBeheren"] is False
    assert await said(school, path, "Nog iets.") == 403
    assert (await read(new, there), await read(school, there)) == ([], 404)
    invited = [mail["email"] for one in (number, elsewhere) for event in await told(office, one) for mail in event["mails"]]
    assert invited.count(nina.email) == 2
    back = await put_back(beheer, done)
    assert {stap["gebleven"] for stap in back["stappen"]} == {None}
    assert ((await school.get(path)).json()["magBeheren"], await said(school, path, "Terug.")) == (True, 201)
    assert ((await new.get(path)).json()["magReageren"], await read(new, there)) == (False, 404)
    assert await read(school, there) == []


async def test_a_closed_one_goes_to_who_works_with_it_and_never_to_who_does_the_handover(office: Any) -> None:
    number = await opened(office)
    iris, nina, beheer = person("Iris Bedacht"), person("Nina Nieuw"), office.client(BEHEER)
    kok = person("Kees Kok", rollen=("kok",))
    school = office.client(iris)
    path = await begun(school, number, beslotenDeelname=True, beslotenReacties=True)
    other = office.client(ib(swv=SWV))
    assert await read(other, path) == 404
    for who, account in ((naar(kok), kok.sub), ({**naar(nina), "account": str(BEHEER.sub)}, BEHEER.sub)):
        body = asked(iris.email, naar=who)
        seen = (await beheer.call("POST", "/overdrachten/voorbeeld", json=body)).json()
        assert (seen["telling"]["overlegrondes"], seen["overlegrondesBlijven"]) == (0, 1), account
    done = await hand_over(beheer, asked(iris.email, naar=naar(nina)))
    assert {(stap["soort"], stap["dossiernummer"]) for stap in done["stappen"]} == {("overlegronde", None), ("deelname", None)}
    assert (await office.client(nina).get(path)).json()["magBeheren"] is True
    assert (await read(school, path), await read(other, path)) == (404, 404)


async def test_without_an_account_what_a_leaver_began_stays_and_is_counted(office: Any) -> None:
    number, iris, beheer = await opened(office), person("Iris Bedacht"), office.client(BEHEER)
    path = await begun(office.client(iris), number)
    body = asked(iris.email, naar={"naam": "Nina Nieuw", "email": fresh("nina")}, toegang="blijft")
    seen = (await beheer.call("POST", "/overdrachten/voorbeeld", json=body)).json()
    assert (seen["telling"]["overlegrondes"], seen["telling"]["deelnames"], seen["overlegrondesBlijven"]) == (0, 0, 1)
    assert (await office.client(iris).get(path)).json()["magBeheren"] is True


async def test_a_planned_one_moves_what_runs_on_the_day_also_of_a_coordinator(office: Any) -> None:
    number, beheer = await opened(office), office.client(BEHEER)
    cor = staff("applicatiebeheerder", swv=SWV).model_copy(update={"naam": "Cor Bedacht", "email": fresh("cor")})
    dora = cor.model_copy(update={"sub": uuid4(), "naam": "Dora Verzonnen", "email": fresh("dora")})
    body = asked(cor.email, soort="coordinator", school=None, naar=naar(dora), datum=soon(3))
    planned = await hand_over(beheer, body)
    ends, runs = await begun(office.client(cor), number, 1), await begun(office.client(cor), number, 30)
    midnight = clock.end_of(date.fromisoformat(soon(2)))
    with clock.use(lambda: midnight):

        async def is_done() -> bool:
            answer = await beheer.get(f"/overdrachten/{planned['overdracht']}")
            return bool(answer.json()["staat"] == "gedaan")

        await eventually(is_done)
        manages = {path: (await office.client(dora).get(path)).json()["magBeheren"] for path in (ends, runs)}
        assert manages == {ends: False, runs: True}
