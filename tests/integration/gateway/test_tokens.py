"""Tokens for programs: what they open and what not, when they end, who makes and withdraws them (RFC 6750; C, 10, 11, 15)."""

import re
from datetime import date, timedelta
from itertools import count
from typing import Any, get_args
from uuid import UUID

import httpx
import pytest

from gateway import token_store
from gateway.api.openapi import scopes_of
from gateway.domain import token as tokens
from gateway.domain.account import Name
from gateway.domain.token import SCOPES, Scope, Token
from gateway.store import find_account
from gateway.usecases.accounts import set_factors, stop_account
from gateway.usecases.tokens import INVALID, Tokenwachter
from shared import clock
from shared.database import Database
from shared.service import Service
from support.mailbox import Mailbox
from support.portal import (
    COOKIE,
    PASSWORD,
    PASSWORDS,
    Person,
    browser,
    log_in,
    make_gateway,
    make_person,
    program,
    submitted,
)
from support.sandbox import Sandbox, running
from support.whole import Whole

ALL: frozenset[Scope] = frozenset(get_args(Scope))
_numbers = count(1)


async def a_token(
    database: Database, person: Person, *scopes: Scope, last: date | None = None, remind: bool = False
) -> tuple[UUID, str]:
    """A token in the table, without walking the page for it; with every scope when none is named."""
    secret, now = tokens.new_token(), clock.now()
    async with database.transaction() as tx:
        account = await find_account(tx, Name.typed(person.organisatie, person.gebruikersnaam))
        assert account is not None
        ends = clock.end_of(last or clock.today() + timedelta(days=5))
        made = Token(clock.new_id(), account, "LAS", frozenset(scopes) or ALL, now, ends)
        await token_store.add(tx, made, tokens.hash_of(secret), now if remind else None)
    return made.id, secret


def bearing(secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


async def asked(api: httpx.AsyncClient, secret: str, path: str = "/mails") -> int:
    """What a program with this token hears. 503 where the service behind the gateway is not there: it was let in."""
    return (await api.get(path, headers=bearing(secret))).status_code


def form(person: Person, **own: object) -> dict[str, Any]:
    last = (clock.today() + timedelta(days=30)).isoformat()
    given = {"naam": "LAS van de school", "scopes": ["hulpvragen:lezen", "mails:lezen"], "totEnMet": last, "huidig": PASSWORD}
    return {**given, "code": person.code(1), **own}


def operations(service: Service) -> list[tuple[str, str, str, Scope | None]]:
    """Every operation of the API but log-in: its id, method, a path that could be, and the scope that opens it."""
    scopes = scopes_of(service.http)
    found = []
    for path, item in service.http.openapi()["paths"].items():
        filled = path.replace("{dossiernummer}", "100001").replace("{school}", "99XA00")
        filled = re.sub(r"\{(rol|naam)\}", "SCP", filled)
        filled = re.sub(r"\{\w+\}", "01890a5d-ac96-774b-bcce-b302099a8057", filled)
        found += [
            (operation["operationId"], method, filled, scopes[operation["operationId"]])
            for method, operation in item.items()
            if operation["operationId"] != "sessieOpenen"
        ]
    return found


async def rows_of(database: Database, action: str, subject: UUID) -> list[dict[str, Any]]:
    query = "SELECT details FROM audit_log WHERE action = $1 AND subject = $2 ORDER BY id"
    return [row["details"] for row in await database.pool.fetch(query, action, str(subject))]


async def test_a_token_takes_both_factors_is_shown_once_and_opens_what_it_names(
    gateway: Service, jansen: Person, address: str
) -> None:
    async with browser(gateway, address) as portal, program(gateway, address) as api:
        await log_in(portal, jansen)
        page = await portal.post("/mijn-account/tokens", data=form(jansen))
        found = re.search(r"<code[^>]*>(schakel_[\w-]{43})</code>", page.text)
        assert found is not None, page.text
        secret = found[1]
        listed = await portal.get("/mijn-account/tokens")
        assert secret not in listed.text
        assert "LAS van de school" in listed.text
        assert "hulpvragen:lezen, mails:lezen" in listed.text
        assert "nog niet" in listed.text
        assert await asked(api, secret) == 503
        assert await asked(api, secret, "/registraties") == 403
        assert "nog niet" not in (await portal.get("/mijn-account/tokens")).text
        token = UUID(re.findall(r"tokens/([0-9a-f-]{36})/intrekken", listed.text)[0])
        done = await portal.post(f"/mijn-account/tokens/{token}/intrekken")
        assert done.headers["location"] == "/mijn-account/tokens?gedaan=ingetrokken"
        assert await asked(api, secret) == 401
        assert (await portal.post(f"/mijn-account/tokens/{token}/intrekken")).status_code == 404
    made = await rows_of(gateway.database, "token.made", token)
    assert made[0]["scopes"] == ["hulpvragen:lezen", "mails:lezen"]
    assert len(await rows_of(gateway.database, "token.withdrawn", token)) == 1
    assert await rows_of(gateway.database, "token.refused", token) == [{"reden": "scope"}], "one row an hour, not one a request"
    for table in ("api_token", "audit_log", "outbox"):
        everything = await gateway.database.pool.fetch(f"SELECT t::text AS row FROM {table} t")
        assert not any(secret in row["row"] or secret.removeprefix("schakel_") in row["row"] for row in everything), table


@pytest.mark.parametrize(
    ("own", "field", "text"),
    [
        ({"huidig": "een ander wachtwoord"}, "huidig", "Dit is niet uw wachtwoord."),
        ({"code": "000000"}, "code", "Deze code klopt niet."),
        ({"scopes": []}, "scopes", "Kies minstens één recht"),
        ({"scopes": ["accounts:schrijven"]}, "scopes", "Kies minstens één recht"),
        ({"totEnMet": "gisteren"}, "totEnMet", ""),
        ({"totEnMet": date(2099, 1, 1).isoformat()}, "totEnMet", "hoogstens 365 dagen vooruit"),
        ({"naam": ""}, "naam", ""),
    ],
)
async def test_what_is_wrong_is_told_at_its_field_and_no_token_is_made(
    gateway: Service, jansen: Person, address: str, own: dict[str, object], field: str, text: str
) -> None:
    async with browser(gateway, address) as portal:
        await log_in(portal, jansen)
        page = await portal.post("/mijn-account/tokens", data=form(jansen, **own))
        assert page.status_code == 400
        assert f'id="{field}-fout"' in page.text
        assert text in page.text
        assert PASSWORD not in page.text
        assert "U heeft nu geen tokens." in (await portal.get("/mijn-account/tokens")).text


async def test_a_code_that_logged_in_makes_no_token_and_guessing_codes_is_slowed_down(
    gateway: Service, jansen: Person, address: str
) -> None:
    async with browser(gateway, address) as portal:
        await log_in(portal, jansen)
        codes = [jansen.code(), *(f"{number:06d}" for number in range(5))]
        answers = [(await portal.post("/mijn-account/tokens", data=form(jansen, code=code))).status_code for code in codes]
    assert answers == [400, 400, 400, 400, 400, 429], "with the right password each wrong code counts"


async def test_every_route_takes_its_own_scope_and_no_other(gateway: Service, jansen: Person, address: str) -> None:
    found = operations(gateway)
    assert len(found) > 35
    async with program(gateway, address) as api:
        _, everything = await a_token(gateway.database, jansen)
        for scope in ALL:
            _, only = await a_token(gateway.database, jansen, scope)
            _, without = await a_token(gateway.database, jansen, *(ALL - {scope}))
            for name, method, path, needed in found:
                if needed != scope:
                    continue
                let_in = await api.request(method, path, headers=bearing(only))
                assert let_in.status_code not in {401, 403}, name
                refused = await api.request(method, path, headers=bearing(without))
                assert (refused.status_code, refused.json()["scope"]) == (403, scope), name
                challenge = f'Bearer realm="schakel", error="insufficient_scope", scope="{scope}"'
                assert refused.headers["www-authenticate"] == challenge
        closed = [(method, path) for _, method, path, needed in found if needed is None]
        assert {path.split("/")[1] for _, path in closed} == {"sessies", "accounts"}
        for method, path in closed:
            refused = await api.request(method, path, headers=bearing(everything))
            assert (refused.status_code, refused.json()["type"]) == (403, "urn:schakel:fout:scope-ontbreekt"), path
            assert refused.headers["www-authenticate"] == 'Bearer realm="schakel", error="insufficient_scope"'


@pytest.mark.parametrize("why", ["ingetrokken", "verlopen", "gestopt", "factoren", "gast", "onbekend"])
async def test_a_token_that_counts_no_more_opens_no_route(gateway: Service, jansen: Person, address: str, why: str) -> None:
    name = Name.typed(jansen.organisatie, jansen.gebruikersnaam)
    token, secret = await a_token(gateway.database, jansen, last=clock.today())
    async with program(gateway, address) as api:
        assert await asked(api, secret) == 503
        async with gateway.database.transaction() as tx:
            account = await find_account(tx, name)
            assert account is not None
            match why:
                case "ingetrokken":
                    await token_store.withdraw(tx, token, account.id)
                case "gestopt":
                    await stop_account(tx, name, by="test")
                case "factoren":
                    await set_factors(tx, PASSWORDS, gateway.http.state.parts.post.box, name, password=PASSWORD)
                case "gast":
                    await tx.execute("UPDATE account SET soort = 'extern' WHERE id = $1", account.id)
                case "onbekend":
                    secret = tokens.new_token()
        end = clock.end_of(clock.today())
        moment = end if why == "verlopen" else clock.now()
        with clock.use(lambda: moment):
            for name_of, method, path, _ in operations(gateway):
                answer = await api.request(method, path, headers=bearing(secret))
                assert (answer.status_code, answer.json()["type"]) == (401, "urn:schakel:fout:token-ongeldig"), name_of
                assert answer.json()["detail"] == INVALID
                assert answer.headers["www-authenticate"] == 'Bearer realm="schakel", error="invalid_token"'
    refused = await rows_of(gateway.database, "token.refused", token)
    assert len(refused) == (0 if why == "onbekend" else 1)


async def test_a_token_works_through_its_last_day_in_dutch_time(gateway: Service, jansen: Person, address: str) -> None:
    last = clock.today() + timedelta(days=200)  # the other side of a change of the clock
    _, secret = await a_token(gateway.database, jansen, last=last)
    async with program(gateway, address) as api:
        for moment, answer in ((clock.end_of(last) - timedelta(seconds=1), 503), (clock.end_of(last), 401)):
            with clock.use(lambda moment=moment: moment):  # type: ignore[misc]  # a default binds the loop's value
                assert await asked(api, secret) == answer


async def test_another_password_or_a_reset_factor_ends_all_tokens_and_own_recovery_codes_do_not(
    gateway: Service, jansen: Person, address: str
) -> None:
    _, secret = await a_token(gateway.database, jansen)
    async with browser(gateway, address) as portal, program(gateway, address) as api:
        await log_in(portal, jansen)
        assert (await portal.post("/mijn-account/herstelcodes", data={"wachtwoord_nu": PASSWORD})).status_code == 200
        assert await asked(api, secret) == 503
        new = {"huidig": PASSWORD, "wachtwoord": "vier woorden zonder enig verband"}
        assert (await portal.post("/mijn-account/wachtwoord", data=new)).status_code == 303
        assert await asked(api, secret) == 401


async def test_the_portal_takes_no_token_and_a_token_beside_the_cookie_is_refused(
    gateway: Service, jansen: Person, address: str
) -> None:
    _, secret = await a_token(gateway.database, jansen)
    async with browser(gateway, address) as portal, program(gateway, f"{address}1") as api:
        page = await portal.get("/mijn-account", headers=bearing(secret))
        assert (page.status_code, page.headers["location"]) == (303, "/inloggen?volgende=%2Fmijn-account")
        portal.cookies.set(COOKIE, secret, domain="portal.example")
        assert (await portal.get("/api/v1/sessies")).status_code == 401
        portal.cookies.clear()
        await log_in(portal, jansen)
        for method, path in (("GET", "/api/v1/mails"), ("PUT", "/api/v1/voorkeuren")):
            both = await portal.request(method, path, headers=bearing(secret))
            assert (both.status_code, both.json()["fouten"][0]["rule"]) == (400, "een-manier")
        change = await api.put("/voorkeuren", json={"statusmails": True}, headers=bearing(secret))
        assert change.status_code != 403, "a program needs no proof of where its request came from"


async def test_the_requests_of_a_token_are_counted_by_themselves(box: Sandbox, jansen: Person, address: str) -> None:
    strict = make_gateway(box, requests_per_minute=3)
    moment = clock.now().replace(second=10)
    with clock.use(lambda: moment):
        async with running(strict), program(strict, address) as api:
            _, one = await a_token(strict.database, jansen)
            _, other = await a_token(strict.database, jansen)
            answers = [await asked(api, one) for _ in range(4)]
            late = await api.get("/mails", headers=bearing(one))
            assert (late.status_code, late.headers["retry-after"]) == (429, "50")
            assert answers == [503, 503, 503, 429]
            assert await asked(api, other) == 503


@pytest.mark.parametrize("soort", ["ouder", "extern"])
async def test_a_guest_can_have_no_token(gateway: Service, address: str, soort: Any) -> None:
    guest = await make_person(gateway.database, f"gast-{soort}-{next(_numbers)}", soort=soort, rollen=())
    async with browser(gateway, address) as portal:
        await log_in(portal, guest)
        assert "Tokens voor programma" not in (await portal.get("/mijn-account")).text
        assert (await portal.get("/mijn-account/tokens")).status_code == 403
        assert (await portal.post("/mijn-account/tokens", data=form(guest))).status_code == 403


async def test_nobody_withdraws_or_sees_the_token_of_another(gateway: Service, jansen: Person, address: str) -> None:
    token, secret = await a_token(gateway.database, jansen)
    other = await make_person(gateway.database, f"p-{jansen.gebruikersnaam}")
    async with browser(gateway, address) as portal, program(gateway, address) as api:
        await log_in(portal, other)
        assert str(token) not in (await portal.get("/mijn-account/tokens")).text
        assert (await portal.post(f"/mijn-account/tokens/{token}/intrekken")).status_code == 404
        assert await asked(api, secret) == 503


async def test_no_more_tokens_than_someone_can_keep_track_of(gateway: Service, jansen: Person, address: str) -> None:
    for _ in range(tokens.MOST):
        await a_token(gateway.database, jansen)
    async with browser(gateway, address) as portal:
        await log_in(portal, jansen)
        page = await portal.post("/mijn-account/tokens", data=form(jansen))
        assert (page.status_code, "U heeft al 20 tokens." in page.text) == (400, True)


async def test_when_a_token_was_used_is_written_once_an_hour(gateway: Service, jansen: Person, address: str) -> None:
    token, secret = await a_token(gateway.database, jansen)
    start = clock.now()
    seen = []
    async with program(gateway, address) as api:
        for minutes in (0, 59, 61):
            with clock.use(lambda minutes=minutes: start + timedelta(minutes=minutes)):  # type: ignore[misc]  # a default binds the loop's value
                await asked(api, secret)
            seen.append(await gateway.database.pool.fetchval("SELECT seen_at FROM api_token WHERE id = $1", token))
    assert seen == [start, start, start + timedelta(minutes=61)]


async def test_the_log_of_each_service_names_the_token_that_a_program_used(
    system: Whole, iber: Person, iris: httpx.AsyncClient, address: str
) -> None:
    number = await submitted(iris)
    token, secret = await a_token(system.gateway.database, iber, "hulpvragen:lezen")
    async with program(system.gateway, f"{address}7") as api:
        assert await asked(api, secret, f"/hulpvragen/{number}") == 200
    query = "SELECT count(*) FROM workflow.audit_log WHERE action = 'hulpvraag.bekeken' AND details->>'token' = $1"
    async with system.box.connect() as connection:
        assert await connection.fetchval(query, str(token)) == 1


async def test_its_owner_hears_by_mail_of_a_new_token_and_a_week_before_its_end(
    system: Whole, administratie: Person, address: str
) -> None:
    mailbox = Mailbox(system.servers.sink, f"{administratie.gebruikersnaam}@stroomland.example")
    async with browser(system.gateway, address) as portal:
        await log_in(portal, administratie)
        assert (await portal.post("/mijn-account/tokens", data=form(administratie))).status_code == 200
    await a_token(system.gateway.database, administratie, remind=True)
    watch = Tokenwachter(system.gateway.database, system.gateway.http.state.parts.post)
    while await watch.step():
        pass

    await mailbox.newest("Er is een token gemaakt")
    await mailbox.newest("Een token van uw account voor Schakel loopt af")
    [reminder] = mailbox.texts("loopt af")
    assert "Token: LAS" in reminder


def test_the_page_explains_every_scope() -> None:
    assert set(SCOPES) == ALL


def test_what_a_scope_opens_is_what_the_page_says_of_it(gateway: Service) -> None:
    """By the first word of the path: who chooses beheer lets no program read names of pupils."""
    subjects: dict[str, set[str]] = {}
    for _, _, path, scope in operations(gateway):
        subjects.setdefault((scope or "").partition(":")[0], set()).add(path.split("/")[1])
    shown = {"postbussen", "kringen", "mandaten", "overeenkomsten", "organisaties", "overdrachten"}
    assert subjects["beheer"] == shown | {"contactnummers", "verhuizingen"}, (
        "numbers go with handovers, moves with organisations"
    )
    assert subjects["hulpvragen"] == {"hulpvragen", "aanvraagtypen", "scholen", "dossiers", "gelijkenissen", "cijfers"}
