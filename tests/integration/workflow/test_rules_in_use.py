"""Published versions: a running hulpvraag stays on the rules it started with, and a version never changes."""

from pathlib import Path

import pytest

from shared import tokens
from shared.service import Service
from support.hulpvragen import RULESETS, Office, ib, staff
from support.sandbox import WORKFLOW_KEY, Sandbox, running
from workflow.main import make_service
from workflow.registry import RuleSets, read_all
from workflow.rulefile import BrokenRuleSet
from workflow.settings import Settings

GIVEN = (RULESETS / "PO00YY.yaml").read_text(encoding="utf-8")
SWV = "PO00YY"


def with_rules(sandbox: Sandbox, folder: Path, text: str) -> Service:
    (folder / "PO00YY.yaml").write_text(text, encoding="utf-8")
    key = tokens.dump_key(WORKFLOW_KEY, private=True)
    return make_service(sandbox.settings(Settings, "workflow", capability_key=key, rulesets=folder))


async def test_a_running_hulpvraag_stays_on_its_version_and_a_new_one_gets_the_next(sandbox: Sandbox, tmp_path: Path) -> None:
    service = with_rules(sandbox, tmp_path, GIVEN)
    async with running(service) as http:
        old = await Office(sandbox, service, http).opened("Budget", swv=SWV)
    changed = GIVEN.replace("versie: 3", "versie: 4").replace("vereist: [bevestiging]", "vereist: [reden]")
    service = with_rules(sandbox, tmp_path, changed)
    async with running(service) as http:
        office = Office(sandbox, service, http)
        new = await office.opened("Budget", swv=SWV)
        school = office.client(ib(swv=SWV))
        asked = [(await school.detail(data.dossiernummer))["volgendeStappen"][0]["vereist"] for data in (old, new)]
        assert asked == [["bevestiging"], ["reden"]]
        await school.to(old.dossiernummer, "Aanmelding", bevestigd=True)
        await school.to(new.dossiernummer, "Aanmelding", reden="Begonnen na 1 januari")
        listed = (await office.client(staff("administratie", swv=SWV)).get("/hulpvragen")).json()["hulpvragen"]
        assert {row["dossiernummer"] for row in listed} == {old.dossiernummer, new.dossiernummer}


async def test_a_published_version_with_another_content_is_refused_and_the_good_one_stays(
    sandbox: Sandbox, tmp_path: Path
) -> None:
    service = with_rules(sandbox, tmp_path, GIVEN)
    async with running(service):
        database = service.database
        same = RuleSets(read_all(tmp_path))
        await same.publish(database)
        (tmp_path / "PO00YY.yaml").write_text(GIVEN.replace("vereist: [bevestiging]", "vereist: [reden]"), encoding="utf-8")
        with pytest.raises(RuntimeError, match="PO00YY: versie 3 staat al vast"):
            await RuleSets(read_all(tmp_path)).publish(database)
        kept = await RuleSets([]).pinned(database.pool, SWV, 3)
        assert kept.ruleset == same.current(SWV).ruleset


def test_a_broken_file_keeps_the_service_from_starting_and_says_where(sandbox: Sandbox, tmp_path: Path) -> None:
    with pytest.raises(BrokenRuleSet, match=r"PO00YY\.yaml:\d+: onbekend: rol schol"):
        with_rules(sandbox, tmp_path, GIVEN.replace("rollen: [school], vereist", "rollen: [schol], vereist"))


async def test_a_hidden_status_of_an_older_version_stays_hidden(sandbox: Sandbox, tmp_path: Path) -> None:
    service = with_rules(sandbox, tmp_path, GIVEN)
    async with running(service) as http:
        data = await Office(sandbox, service, http).opened("Budget", swv=SWV)
    shown = GIVEN.replace("versie: 3", "versie: 4").replace(', zichtbaar_voor: ["IB\'er", applicatiebeheerder]', "")
    service = with_rules(sandbox, tmp_path, shown)
    async with running(service) as http:
        office = Office(sandbox, service, http)
        client = office.client(staff("administratie", swv=SWV))
        assert (await client.get("/hulpvragen")).json()["hulpvragen"] == []
        assert (await client.get(f"/hulpvragen/{data.dossiernummer}")).status_code == 404
