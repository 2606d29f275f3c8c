"""Platforms from end to end: an organisation, a school of it, an account for it, and what that person finds."""

from itertools import count

from gateway.domain.account import Name
from gateway.store import find_account
from shared import clock
from support.portal import browser, log_in, log_in_to_api, make_iber, make_person, program, submitted
from support.sandbox import eventually
from support.whole import Whole

_codes = count(40)


async def test_who_is_invited_for_a_platform_finds_the_hulpvragen_of_its_schools(system: Whole, address: str) -> None:
    database, code, school = system.gateway.database, f"PO2507-E{next(_codes)}", f"{next(_codes)}PQ00"
    tail = clock.new_id().hex[-8:]
    bas = await make_person(database, f"bas-{tail}", rollen=("applicatiebeheerder",))
    who = {"soort": "swv", "gebruikersnaam": f"pia-{tail}", "naam": "Pia Bedacht", "email": f"pia-{tail}@swv.example"}
    async with browser(system.gateway, f"{address}4") as page, program(system.gateway, f"{address}5") as api:
        await log_in(page, bas)
        opened = await api.post("/sessies", json=bas.form(code=bas.code(1)))
        api.headers["authorization"] = f"Bearer {opened.json()['token']}"
        platform = {"soort": "platform", "code": code, "naam": "Platform Oost"}
        assert (await page.post("/organisaties/nieuw", data=platform)).status_code == 303
        kept = {"soort": "school", "code": school, "naam": "De Bedachte Wilg", "bestuur": "70001", "platform": code}
        assert (await page.post("/organisaties/nieuw", data=kept)).status_code == 303
        assert f'value="{code}"' in (await page.get("/accounts/nieuw")).text
        form = {**who, "rollen": "administratie Platform"}
        for platforms, said in (((), "minstens één platform"), (("PO3008-X",), "niet van dit samenwerkingsverband")):
            refused = await page.post("/accounts/nieuw", data={**form, "platforms": platforms})
            assert (refused.status_code, said in refused.text, 'href="#platforms"' in refused.text) == (400, True, True)
        loose = await api.post("/accounts", json={**who, "rollen": ["administratie"], "platforms": [code]})
        assert [(fault["field"], fault["rule"]) for fault in loose.json()["fouten"]] == [("platforms", "rol")]
        made = await page.post("/accounts/nieuw", data={**form, "platforms": code})
        assert made.status_code == 303
        shown = (await page.get(made.headers["location"].partition("?")[0])).text
        assert f'value="{code}" checked' in shown
    async with database.transaction() as tx:
        account = await find_account(tx, Name.typed("PO2507", str(who["gebruikersnaam"])))
    assert account is not None
    assert account.actor.platforms == (code,)
    ida = await make_iber(database, f"ida-{tail}", school=school)
    pia = await make_person(database, f"pia2-{tail}", rollen=("administratie Platform",), platforms=(code,))
    async with program(system.gateway, f"{address}6") as theirs, program(system.gateway, f"{address}7") as mine:
        await log_in_to_api(theirs, ida)
        await log_in_to_api(mine, pia)
        number = await submitted(theirs, school={"brin": school[:4], "vestiging": school[4:]})

        async def found() -> bool:
            listed = (await mine.get("/hulpvragen", params={"aantal": 100})).json()["hulpvragen"]
            return [one["dossiernummer"] for one in listed] == [number]

        await eventually(found)
        assert (await mine.get(f"/hulpvragen/{number}")).status_code == 200
        schools = (await mine.get("/scholen")).json()["scholen"]
        assert [(one["code"], one["magIndienen"]) for one in schools] == [(school, True)]
        assert (await mine.get("/registraties")).json()["registraties"] == []
