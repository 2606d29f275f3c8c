"""Accounts from invitation to end: what a mail lets someone do, what it does not, who may manage whom (C, 1, 5-8, 11, 12)."""

import html
import re
from collections.abc import AsyncIterator
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from itertools import count
from uuid import UUID

import httpx
import pyotp
import pytest

from gateway.usecases.links import GONE
from gateway.usecases.login import CODE_NEEDED
from shared import clock
from support.mailbox import Mailbox
from support.portal import PASSWORD, browser, log_in, make_iber, make_person
from support.whole import Whole

NEW = "vier woorden zonder enig verband"
_numbers = count(1)


@pytest.fixture
async def bas(system: Whole, address: str) -> AsyncIterator[httpx.AsyncClient]:
    """Who manages the accounts, logged in."""
    person = await make_person(system.gateway.database, f"bas-{next(_numbers)}", rollen=("applicatiebeheerder",))
    async with browser(system.gateway, f"{address}9") as client:
        yield await log_in(client, person)


@pytest.fixture
async def visitor(system: Whole, address: str) -> AsyncIterator[httpx.AsyncClient]:
    async with browser(system.gateway, f"{address}8") as client:
        yield client


def later(by: timedelta) -> AbstractContextManager[None]:
    """The clock of everything in this process, so much later."""
    return at(clock.now() + by)


def at(moment: datetime) -> AbstractContextManager[None]:
    """The clock of everything in this process, standing still."""
    return clock.use(lambda: moment)


async def invited(bas: httpx.AsyncClient, gebruikersnaam: str, **own: object) -> UUID:
    given = {
        "soort": "school",
        "organisatie": "99XA00",
        "gebruikersnaam": gebruikersnaam,
        "naam": "Nina Nieuw",
        "email": f"{gebruikersnaam}@linde.example",
        "rollen": ["IB'er"],
        **own,
    }
    answer = await bas.post("/accounts/nieuw", data=given)
    assert answer.status_code == 303, answer.text
    found = re.fullmatch(r"/accounts/([0-9a-f-]+)\?gedaan=uitgenodigd", answer.headers["location"])
    assert found is not None
    return UUID(found[1])


def key_on(page: httpx.Response) -> str:
    """The secret of the app, as it stands on the page for who cannot scan."""
    found = re.search(r'class="schakel-sleutel">([A-Z2-7 ]+)<', page.text)
    assert found is not None, page.text
    return found[1].replace(" ", "")


def codes_on(page: httpx.Response) -> list[str]:
    return re.findall(r"<li><code>([a-z0-9-]+)</code></li>", page.text)


def code_of(secret: str, steps: int = 0) -> str:
    """The code of now, or of some steps before or after: each counts once."""
    return pyotp.TOTP(secret).at(clock.now(), counter_offset=steps)


async def arrive(visitor: httpx.AsyncClient, link: str) -> httpx.Response:
    """Follow a link as a browser does."""
    answer = await visitor.get(link)
    assert (answer.status_code, answer.headers["location"]) == (303, "/koppeling")
    return await visitor.get("/koppeling")


async def come_in(visitor: httpx.AsyncClient, link: str) -> tuple[str, list[str]]:
    """Take an invitation; gives the app's secret and the recovery codes."""
    page = await arrive(visitor, link)
    assert page.status_code == 200
    secret = key_on(page)
    done = await visitor.post("/koppeling", data={"wachtwoord": NEW, "code": code_of(secret)})
    assert done.status_code == 200, done.text
    return secret, codes_on(done)


async def try_log_in(
    visitor: httpx.AsyncClient, name: str, code: str, *, organisatie: str = "99XA00", password: str = NEW
) -> int:
    form = {"organisatie": organisatie, "gebruikersnaam": name, "wachtwoord": password, "code": code}
    return (await visitor.post("/inloggen", data=form)).status_code


async def test_who_is_invited_sets_up_both_factors_and_is_in(
    system: Whole, bas: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    name = f"nina-{next(_numbers)}"
    await invited(bas, name)
    link = await Mailbox(system.servers.sink, f"{name}@linde.example").link("Uw account voor Schakel")
    await visitor.get(link)  # a mail scanner looks, and uses nothing up
    secret, codes = await come_in(visitor, link)
    assert len(codes) == len(set(codes)) == 10
    assert await try_log_in(visitor, name, code_of(secret, 1)) == 303
    assert name in (await visitor.get("/mijn-account")).text
    again = await visitor.get(link)
    assert again.status_code == 303
    page = await visitor.get("/koppeling")
    assert page.status_code == 404
    assert GONE in html.unescape(page.text)


async def test_what_was_filled_in_wrong_is_told_and_the_link_works_still(
    system: Whole, bas: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    name = f"nina-{next(_numbers)}"
    await invited(bas, name)
    page = await arrive(visitor, await Mailbox(system.servers.sink, f"{name}@linde.example").link("Uw account"))
    secret = key_on(page)
    code = code_of(secret)
    easy = await visitor.post("/koppeling", data={"wachtwoord": "wachtwoord1234", "code": code})
    assert (easy.status_code, "te makkelijk te raden" in easy.text) == (400, True)
    wrong = await visitor.post("/koppeling", data={"wachtwoord": NEW, "code": "000000" if code != "000000" else "111111"})
    assert (wrong.status_code, "Deze code klopt niet" in wrong.text) == (400, True)
    assert key_on(wrong) == secret, "the app that was scanned must stay right"
    assert (await visitor.post("/koppeling", data={"wachtwoord": NEW, "code": code})).status_code == 200


async def test_only_the_newest_link_works_and_not_for_ever(
    system: Whole, bas: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    name = f"nina-{next(_numbers)}"
    account, mailbox = await invited(bas, name), Mailbox(system.servers.sink, f"{name}@linde.example")
    first = await mailbox.link("Uw account")
    assert (await bas.post(f"/accounts/{account}/uitnodigen")).status_code == 303
    second = await mailbox.link("Uw account", 2)
    assert (await arrive(visitor, first)).status_code == 404
    assert (await arrive(visitor, second)).status_code == 200
    with later(timedelta(hours=72, seconds=1)):
        assert (await visitor.get("/koppeling")).status_code == 404


async def test_a_new_password_takes_the_second_factor_and_ends_every_session(
    system: Whole, visitor: httpx.AsyncClient, address: str
) -> None:
    person = await make_iber(system.gateway.database, f"iris-{next(_numbers)}")
    mailbox = Mailbox(system.servers.sink, f"{person.gebruikersnaam}@stroomland.example")
    async with browser(system.gateway, f"{address}7") as elsewhere:
        await log_in(elsewhere, person)
        asked = {"organisatie": person.organisatie, "gebruikersnaam": person.gebruikersnaam}
        assert (await visitor.post("/wachtwoord-vergeten", data=asked)).status_code == 200
        link = await mailbox.link("Kies een nieuw wachtwoord")
        page = await arrive(visitor, link)
        assert 'class="schakel-sleutel"' not in page.text, "a reset never shows or changes the second factor"
        without = await visitor.post("/koppeling", data={"wachtwoord": NEW, "code": ""})
        assert (without.status_code, "Deze code klopt niet" in without.text) == (400, True)
        assert (await elsewhere.get("/hulpvragen")).status_code == 200
        done = await visitor.post("/koppeling", data={"wachtwoord": NEW, "code": person.code(1)})
        assert done.status_code == 200
        assert (await elsewhere.get("/hulpvragen")).status_code == 303
    await mailbox.newest("Uw inloggegevens voor Schakel zijn gewijzigd")
    assert await try_log_in(visitor, person.gebruikersnaam, person.code(-1), password=PASSWORD) == 401
    # The code of just before, or if half a minute went by and that is one of those used above, the next.
    assert 303 in [await try_log_in(visitor, person.gebruikersnaam, person.code(step)) for step in (-1, 1)]


async def test_who_forgot_a_password_learns_nothing_of_names_and_a_reset_link_lives_ten_minutes(
    system: Whole, visitor: httpx.AsyncClient
) -> None:
    person = await make_iber(system.gateway.database, f"iris-{next(_numbers)}")
    known = await visitor.post("/wachtwoord-vergeten", data={"organisatie": "99XA00", "gebruikersnaam": person.gebruikersnaam})
    unknown = await visitor.post("/wachtwoord-vergeten", data={"organisatie": "99XA00", "gebruikersnaam": "niemand-hier"})
    assert known.text == unknown.text
    link = await Mailbox(system.servers.sink, f"{person.gebruikersnaam}@stroomland.example").link("Kies een nieuw wachtwoord")
    with later(timedelta(minutes=10, seconds=1)):
        assert (await arrive(visitor, link)).status_code == 404


async def test_a_recovery_code_stands_in_for_the_telephone_once(
    system: Whole, bas: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    name = f"nina-{next(_numbers)}"
    await invited(bas, name)
    _, codes = await come_in(visitor, await Mailbox(system.servers.sink, f"{name}@linde.example").link("Uw account"))
    assert await try_log_in(visitor, name, codes[0].upper().replace("-", " ")) == 303
    assert "U heeft nog 9 herstelcodes" in (await visitor.get("/mijn-account")).text
    assert await try_log_in(visitor, name, codes[0]) == 401
    renewed = await visitor.post("/mijn-account/herstelcodes", data={"wachtwoord_nu": NEW})
    fresh = codes_on(renewed)
    assert len(fresh) == 10
    assert await try_log_in(visitor, name, codes[1]) == 401
    assert await try_log_in(visitor, name, fresh[0]) == 303


async def test_a_lost_telephone_takes_a_second_person(
    system: Whole, bas: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    name = f"nina-{next(_numbers)}"
    account, mailbox = await invited(bas, name), Mailbox(system.servers.sink, f"{name}@linde.example")
    old, _ = await come_in(visitor, await mailbox.link("Uw account"))
    refused = await bas.post(f"/accounts/{account}/tweede-factor")
    assert refused.status_code == 409, "nobody asked for it"
    form = {"organisatie": "99XA00", "gebruikersnaam": name}
    wrong = await visitor.post("/telefoon-kwijt", data={**form, "wachtwoord": "heel iets anders dan dit"})
    assert "vraagt nieuwe code-app" not in (await bas.get("/accounts", params={"zoek": name})).text
    right = await visitor.post("/telefoon-kwijt", data={**form, "wachtwoord": NEW})
    assert right.text == wrong.text
    assert "vraagt nieuwe code-app" in (await bas.get("/accounts", params={"zoek": name})).text
    assert await try_log_in(visitor, name, code_of(old, 1)) == 303, "asking alone changes nothing"

    assert (await bas.post(f"/accounts/{account}/tweede-factor")).status_code == 303
    page = await arrive(visitor, await mailbox.link("Stel uw code-app"))
    new = key_on(page)
    mailbox_alone = await visitor.post("/koppeling", data={"wachtwoord": "", "code": code_of(new)})
    assert (mailbox_alone.status_code, "Dit is niet uw wachtwoord" in mailbox_alone.text) == (400, True)
    done = await visitor.post("/koppeling", data={"wachtwoord": NEW, "code": code_of(new)})
    assert (done.status_code, len(codes_on(done))) == (200, 10)
    assert await try_log_in(visitor, name, code_of(old)) == 401
    assert await try_log_in(visitor, name, code_of(new, 1)) == 303


async def test_a_parent_logs_in_with_a_mailed_code_that_works_once(
    system: Whole, bas: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    name = f"ouder-{next(_numbers)}"
    await invited(bas, name, soort="ouder", organisatie="", rollen=[])
    mailbox = Mailbox(system.servers.sink, f"{name}@linde.example")
    page = await arrive(visitor, await mailbox.link("Uw account"))
    assert 'class="schakel-sleutel"' not in page.text
    assert (await visitor.post("/koppeling", data={"wachtwoord": NEW})).status_code == 200

    form = {"organisatie": "PO2507", "gebruikersnaam": name, "wachtwoord": NEW, "code": ""}
    asked = await visitor.post("/inloggen", data=form)
    nobody = await visitor.post("/inloggen", data={**form, "gebruikersnaam": "niemand-hier"})
    assert asked.status_code == nobody.status_code == 401
    assert CODE_NEEDED in html.unescape(asked.text)
    assert CODE_NEEDED in html.unescape(nobody.text)
    mail = await mailbox.newest("Uw code om in te loggen")
    found = re.search(r"Uw code: (\d{8})", mail)
    assert found is not None
    assert await try_log_in(visitor, name, "12345678", organisatie="PO2507") == 401
    assert await try_log_in(visitor, name, found[1], organisatie="PO2507") == 303
    home = await visitor.get("/hulpvragen")
    assert (home.status_code, home.headers["location"]) == (303, "/gedeeld")
    assert "Er is nu niets met u gedeeld" in (await visitor.get("/gedeeld")).text
    for path in ("/hulpvragen/100001", "/hulpvragen/nieuw", "/postbussen", "/mandaten", "/kringen", "/accounts"):
        assert (await visitor.get(path)).status_code in {403, 404}, path
    assert await try_log_in(visitor, name, found[1], organisatie="PO2507") == 401


async def test_a_mailed_code_lives_ten_minutes(system: Whole, bas: httpx.AsyncClient, visitor: httpx.AsyncClient) -> None:
    name = f"ouder-{next(_numbers)}"
    await invited(bas, name, soort="ouder", organisatie="", rollen=[])
    mailbox = Mailbox(system.servers.sink, f"{name}@linde.example")
    await arrive(visitor, await mailbox.link("Uw account"))
    await visitor.post("/koppeling", data={"wachtwoord": NEW})
    assert await try_log_in(visitor, name, "", organisatie="PO2507") == 401
    found = re.search(r"Uw code: (\d{8})", await mailbox.newest("Uw code"))
    assert found is not None
    with later(timedelta(minutes=10, seconds=1)):
        assert await try_log_in(visitor, name, found[1], organisatie="PO2507") == 401


async def test_a_lock_is_told_by_mail_and_lifted_by_the_swv(
    system: Whole, bas: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    name = f"nina-{next(_numbers)}"
    account, mailbox = await invited(bas, name), Mailbox(system.servers.sink, f"{name}@linde.example")
    secret, _ = await come_in(visitor, await mailbox.link("Uw account"))
    for attempt in range(5):
        assert await try_log_in(visitor, name, "000000", password=f"mis {attempt}") == 401
    assert await try_log_in(visitor, name, code_of(secret, 1)) == 429
    await mailbox.newest("te vaak geprobeerd")
    assert (await bas.post(f"/accounts/{account}/vrijgeven")).status_code == 303
    assert await try_log_in(visitor, name, code_of(secret, 1)) == 303


async def test_who_is_stopped_is_out_at_once_and_comes_in_only_anew(
    system: Whole, bas: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    name = f"nina-{next(_numbers)}"
    account, mailbox = await invited(bas, name), Mailbox(system.servers.sink, f"{name}@linde.example")
    secret, codes = await come_in(visitor, await mailbox.link("Uw account"))
    assert await try_log_in(visitor, name, code_of(secret, 1)) == 303
    assert (await bas.post(f"/accounts/{account}/uitnodigen")).status_code == 409, "who is in keeps both factors"
    assert (await bas.post(f"/accounts/{account}/stoppen")).status_code == 303
    assert (await visitor.get("/hulpvragen")).status_code == 303
    assert await try_log_in(visitor, name, codes[0]) == 401
    assert (await bas.post(f"/accounts/{account}/uitnodigen")).status_code == 303
    assert await try_log_in(visitor, name, codes[1]) == 401
    await come_in(visitor, await mailbox.link("Uw account", 2))


async def test_who_loses_a_role_or_moves_mail_loses_it_at_once(
    system: Whole, bas: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    name = f"nina-{next(_numbers)}"
    account, mailbox = await invited(bas, name), Mailbox(system.servers.sink, f"{name}@linde.example")
    link = await mailbox.link("Uw account")
    form = {"naam": "Nina Nieuw", "email": f"{name}@elders.example", "rollen": ["conciërge"]}
    refused = await bas.post(f"/accounts/{account}", data=form)
    assert (refused.status_code, "Deze rol kent het samenwerkingsverband hier niet" in refused.text) == (400, True)
    assert (await bas.post(f"/accounts/{account}", data={**form, "rollen": ["school"]})).status_code == 303
    assert (await arrive(visitor, link)).status_code == 404, "what was mailed to the old address"


@pytest.mark.parametrize(
    ("own", "message"),
    [
        ({"organisatie": "PO2507"}, "Deze organisatie past niet bij het soort gebruiker."),
        ({"soort": "swv", "organisatie": "99XA00", "rollen": ["administratie"]}, "Deze organisatie past niet"),
        ({"soort": "swv", "organisatie": "PO3008", "rollen": ["administratie"]}, "Deze organisatie past niet"),
        ({"rollen": ["administratie"]}, "Deze rol kent het samenwerkingsverband hier niet: administratie."),
        ({"rollen": []}, "Kies minstens één rol."),
        ({"soort": "ouder", "organisatie": "", "rollen": ["IB'er"]}, "Deze rol kent het samenwerkingsverband hier niet"),
        ({"email": "geen adres"}, "email"),
        ({"gebruikersnaam": "x y"}, "gebruikersnaam"),
    ],
)
async def test_what_cannot_be_is_refused_with_the_field(bas: httpx.AsyncClient, own: dict[str, object], message: str) -> None:
    given = {"soort": "school", "organisatie": "99XA00", "gebruikersnaam": "n.nieuw", "naam": "N", "email": "n@x.example"}
    answer = await bas.post("/accounts/nieuw", data={**given, "rollen": ["IB'er"], **own})
    assert answer.status_code == 400
    assert message in html.unescape(answer.text)


async def test_nobody_else_manages_accounts_and_none_of_another_swv(
    system: Whole, bas: httpx.AsyncClient, address: str
) -> None:
    account = await invited(bas, f"nina-{next(_numbers)}")
    database = system.gateway.database
    others = [
        await make_person(database, f"anna-{next(_numbers)}"),
        await make_iber(database, f"iris-{next(_numbers)}"),
        await make_person(database, f"dirk-{next(_numbers)}", organisatie="90001", soort="bestuur", rollen=()),
        await make_person(
            database, f"bas-{next(_numbers)}", organisatie="99XA00", soort="school", rollen=("applicatiebeheerder",)
        ),
    ]
    own = {"": 403, "/uitnodigen": 403, "/stoppen": 403, "/vrijgeven": 403, "/tweede-factor": 403}
    for number, person in enumerate(others):
        async with browser(system.gateway, f"{address}{number}") as client:
            await log_in(client, person)
            assert (await client.get("/accounts")).status_code == 403
            assert (await client.get("/accounts/nieuw")).status_code == 403
            assert (await client.get(f"/accounts/{account}")).status_code == 403
            assert {path: (await client.post(f"/accounts/{account}{path}")).status_code for path in own} == own
            assert "Accounts</a>" not in (await client.get("/mijn-account")).text
    foreign = await make_person(
        database, f"bas-{next(_numbers)}", organisatie="PO3008", swv="PO3008", rollen=("applicatiebeheerder",)
    )
    async with browser(system.gateway, f"{address}5") as client:
        await log_in(client, foreign)
        assert "Nina Nieuw" not in (await client.get("/accounts")).text
        assert (await client.get(f"/accounts/{account}")).status_code == 404
        missing = dict.fromkeys(own, 404)
        form = {"naam": "X", "email": "x@x.example", "rollen": ["IB'er"]}
        assert {path: (await client.post(f"/accounts/{account}{path}", data=form)).status_code for path in own} == missing


async def test_nobody_stops_or_promotes_themselves(system: Whole, address: str) -> None:
    person = await make_person(system.gateway.database, f"bas-{next(_numbers)}", rollen=("applicatiebeheerder",))
    async with browser(system.gateway, f"{address}3") as client:
        await log_in(client, person)
        found = re.search(
            r"/accounts/([0-9a-f-]{36})", (await client.get("/accounts", params={"zoek": person.gebruikersnaam})).text
        )
        assert found is not None
        for act in ("stoppen", "uitnodigen", "tweede-factor"):
            assert (await client.post(f"/accounts/{found[1]}/{act}")).status_code == 403
        form = {"naam": "Bas", "email": "bas@x.example", "rollen": ["applicatiebeheerder", "administratie"]}
        assert (await client.post(f"/accounts/{found[1]}", data=form)).status_code == 400


async def test_one_sees_and_ends_own_sessions_and_a_new_password_ends_the_others(
    system: Whole, visitor: httpx.AsyncClient, address: str
) -> None:
    person = await make_iber(system.gateway.database, f"iris-{next(_numbers)}")
    stranger = await make_iber(system.gateway.database, f"iris-{next(_numbers)}")
    start = clock.now()
    async with (
        browser(system.gateway, f"{address}6") as other,
        browser(system.gateway, f"{address}5") as third,
        browser(system.gateway, f"{address}7") as later,
    ):
        for number, (client, step) in enumerate(((visitor, 0), (other, 1), (later, -1))):
            with at(start + timedelta(milliseconds=number)):  # all within one half minute
                await log_in(client, person, code=person.code(step))
        await log_in(third, stranger)
        page = await visitor.get("/mijn-account")
        ending, _ = re.findall(r"/mijn-account/sessies/[0-9a-f-]+/beeindigen", page.text)
        assert (await third.post(ending)).status_code == 404, "another's session is not there"
        assert (await visitor.post(ending)).status_code == 303
        assert (await other.get("/hulpvragen")).status_code == 303
        assert (await later.get("/hulpvragen")).status_code == 200
        wrong = await visitor.post("/mijn-account/wachtwoord", data={"huidig": "iets heel anders", "wachtwoord": NEW})
        assert (wrong.status_code, "Dit is niet uw wachtwoord" in wrong.text) == (400, True)
        assert (await visitor.post("/mijn-account/wachtwoord", data={"huidig": PASSWORD, "wachtwoord": NEW})).status_code == 303
        assert (await later.get("/hulpvragen")).status_code == 303
        assert (await visitor.get("/hulpvragen")).status_code == 200


async def test_no_table_outbox_or_message_holds_what_opens_an_account(
    system: Whole, bas: httpx.AsyncClient, visitor: httpx.AsyncClient
) -> None:
    name = f"nina-{next(_numbers)}"
    await invited(bas, name)
    link = await Mailbox(system.servers.sink, f"{name}@linde.example").link("Uw account")
    token = link.rpartition("/")[2]
    secret, codes = await come_in(visitor, link)
    async with system.box.connect() as connection:
        tables = await connection.fetch(
            "SELECT schemaname, tablename FROM pg_tables WHERE schemaname IN ('gateway', 'notify') ORDER BY 1, 2"
        )
        for row in tables:
            table = f'"{row["schemaname"]}"."{row["tablename"]}"'
            texts = await connection.fetch(f"SELECT row_to_json(t)::text AS text FROM {table} AS t")
            body = "\n".join(str(one["text"]) for one in texts)
            for opened in (token, secret, codes[3]):
                assert opened not in body, table
                assert opened.encode().hex() not in body, table
