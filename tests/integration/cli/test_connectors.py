"""``schakel connectors`` and ``schakel koppelingen``, on the real database and broker."""

import asyncio
import re
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import aio_pika
import aiormq
import pytest
from aio_pika.abc import AbstractConnection
from aiormq.exceptions import AMQPError

from intake.connectors import permissions
from intake.main import make_service
from shared import clock
from shared.contracts.connector import Aanvaard, Geweigerd, KoppelingActiveren, KoppelingAntwoord
from support.cli import Ran, schakel
from support.intake import EVENTS, World, hulpvraag, intake_settings, world_of
from support.sandbox import Sandbox, running

BY = ("--by", "beheer")


@dataclass
class Desk:
    """An operator and one connector, ``name``, that only this test has."""

    sandbox: Sandbox
    world: World
    name: str

    @property
    def user(self) -> str:
        return f"lvs-{self.name}"

    async def types(self, *words: str) -> Ran:
        return await schakel(*words)

    async def ok(self, *words: str) -> str:
        ran = await self.types(*words)
        assert (ran.code, ran.err) == (0, "")
        return ran.out

    async def add(self, *more: str) -> str:
        return await self.ok(*("connectors", "add", self.name, "--naam", "Proef", "--swv", "PO2507"), *more, *BY)

    async def log_in(self, password: str) -> AbstractConnection:
        return await aio_pika.connect(self.sandbox.rabbitmq.amqp_url(self.user, password))

    async def can_log_in(self, password: str) -> bool:
        try:  # the driver itself: an object of aio_pika that never connected asks to be closed whenever it is collected
            connection = await aiormq.connect(self.sandbox.rabbitmq.amqp_url(self.user, password))
        except (AMQPError, ConnectionError):
            return False
        await connection.close()
        return True

    async def broker(self, *path: str) -> Any:
        return await asyncio.to_thread(self.sandbox.rabbitmq.management.request, "GET", *path)


@pytest.fixture
async def desk(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    monkeypatch.setenv("SCHAKEL_INTAKE_DATABASE_URL", sandbox.database_url("intake"))
    own = sandbox.rabbitmq.management
    for name, value in (("MANAGEMENT_URL", own.url), ("ADMIN_USER", own.user), ("ADMIN_PASSWORD", own.password)):
        monkeypatch.setenv(f"SCHAKEL_{name}", value)
    async with world_of(sandbox) as world:
        desk = Desk(sandbox, world, f"p-{sandbox.name}".replace("_", "-").lower()[:31])
        yield desk
        await asyncio.to_thread(own.request, "PUT", "users", desk.user, content={"password": "x", "tags": ""})
        await asyncio.to_thread(own.delete_user, desk.user)


def shown(out: str) -> str:
    found = re.search(r"password (\S+) \(shown once\)", out)
    assert found is not None, out
    return found[1]


async def test_added_rotated_stopped_and_resumed_each_as_often_as_one_likes(desk: Desk) -> None:
    first = shown(await desk.add("--school", "99XA00"))
    assert "password as it was" in await desk.add("--school", "99XA00")
    given = await desk.broker("permissions", "/", desk.user)
    assert {key: given[key] for key in ("configure", "write", "read")} == permissions(desk.name)
    (limits,) = await desk.broker("user-limits", desk.user)
    assert limits["value"] == {"max-connections": 10, "max-channels": 50}

    async with await desk.log_in(first):
        second = shown(await desk.ok("connectors", "rotate", desk.name, *BY))
        assert await desk.broker("connections", "username", desk.user) == []
    assert [await desk.can_log_in(password) for password in (first, second)] == [False, True]

    async with await desk.log_in(second):
        for said in ("stopped; user", "was stopped already; user"):
            assert said in await desk.ok("connectors", "stop", desk.name, *BY)
            assert not await desk.can_log_in(second)
        assert await desk.broker("connections", "username", desk.user) == []
    assert "stopped" in await desk.add("--school", "99XA00")  # described again, it stays as it was
    third = shown(await desk.ok("connectors", "rotate", desk.name, *BY))
    assert not await desk.can_log_in(third)
    async with desk.sandbox.connect() as connection:
        assert await connection.fetchval("SELECT actief FROM intake.connector WHERE id = $1", desk.name) is False

    for said in ("active; user", "was active already; user"):
        assert said in await desk.ok("connectors", "resume", desk.name, *BY)
        assert await desk.can_log_in(third)
    listed = await desk.ok("connectors", "list")
    assert re.search(rf"^{desk.name} +active +{desk.user} +PO2507 +1 mandates", listed, re.MULTILINE)
    async with desk.sandbox.connect() as connection:
        acts = await connection.fetch(
            "SELECT action FROM intake.audit_log WHERE subject = $1 AND actor = 'operator:beheer'", desk.name
        )
    assert {"connector.vastgelegd", "connector.wachtwoord", "connector.gestopt", "connector.hervat"} == {
        row["action"] for row in acts
    }


async def test_without_the_management_api_it_says_so_and_changes_nothing(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    await desk.add()
    monkeypatch.setenv("SCHAKEL_MANAGEMENT_URL", "http://127.0.0.1:9")
    for words in (
        ("connectors", "add", "nieuw", "--naam", "Nieuw", "--swv", "PO2507"),
        ("connectors", "rotate", desk.name),
        ("connectors", "stop", desk.name),
        ("connectors", "resume", desk.name),
    ):
        ran = await desk.types(*words, *BY)
        assert (ran.code, ran.out) == (1, ""), words
        assert "management API at http://127.0.0.1:9 does not answer" in ran.err, words
    async with desk.sandbox.connect() as connection:
        rows = await connection.fetch("SELECT id, actief FROM intake.connector WHERE id <> 'parnassys'")
    assert [tuple(row) for row in rows] == [(desk.name, True)]


async def test_an_administrator_that_the_broker_does_not_know_is_a_sentence(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCHAKEL_ADMIN_PASSWORD", "onjuist")
    ran = await desk.types("connectors", "add", desk.name, "--naam", "Proef", "--swv", "PO2507", *BY)
    assert (ran.code, "refuses GET users/" in ran.err, "401" in ran.err) == (1, True, True)


async def test_what_is_not_there_is_named(desk: Desk) -> None:
    for words, said in (
        (("connectors", "rotate", "nergens"), "there is no connector nergens"),
        (("connectors", "stop", "nergens"), "there is no connector nergens"),
        (("connectors", "mandate", "parnassys", "99ZZ00"), "99ZZ00"),
        (("connectors", "mandate", "parnassys", "99XA01", "--branches"), "hoofdvestiging"),
        (("koppelingen", "make", "99ZZ00", "--naam", "Esis"), "there is no school 99ZZ00"),
    ):
        ran = await desk.types(*words, *BY)
        assert (ran.code, said in ran.err) == (1, True), (words, ran.err)


async def test_a_mandate_with_days_and_a_code_let_a_connector_send(desk: Desk) -> None:
    intake = make_service(intake_settings(desk.sandbox))
    async with running(intake, declared_for=EVENTS):
        lvs = await desk.world.lvs()
        await desk.ok("connectors", "mandate", "parnassys", "99XB00", "--tot", str(clock.today()), *BY)
        beuk = {"school": {"brin": "99XB", "vestiging": "00"}}
        assert (await lvs.answer_to(await lvs.send(hulpvraag(**beuk))))["_"].type == Aanvaard.TYPE
        yesterday = str(clock.today() - timedelta(days=1))
        await desk.ok("connectors", "mandate", "parnassys", "99XB00", "--tot", yesterday, *BY)
        assert (await lvs.answer_to(await lvs.send(hulpvraag(**beuk))))["_"].type == Geweigerd.TYPE

        code, _, rest = (await desk.ok("koppelingen", "make", "99XB00", "--naam", "Esis", *BY)).partition(" ")
        assert "shown once" in rest
        command = {"code": code, "omgeving": "Beuk"}
        answer = await lvs.answer_to(await lvs.send(command, kind=KoppelingActiveren.TYPE))
        assert answer["_"].type == KoppelingAntwoord.TYPE
        assert (await lvs.answer_to(await lvs.send(hulpvraag(**beuk))))["_"].type == Aanvaard.TYPE
        listed = await desk.ok("koppelingen", "list", "99XB00")
        assert ("parnassys, Beuk" in listed, code in listed) == (True, False)
        await desk.ok("koppelingen", "stop", "99XB00", listed.split()[0], *BY)
        assert (await lvs.answer_to(await lvs.send(hulpvraag(**beuk))))["_"].type == Geweigerd.TYPE
