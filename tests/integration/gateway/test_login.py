"""Log in with two factors: what is let in, what is not, and what a guesser learns (peers-and-reliability C, 1-4, 7, 9)."""

import asyncio
import statistics
import time
from datetime import timedelta

import pyotp
import pytest

from gateway.usecases.login import REFUSED
from shared import clock
from shared.service import Service
from support.portal import PASSWORD, Person, browser, make_gateway, program
from support.sandbox import Sandbox, running


async def test_with_organisation_name_password_and_code_one_is_in(gateway: Service, jansen: Person, address: str) -> None:
    async with program(gateway, address) as api:
        answer = await api.post("/sessies", json=jansen.form())
        assert answer.status_code == 201
        token = answer.json()["token"]
        own = await api.get("/sessies", headers={"authorization": f"Bearer {token}"})
    assert [session["id"] for session in own.json()] == [answer.json()["id"]]
    assert answer.headers["location"] == f"/api/v1/sessies/{answer.json()['id']}"


async def test_case_and_blanks_in_the_name_do_not_matter(gateway: Service, jansen: Person, address: str) -> None:
    async with program(gateway, address) as api:
        answer = await api.post(
            "/sessies", json=jansen.form(organisatie=" po2507", gebruikersnaam=f"{jansen.gebruikersnaam.upper()} ")
        )
    assert answer.status_code == 201


@pytest.mark.parametrize("wrong", ["organisatie", "gebruikersnaam", "wachtwoord", "code"])
async def test_whatever_is_wrong_the_answer_is_the_same(gateway: Service, jansen: Person, address: str, wrong: str) -> None:
    other = {"organisatie": "PO9999", "gebruikersnaam": "niemand", "wachtwoord": "iets heel anders", "code": "000000"}
    assert jansen.code() != other["code"]
    async with program(gateway, address) as api, browser(gateway, f"{address}1") as portal:
        answer = await api.post("/sessies", json=jansen.form(**{wrong: other[wrong]}))
        page = await portal.post("/inloggen", data=jansen.form(**{wrong: other[wrong]}))
    assert (answer.status_code, answer.json()["detail"]) == (401, REFUSED)
    assert page.status_code == 401
    assert REFUSED in page.text
    assert "set-cookie" not in page.headers


@pytest.mark.parametrize("field", ["organisatie", "gebruikersnaam"])
async def test_a_name_that_cannot_be_is_one_that_nobody_has(gateway: Service, jansen: Person, address: str, field: str) -> None:
    form = jansen.form()
    form[field] += "\0"
    async with program(gateway, address) as api, browser(gateway, f"{address}1") as portal:
        assert (await api.post("/sessies", json=form)).status_code == 401
        assert (await portal.post("/inloggen", data=form)).status_code == 401
        assert (await portal.post("/wachtwoord-vergeten", data=form)).status_code == 200


async def test_an_unknown_name_takes_as_long_as_a_wrong_password(gateway: Service, jansen: Person, address: str) -> None:
    times: dict[str, list[float]] = {jansen.gebruikersnaam: [], f"geen-{jansen.gebruikersnaam}": []}
    async with program(gateway, address) as api:
        for attempt in range(4):  # under the lock's threshold, taking turns so that a busy machine slows both
            for name, seen in times.items():
                start = time.perf_counter()
                answer = await api.post("/sessies", json=jansen.form(gebruikersnaam=name, wachtwoord=f"mis {attempt}"))
                seen.append(time.perf_counter() - start)
                assert answer.status_code == 401
    known, unknown = (statistics.median(seen) for seen in times.values())
    assert unknown > known / 3, "without a hash it would be over ten times quicker"


@pytest.mark.parametrize(("steps", "status"), [(-3, 401), (-2, 401), (-1, 201), (0, 201), (1, 201), (2, 401), (3, 401)])
async def test_a_code_counts_one_step_early_or_late_and_no_more(
    gateway: Service, jansen: Person, address: str, steps: int, status: int
) -> None:
    moment = clock.now()
    with clock.use(lambda: moment):
        async with program(gateway, address) as api:
            answer = await api.post("/sessies", json=jansen.form(code=jansen.code(steps)))
    assert answer.status_code == status


async def test_a_code_counts_once(gateway: Service, jansen: Person, address: str) -> None:
    form = jansen.form()
    async with program(gateway, address) as api:
        assert (await api.post("/sessies", json=form)).status_code == 201
        again = await api.post("/sessies", json=form)
        assert (again.status_code, again.json()["detail"]) == (401, REFUSED)


async def test_of_one_code_given_twice_at_the_same_moment_on_two_nodes_one_counts(
    box: Sandbox, gateway: Service, jansen: Person, address: str
) -> None:
    other = make_gateway(box)
    async with running(other), program(gateway, address) as here, program(other, address) as there:
        form = jansen.form()
        answers = await asyncio.gather(*(client.post("/sessies", json=form) for client in (here, there, here, there)))
    assert sorted(answer.status_code for answer in answers) == [201, 401, 401, 401]


async def test_a_guesser_must_wait_and_a_right_password_does_not_help_meanwhile(
    gateway: Service, jansen: Person, address: str
) -> None:
    now = clock.now()
    with clock.use(lambda: now):
        async with program(gateway, address) as api:
            for _ in range(5):
                assert (await api.post("/sessies", json=jansen.form(wachtwoord="mis mis mis"))).status_code == 401
            blocked = await api.post("/sessies", json=jansen.form())
            assert blocked.status_code == 429
            assert int(blocked.headers["retry-after"]) in range(29, 33)
    with clock.use(lambda: now + timedelta(seconds=31)):
        async with program(gateway, address) as api:
            assert (await api.post("/sessies", json=jansen.form())).status_code == 201


async def test_an_unknown_name_is_locked_just_the_same(gateway: Service, jansen: Person, address: str) -> None:
    async with program(gateway, address) as api:
        for _ in range(5):
            await api.post("/sessies", json=jansen.form(gebruikersnaam="nergens"))
        assert (await api.post("/sessies", json=jansen.form(gebruikersnaam="nergens"))).status_code == 429
        assert (await api.post("/sessies", json=jansen.form())).status_code == 201, "another name goes on"


async def test_forty_attempts_at_the_same_moment_get_no_further_than_five(
    gateway: Service, jansen: Person, address: str
) -> None:
    async with program(gateway, address) as api:
        wrong = jansen.form(wachtwoord="mis mis mis")
        answers = await asyncio.gather(*(api.post("/sessies", json=wrong) for _ in range(40)))
    statuses = [answer.status_code for answer in answers]
    assert (statuses.count(401), statuses.count(429)) == (5, 35)


async def test_one_address_that_tries_many_names_must_wait_but_others_need_not(
    gateway: Service, jansen: Person, address: str
) -> None:
    async with program(gateway, address) as api:
        form = jansen.form()
        for number in range(50):
            await api.post("/sessies", json={**form, "gebruikersnaam": f"naam-{number}"})
        assert (await api.post("/sessies", json=form)).status_code == 429
    async with program(gateway, f"{address}9") as elsewhere:
        assert (await elsewhere.post("/sessies", json=form)).status_code == 201


async def test_a_log_in_that_was_right_forgets_the_wrong_ones(gateway: Service, jansen: Person, address: str) -> None:
    async with program(gateway, address) as api:
        for _ in range(4):
            await api.post("/sessies", json=jansen.form(wachtwoord="mis mis mis"))
        assert (await api.post("/sessies", json=jansen.form())).status_code == 201
        for _ in range(4):
            assert (await api.post("/sessies", json=jansen.form(wachtwoord="mis mis mis"))).status_code == 401


async def test_nothing_in_the_database_opens_a_door(box: Sandbox, gateway: Service, jansen: Person, address: str) -> None:
    async with program(gateway, address) as api:
        token = (await api.post("/sessies", json=jansen.form())).json()["token"]
    async with box.connect() as connection:
        tables = ("account", "session", "used_code", "login_guard", "audit_log")
        rows = [row for table in tables for row in await connection.fetch(f"SELECT * FROM gateway.{table}")]
        hashed = await connection.fetchval("SELECT password_hash FROM gateway.account")
    kept = b"|".join(value if isinstance(value, bytes) else str(value).encode() for row in rows for value in row.values())
    for secret in (PASSWORD, jansen.secret, token, address):
        assert secret.encode() not in kept
    assert hashed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


async def test_log_ins_and_refusals_are_in_the_log(box: Sandbox, gateway: Service, jansen: Person, address: str) -> None:
    async with program(gateway, address) as api:
        await api.post("/sessies", json=jansen.form(code="000000"))
        await api.post("/sessies", json=jansen.form())
    async with box.connect() as connection:
        query = "SELECT audit_log.action FROM gateway.audit_log JOIN gateway.account ON account.id::text IN (subject, actor) "
        rows = await connection.fetch(f"{query} WHERE gebruikersnaam = $1 ORDER BY audit_log.id", jansen.gebruikersnaam)
    assert [row["action"] for row in rows] == ["account.created", "login.refused", "session.started"]


async def test_where_a_log_in_leads_is_a_page_of_ours(gateway: Service, jansen: Person, address: str) -> None:
    async with browser(gateway, address) as portal:
        form = await portal.get("/inloggen", params={"volgende": "https://elders.example/"})
        assert "elders.example" not in form.text
        answer = await portal.post("/inloggen", data=jansen.form(volgende="//elders.example/pad"))
        assert answer.headers["location"] == "/hulpvragen"
        assert (await portal.get("/inloggen")).headers["location"] == "/hulpvragen"


def test_a_secret_has_160_bits(jansen: Person) -> None:
    assert len(pyotp.TOTP(jansen.secret).byte_secret()) * 8 == 160
