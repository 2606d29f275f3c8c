"""Sessions: how they end, what the cookie looks like, who may send a form (peers-and-reliability C, 10, 11, 12, 14, 33)."""

from datetime import timedelta

import httpx
import pytest

from gateway.domain.account import Name
from gateway.usecases.accounts import set_factors, stop_account
from shared import clock
from shared.contracts.every_service import TokensVervallen
from shared.service import Service
from support.portal import (
    COOKIE,
    FROM_OUR_PAGE,
    ORIGIN,
    PASSWORD,
    PASSWORDS,
    Person,
    browser,
    log_in,
    log_in_to_api,
    make_gateway,
    make_person,
    program,
    routes,
)
from support.sandbox import Sandbox, running

MINUTE = timedelta(minutes=1)
_ACCOUNT = "SELECT id FROM account WHERE gebruikersnaam = $1"


async def is_in(client: httpx.AsyncClient) -> bool:
    """Whether this browser or program is logged in: the list of own sessions needs no other service."""
    path = "/sessies" if "authorization" in client.headers else "/api/v1/sessies"
    return (await client.get(path)).status_code == 200


async def test_the_cookie_is_for_our_own_pages_alone(gateway: Service, jansen: Person, address: str) -> None:
    async with browser(gateway, address) as portal:
        answer = await portal.post("/inloggen", data=jansen.form())
    cookie = answer.headers["set-cookie"]
    name, _, attributes = cookie.partition("=")
    assert name == COOKIE == "__Host-schakel-sessie"
    assert {part.strip().lower() for part in attributes.split(";")[1:]} == {"httponly", "path=/", "samesite=lax", "secure"}


async def test_a_session_ends_after_half_an_hour_without_use(gateway: Service, jansen: Person, address: str) -> None:
    start = clock.now()
    async with browser(gateway, address) as portal:
        await log_in(portal, jansen)
        for minutes, alive in ((29, True), (58, True), (89, False)):
            with clock.use(lambda minutes=minutes: start + minutes * MINUTE):  # type: ignore[misc]  # a default binds the loop's value
                assert await is_in(portal) is alive


async def test_a_session_ends_after_twelve_hours_however_busy(gateway: Service, jansen: Person, address: str) -> None:
    start = clock.now()
    async with browser(gateway, address) as portal:
        await log_in(portal, jansen)
        for minutes in range(20, 720, 20):
            with clock.use(lambda minutes=minutes: start + minutes * MINUTE):  # type: ignore[misc]  # a default binds the loop's value
                assert await is_in(portal)
        with clock.use(lambda: start + 721 * MINUTE):
            assert not await is_in(portal)


async def test_logging_out_ends_the_session_on_the_server(gateway: Service, jansen: Person, address: str) -> None:
    async with browser(gateway, address) as portal:
        await log_in(portal, jansen)
        kept = dict(portal.cookies)
        answer = await portal.post("/uitloggen")
        assert answer.headers["location"] == "/inloggen"
        assert COOKIE not in portal.cookies
        portal.cookies.update(kept)
        assert not await is_in(portal), "the cookie that was kept opens nothing"


async def test_each_log_in_gets_a_token_of_its_own(gateway: Service, jansen: Person, address: str) -> None:
    async with browser(gateway, address) as portal, program(gateway, address) as api:
        portal.cookies.set(COOKIE, "een-token-van-een-ander", domain="portal.example")
        await log_in(portal, jansen)
        assert "een-token-van-een-ander" not in set(portal.cookies.values())
        later = clock.now() + MINUTE  # a code counts once
        with clock.use(lambda: later):
            await log_in_to_api(api, jansen)
        sessions = (await portal.get("/api/v1/sessies")).json()
        assert [session["soort"] for session in sessions] == ["portal", "api"]
        token = str(api.headers["authorization"]).removeprefix("Bearer ")
        portal.cookies.clear()
        assert not await is_in(portal)
        portal.cookies.set(COOKIE, token, domain="portal.example")
        assert not await is_in(portal), "a bearer token is no cookie"


async def test_own_sessions_can_be_seen_and_ended_and_those_of_others_not(
    gateway: Service, jansen: Person, address: str
) -> None:
    pietersen = await make_person(gateway.database, f"p-{jansen.gebruikersnaam}")
    async with browser(gateway, address) as portal, program(gateway, address) as other:
        await log_in(portal, jansen)
        await log_in_to_api(other, pietersen)
        mine = (await portal.get("/api/v1/sessies")).json()[0]["id"]
        assert (await other.delete(f"/sessies/{mine}")).status_code == 404
        assert await is_in(portal)
        assert (await portal.delete(f"/api/v1/sessies/{mine}")).status_code == 204
        assert not await is_in(portal)


@pytest.mark.parametrize("change", ["stopped", "factors"])
async def test_a_stopped_account_or_a_changed_factor_ends_all_sessions_on_every_node(
    box: Sandbox, gateway: Service, jansen: Person, address: str, change: str
) -> None:
    other = make_gateway(box)
    parts = gateway.http.state.parts
    async with running(other), browser(gateway, address) as here:
        await log_in(here, jansen)
        async with browser(other, address) as there:
            there.cookies.update(dict(here.cookies))
            assert await is_in(there)
            name = Name.typed(jansen.organisatie, jansen.gebruikersnaam)
            async with gateway.database.transaction() as tx:
                if change == "stopped":
                    await stop_account(tx, name, by="test")
                else:
                    await set_factors(tx, PASSWORDS, parts.post.box, name, password=PASSWORD)
            assert not await is_in(here)
            assert not await is_in(there)
            assert (await there.post("/inloggen", data=jansen.form())).status_code == 401
        told = await box.published("gateway", TokensVervallen.TYPE)
        account = await gateway.database.pool.fetchval(_ACCOUNT, jansen.gebruikersnaam)
        assert str(account) in [one["data"]["account"] for one in told], "and what is signed inside for it is void"


async def test_an_account_that_is_stopped_in_the_table_alone_is_out_as_well(
    box: Sandbox, gateway: Service, jansen: Person, address: str
) -> None:
    async with browser(gateway, address) as portal:
        await log_in(portal, jansen)
        async with box.connect() as connection:
            query = "UPDATE gateway.account SET state = 'stopped' WHERE gebruikersnaam = $1"
            await connection.execute(query, jansen.gebruikersnaam)
        assert not await is_in(portal)


async def test_an_account_can_be_brought_in_again_without_losing_its_factors(
    gateway: Service, jansen: Person, address: str
) -> None:
    with pytest.raises(AssertionError):  # no second otpauth URI is given out
        await make_person(gateway.database, jansen.gebruikersnaam, rollen=("SCP",))
    async with program(gateway, address) as api:
        await log_in_to_api(api, jansen)
    async with gateway.database.transaction() as tx:
        query = "SELECT rollen FROM account WHERE gebruikersnaam = $1"
        assert await tx.fetchval(query, jansen.gebruikersnaam) == ["SCP"]


FORGED = [
    {},
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"sec-fetch-site": "none"},
    {"origin": "https://elders.example"},
    {"origin": "null"},
    {"origin": ORIGIN, "sec-fetch-site": "cross-site"},
    {"origin": "https://elders.example", "sec-fetch-site": "same-origin"},
    {"origin": f"{ORIGIN}.elders.example"},
    {"origin": "http://portal.example"},
]


@pytest.mark.parametrize("headers", FORGED)
async def test_a_form_sent_by_a_page_elsewhere_is_refused(
    gateway: Service, jansen: Person, address: str, headers: dict[str, str]
) -> None:
    async with browser(gateway, address) as portal:
        await log_in(portal, jansen)
        for name in FROM_OUR_PAGE:
            del portal.headers[name]
        for path, body in (("/uitloggen", {}), ("/inloggen", jansen.form())):
            answer = await portal.post(path, data=body, headers=headers)
            assert answer.status_code == 403
        mine = (await portal.get("/api/v1/sessies")).json()[0]["id"]
        answer = await portal.delete(f"/api/v1/sessies/{mine}", headers=headers)
        assert (answer.status_code, answer.headers["content-type"]) == (403, "application/problem+json")
        assert await is_in(portal)


async def test_no_route_that_changes_something_takes_a_forged_request(gateway: Service, jansen: Person, address: str) -> None:
    found = [(method, path) for method, path in routes(gateway) if method not in {"GET", "HEAD"}]
    assert len(found) > 15
    async with browser(gateway, address) as portal:
        await log_in(portal, jansen)
        for method, path in found:
            answer = await portal.request(method, path, headers={"origin": ORIGIN, "sec-fetch-site": "cross-site"})
            assert answer.status_code == 403, (method, path)


async def test_a_browser_without_the_newer_header_may_send_our_forms(gateway: Service, jansen: Person, address: str) -> None:
    async with browser(gateway, address) as portal:
        del portal.headers["sec-fetch-site"]
        await log_in(portal, jansen)


async def test_the_other_site_of_a_link_to_us_does_not_log_anyone_out_or_in(gateway: Service, address: str) -> None:
    async with browser(gateway, address) as portal:
        assert (await portal.get("/uitloggen")).status_code == 404
        assert (await portal.get("/inloggen", params={"organisatie": "PO2507"})).status_code == 200


async def test_too_many_requests_in_a_minute_must_wait(box: Sandbox, gateway: Service, jansen: Person, address: str) -> None:
    strict = make_gateway(box, requests_per_minute=5)
    moment = clock.now().replace(second=10)
    with clock.use(lambda: moment):
        async with running(strict), browser(strict, address) as portal:
            await log_in(portal, jansen)
            answers = [await portal.get("/api/v1/sessies") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 200, 429]
    assert answers[-1].headers["retry-after"] == "50"


async def test_what_a_stranger_says_of_its_address_is_not_believed(gateway: Service, jansen: Person, address: str) -> None:
    async with program(gateway, address) as api:
        form = jansen.form(gebruikersnaam="zomaar-iemand")
        for number in range(50):
            spoofed = {"x-forwarded-for": f"203.0.113.{number}", "forwarded": f"for=203.0.113.{number}"}
            await api.post("/sessies", json={**form, "gebruikersnaam": f"spoof-{number}"}, headers=spoofed)
        answer = await api.post("/sessies", json=form, headers={"x-forwarded-for": "203.0.113.200"})
    assert answer.status_code == 429
