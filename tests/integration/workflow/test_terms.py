"""Terms in the database: each moment once, whatever the clock, the replicas and the outages do."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared import clock
from shared.contracts.workflow import TermijnBereikt
from support.hulpvragen import LINDE, Office, batch, named, staff
from support.sandbox import Sandbox, eventually, running
from workflow.main import make_service
from workflow.settings import Settings
from workflow.usecases.wachter import Termijnwachter

START = datetime(2027, 3, 22, 9, tzinfo=UTC)  # a Monday; Good Friday is the 26th, summer time begins on the 28th
KRING = staff("applicatiebeheerder", swv="PO00YY")


@pytest.fixture
async def clocked(own_office: Office, monkeypatch: pytest.MonkeyPatch) -> "Clocked":
    return Clocked(own_office, monkeypatch)


class Clocked:
    """An office whose clock the test sets, and who looks at terms when told to."""

    def __init__(self, office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
        self.office = office
        self._monkeypatch = monkeypatch
        self.set(START)

    def set(self, now: datetime) -> None:
        self._monkeypatch.setattr(clock, "now", lambda: now)

    async def told(self) -> list[dict[str, Any]]:
        return [event["data"] for event in await self.office.sandbox.published("workflow", TermijnBereikt.TYPE)]

    async def settled(self) -> None:
        """Wait until nothing that is due is left undone."""
        query = "SELECT NOT EXISTS (SELECT FROM termijnmoment WHERE gedaan_op IS NULL AND op <= $1)"
        await eventually(lambda: self.office.service.database.pool.fetchval(query, clock.now()))


async def test_a_reminder_and_an_escalation_each_once_also_after_days_of_standstill(clocked: Clocked) -> None:
    office = clocked.office
    who = {"coordinator": "Cor Bedacht", "email": "cor@swv.example", "scholen": [LINDE.code]}
    await office.client(KRING).call("PUT", "/kringen/Noord", json=who)
    data = await office.opened("Kringvraag", swv="PO00YY", ingediend_op=START)
    client = office.client(staff("administratie", swv="PO00YY"))
    (shown,) = (await client.get(f"/hulpvragen/{data.dossiernummer}/termijnen")).json()["termijnen"]
    assert (shown["deadline"], shown["staat"]) == ("2027-03-31", "loopt")  # not Good Friday, not Easter Monday
    await clocked.settled()
    assert await clocked.told() == []
    clocked.set(START + timedelta(days=30))
    await clocked.settled()
    clocked.set(START - timedelta(days=30))
    await asyncio.sleep(0.5)
    clocked.set(START + timedelta(days=60))
    await clocked.settled()
    told = await clocked.told()
    assert [(one["soort"], one["deadline"]) for one in told] == [("herinnering", "2027-03-31"), ("bereikt", "2027-03-31")]
    assert [mail["email"] for mail in told[0]["mails"]] == ["cor@swv.example"]
    assert len({one["moment"] for one in told}) == 2
    (shown,) = (await client.get(f"/hulpvragen/{data.dossiernummer}/termijnen")).json()["termijnen"]
    assert (shown["staat"], len(shown["herinnerdOp"])) == ("verstreken", 1)


async def test_a_term_that_is_met_says_nothing_any_more(clocked: Clocked) -> None:
    office = clocked.office
    data = await office.opened("Kringvraag", swv="PO00YY", ingediend_op=START)
    await office.client(staff("regiomanager", swv="PO00YY")).to(data.dossiernummer, "Kring klaar")
    clocked.set(START + timedelta(days=60))
    await clocked.settled()
    await asyncio.sleep(0.3)
    assert await clocked.told() == []
    assert await office.service.database.pool.fetchval("SELECT count(*) FROM termijnmoment") == 0


async def test_a_form_moves_the_status_and_a_term_that_is_reached_moves_it_on(clocked: Clocked) -> None:
    office = clocked.office
    data = await office.opened("Kringvraag", swv="PO00YY", ingediend_op=START)
    await office.add(batch(data, bijlagen=(named("iets anders.pdf"),)), batch(data, bijlagen=(named("Evaluatie Noor.pdf"),)))
    await office.version(data.hulpvraag, 2)
    client = office.client(staff("administratie", swv="PO00YY"))
    assert (await client.detail(data.dossiernummer))["status"] == "Kring bezig"
    clocked.set(START + timedelta(days=5))
    await office.version(data.hulpvraag, 3)
    shown = await client.detail(data.dossiernummer)
    assert (shown["status"], shown["einde"], shown["deadline"]) == ("Kring klaar", True, None)
    history = (await client.get(f"/hulpvragen/{data.dossiernummer}/statushistorie")).json()["wijzigingen"]
    assert [one["aanleiding"] for one in history] == ["ingediend", "formulier-ingevuld", "termijn-bereikt"]


async def test_a_decision_term_stands_still_while_the_school_must_fill_up(clocked: Clocked) -> None:
    """Awb 4:15."""
    office = clocked.office
    data = await office.opened("TLV", ingediend_op=START)
    client = office.client(staff("administratie"))
    url = f"/hulpvragen/{data.dossiernummer}/termijnen"
    assert (await client.get(url)).json()["termijnen"][0]["deadline"] == "2027-05-18"  # the 17th is tweede Pinksterdag
    await client.to(data.dossiernummer, "TLV aanvraag incompleet", reden="Het OPP ontbreekt.")
    assert (await client.get(url)).json()["termijnen"][0]["staat"] == "staat stil"
    assert (await client.detail(data.dossiernummer))["deadline"] is None
    clocked.set(START + timedelta(days=10))
    await office.add(batch(data))
    await office.version(data.hulpvraag, 3)
    (term,) = (await client.get(url)).json()["termijnen"]
    assert (term["staat"], term["deadline"]) == ("loopt", "2027-05-26")


async def test_two_replicas_and_a_crowd_of_terms_tell_each_once(clocked: Clocked, sandbox: Sandbox) -> None:
    office = clocked.office
    settings = office.service.settings
    assert isinstance(settings, Settings)
    some = [await office.opened("Kringvraag", swv="PO00YY", ingediend_op=START) for _ in range(20)]
    async with running(make_service(settings)):
        clocked.set(START + timedelta(days=60))
        await clocked.settled()
    told = await clocked.told()
    assert sorted((one["dossiernummer"], one["soort"]) for one in told) == sorted(
        (data.dossiernummer, soort) for data in some for soort in ("bereikt", "herinnering")
    )


async def test_without_the_lock_two_would_tell_twice(clocked: Clocked, monkeypatch: pytest.MonkeyPatch) -> None:
    """The test above, red: nobody marks what was done."""
    office = clocked.office
    await office.opened("Kringvraag", swv="PO00YY", ingediend_op=START)

    async def forget(*_: object) -> None:
        """Mark nothing."""

    monkeypatch.setattr("workflow.store.termijn.done", forget)
    clocked.set(START + timedelta(days=60))
    keeper = Termijnwachter(office.service.database, office.service.http.state.ports.rulesets)

    async def told_twice() -> bool:
        await keeper.step()  # unless the service's own has the row in hand
        return len(await clocked.told()) > 1

    await eventually(told_twice)
    assert len({one["moment"] for one in await clocked.told()}) == 1
