"""Who may see which mails, and change which preference."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from schakel_local.smtpsink import SmtpSink
from shared.contracts.workflow import StatusGewijzigd
from shared.envelope import Event
from shared.tokens import Actor
from support.mails import changed, notify, person, reached, to
from support.sandbox import Sandbox, token_for

ADMINISTRATION: dict[str, Any] = {"organisatie": "PO2507", "soort": "swv", "rollen": ("administratie",)}


@pytest.fixture
async def http(sandbox: Sandbox, sink: SmtpSink) -> AsyncIterator[httpx.AsyncClient]:
    async with notify(sandbox, sink) as client:
        yield client


@pytest.fixture
async def change(sandbox: Sandbox, http: httpx.AsyncClient) -> Event[StatusGewijzigd]:
    """Two mails about one hulpvraag, and one about another."""
    event = changed(to("ank@linde.example"), to("ac@regio.example", doelgroep="AC"))
    await sandbox.publish(event)
    await reached(sandbox, aangeboden=2)
    await sandbox.publish(changed(to("ank@linde.example"), dossiernummer=100002))
    await reached(sandbox, aangeboden=3)
    return event


async def listed(http: httpx.AsyncClient, actor: Actor, **query: Any) -> list[dict[str, Any]]:
    answer = await http.get("/mails", params=query, headers=token_for(actor, "notify"))
    assert answer.status_code == 200, answer.text
    mails: list[dict[str, Any]] = answer.json()["mails"]
    return mails


async def test_without_a_token_for_notify_there_is_nothing(http: httpx.AsyncClient) -> None:
    routes = [("GET", "/mails"), ("GET", f"/mails/{uuid4()}/pogingen"), ("GET", "/voorkeuren"), ("PUT", "/voorkeuren")]
    for method, path in routes:
        for headers in ({}, token_for(person(), "workflow"), {"Authorization": "Bearer x.y.z"}):
            answer = await http.request(method, path, headers=headers, json={"statusmails": False})
            assert answer.status_code == 401, (method, path)
            assert answer.headers["content-type"] == "application/problem+json"


async def test_a_person_sees_the_mails_to_the_own_address_and_their_fate(
    http: httpx.AsyncClient, change: Event[StatusGewijzigd]
) -> None:
    newest, oldest = await listed(http, person("Ank@Linde.example"))
    assert (newest["dossiernummer"], oldest["dossiernummer"]) == (100002, 100001)
    assert oldest["onderwerp"] == "Hulpvraag 100001: status gewijzigd in TLV aanvraag incompleet"
    assert oldest["staat"] == "aangeboden"
    assert oldest["uitleg"] == "Verstuurd: de mailserver heeft deze mail aangenomen."
    assert oldest["volgendePoging"] is None
    assert [mail["id"] for mail in await listed(http, person(), hulpvraag=str(change.data.hulpvraag))] == [oldest["id"]]


async def test_nobody_sees_mails_to_another_address(http: httpx.AsyncClient, change: Event[StatusGewijzigd]) -> None:
    assert await listed(http, person("bob@linde.example")) == []
    assert await listed(http, person("bob@linde.example"), hulpvraag=str(change.data.hulpvraag)) == []
    assert await listed(http, person(swv="PO0001")) == [], "a session at one SWV shows nothing of another"


async def test_the_administration_of_the_swv_sees_all_mails_about_a_hulpvraag(
    http: httpx.AsyncClient, change: Event[StatusGewijzigd]
) -> None:
    found = await listed(http, person("", **ADMINISTRATION), hulpvraag=str(change.data.hulpvraag))
    assert {mail["email"] for mail in found} == {"ank@linde.example", "ac@regio.example"}


async def test_nobody_else_sees_all_mails_about_a_hulpvraag(http: httpx.AsyncClient, change: Event[StatusGewijzigd]) -> None:
    hulpvraag = str(change.data.hulpvraag)
    [mail, _] = await listed(http, person("", **ADMINISTRATION), hulpvraag=hulpvraag)
    others: list[dict[str, Any]] = [
        {"organisatie": "PO0001", "swv": "PO0001"},
        {"organisatie": "PO0001"},
        {"rollen": ("SCP",)},
        {"soort": "school"},
        {"soort": "bestuur"},
        {"soort": "systeem"},
        {"rollen": ("administratie", "administratie Platform"), "platforms": ("PO2507-WEST",)},
    ]
    for own in others:
        actor = person("iemand@elders.example", **{**ADMINISTRATION, **own})
        assert await listed(http, actor, hulpvraag=hulpvraag) == [], own
        answer = await http.get(f"/mails/{mail['id']}/pogingen", headers=token_for(actor, "notify"))
        assert answer.status_code == 404, own


async def test_attempts_are_there_for_who_may_see_the_mail(http: httpx.AsyncClient, change: Event[StatusGewijzigd]) -> None:
    oldest = (await listed(http, person()))[-1]
    for actor in (person(), person("", **ADMINISTRATION)):
        answer = await http.get(f"/mails/{oldest['id']}/pogingen", headers=token_for(actor, "notify"))
        [attempt] = answer.json()["pogingen"]
        assert (attempt["uitkomst"], attempt["code"]) == ("aangeboden", 250)
    answer = await http.get(f"/mails/{uuid4()}/pogingen", headers=token_for(person(), "notify"))
    assert answer.status_code == 404


async def test_an_account_without_an_address_has_no_mails_and_no_preference(http: httpx.AsyncClient) -> None:
    headers = token_for(person("", soort="systeem", rollen=()), "notify")
    for answer in (
        await http.get("/mails", headers=headers),
        await http.get("/voorkeuren", headers=headers),
        await http.put("/voorkeuren", headers=headers, json={"statusmails": False}),
    ):
        assert answer.status_code == 403
        assert answer.json()["detail"].startswith("Bij uw account staat geen e-mailadres.")


async def test_mails_come_by_the_page(sandbox: Sandbox, http: httpx.AsyncClient) -> None:
    await sandbox.publish(*(changed(to("ank@linde.example")) for _ in range(51)))
    await reached(sandbox, aangeboden=51)
    headers = token_for(person(), "notify")
    first = (await http.get("/mails", headers=headers)).json()
    second = (await http.get("/mails", params={"pagina": 2}, headers=headers)).json()
    assert (len(first["mails"]), first["pagina"], first["meer"]) == (50, 1, True)
    assert (len(second["mails"]), second["pagina"], second["meer"]) == (1, 2, False)
    assert second["mails"][0]["id"] not in {mail["id"] for mail in first["mails"]}
    assert (await http.get("/mails", params={"pagina": 0}, headers=headers)).status_code == 400


async def test_a_preference_holds_until_it_is_changed(http: httpx.AsyncClient) -> None:
    headers = token_for(person(), "notify")
    assert (await http.get("/voorkeuren", headers=headers)).json() == {
        "email": "ank@linde.example",
        "statusmails": True,
        "gewijzigdOp": None,
    }
    for choice in (False, False, True):
        changed_to = (await http.put("/voorkeuren", headers=headers, json={"statusmails": choice})).json()
        assert changed_to["statusmails"] is choice
        assert (await http.get("/voorkeuren", headers=headers)).json() == changed_to
    other = (await http.get("/voorkeuren", headers=token_for(person("bob@linde.example"), "notify"))).json()
    assert other["gewijzigdOp"] is None


async def test_a_preference_in_another_form_is_refused_by_field_and_rule(http: httpx.AsyncClient) -> None:
    headers = token_for(person(), "notify")
    for body, field, rule in (
        ({"statusmails": False, "email": "bob@linde.example"}, "email", "onbekend-veld"),
        ({}, "statusmails", "verplicht"),
    ):
        answer = await http.put("/voorkeuren", headers=headers, json=body)
        assert answer.status_code == 400
        assert [(fault["field"], fault["rule"]) for fault in answer.json()["fouten"]] == [(field, rule)]
    assert (await http.get("/voorkeuren", headers=headers)).json()["statusmails"] is True


async def test_every_view_and_change_is_on_record_without_an_address(
    sandbox: Sandbox, http: httpx.AsyncClient, change: Event[StatusGewijzigd]
) -> None:
    actor, administration = person(), person("", **ADMINISTRATION)
    [mail] = await listed(http, actor, hulpvraag=str(change.data.hulpvraag))
    await listed(http, administration, hulpvraag=str(change.data.hulpvraag))
    await http.get(f"/mails/{mail['id']}/pogingen", headers=token_for(actor, "notify"))
    await http.put("/voorkeuren", headers=token_for(actor, "notify"), json={"statusmails": False})
    async with sandbox.connect() as connection:
        log = await connection.fetch("SELECT action, subject, actor, details::text FROM notify.audit_log ORDER BY id")
    hulpvraag = str(change.data.hulpvraag)
    assert {row["action"] for row in log if row["actor"] is None} == {"mail.aangeboden"}
    assert [(row["action"], row["subject"], row["actor"]) for row in log if row["actor"] is not None] == [
        ("mails.bekeken", hulpvraag, str(actor.sub)),
        ("mails.bekeken", hulpvraag, str(administration.sub)),
        ("pogingen.bekeken", hulpvraag, str(actor.sub)),
        ("voorkeur.gewijzigd", str(actor.sub), str(actor.sub)),
    ]
    assert "@" not in str([dict(row) for row in log])


async def test_the_service_itself_cannot_rewrite_its_attempts(sandbox: Sandbox, change: Event[StatusGewijzigd]) -> None:
    async with sandbox.connect() as connection:
        rights = await connection.fetch(
            "SELECT privilege_type FROM information_schema.role_table_grants"
            " WHERE grantee = 'notify_app' AND table_schema = 'notify' AND table_name = 'poging'"
        )
    assert {row["privilege_type"] for row in rights} == {"SELECT", "INSERT"}
