"""``schakel lvs send|status|watch``: a reference connector at a real broker, with the real intake behind it."""

import json
import os
import sys
from pathlib import Path

import pytest

from intake.main import make_service
from support import warm
from support.cli import Ran, schakel
from support.intake import EVENTS, World, hulpvraag, intake_settings, world_of
from support.sandbox import Sandbox, eventually, running

CONNECTOR = "parnassys"


class Lvs:
    """A folder to send from."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.folder = folder
        self.file = folder / "hulpvraag.json"

    def write(self, **own: object) -> None:
        self.file.write_text(json.dumps(hulpvraag(**own)), encoding="utf-8")

    def environment(self, connector: str = CONNECTOR) -> dict[str, str]:
        user, box = self.world.users[connector], self.world.sandbox
        url = box.rabbitmq.amqp_url(user, user, box.name)
        return {"SCHAKEL_LVS_CONNECTOR": connector, "SCHAKEL_LVS_AMQP_URL": url, "SCHAKEL_LVS_STORE": str(self.folder)}

    async def run(self, *arguments: str | Path) -> Ran:
        return await schakel("lvs", *arguments, **self.environment())

    async def send(self, *options: str | Path) -> Ran:
        return await self.run("send", self.file, *options)

    async def stored(self) -> int:
        return int(await self.world.fetchval("SELECT count(*) FROM intake.hulpvraag"))


async def test_sent_again_changed_wrong_and_raw(sandbox: Sandbox, tmp_path: Path) -> None:
    async with world_of(sandbox) as world, running(make_service(intake_settings(sandbox)), declared_for=EVENTS):
        await world.served(CONNECTOR)
        lvs = Lvs(world, tmp_path)
        await a_hulpvraag_is_accepted_and_sent_again(lvs)
        await a_file_that_was_changed_is_not_sent(lvs)
        await what_the_answer_warns_of_is_printed_in_its_own_words(lvs)
        await what_is_wrong_is_named_before_it_is_sent(lvs)
        await raw_sends_what_is_wrong_and_shows_the_answer(lvs)
        await status_says_how_hulpvragen_stand_and_which_are_not_there(lvs)
        await watch_shows_what_came_since_the_last_time_and_what_was_missed(lvs)
        await watch_that_is_killed_goes_on_where_it_was(lvs)


async def a_hulpvraag_is_accepted_and_sent_again(lvs: Lvs) -> None:
    lvs.write()
    first, again = await lvs.send(), await lvs.send()
    assert first.code == again.code == 0
    assert first.out.startswith("aanvaard  dossiernummer ")
    assert again.out == first.out
    assert again.err == "hetzelfde bericht als eerder, opnieuw\n"
    assert first.err == ""
    assert await lvs.stored() == 1


async def a_file_that_was_changed_is_not_sent(lvs: Lvs) -> None:
    lvs.write(omschrijving="Toch iets anders.")
    refused = await lvs.send()
    assert (refused.code, refused.out) == (1, "")
    assert "gewijzigd sinds het is verzonden, er is nu niets verzonden" in refused.err
    assert "neem --new" in refused.err
    assert await lvs.stored() == 1
    assert (await lvs.send("--new")).out.startswith("aanvaard")
    assert await lvs.stored() == 2


async def what_the_answer_warns_of_is_printed_in_its_own_words(lvs: Lvs) -> None:
    contact = {"naam": "Ina Bedacht", "email": "ina@linde.example", "telefoon": "0600000000"}
    lvs.write(contactpersoon=contact, omschrijving="Noor heeft hulp nodig.")
    accepted, *warned = (await lvs.send("--new")).out.splitlines()
    query = "SELECT DISTINCT body FROM intake.uitgaand WHERE convert_from(body, 'UTF8') LIKE '%waarschuwingen%'"
    (row,) = await lvs.world.fetch(query)  # one answer, also where it had to be given twice
    said = [f"{one['field']}  [{one['rule']}]  {one['message']}" for one in json.loads(row["body"])["waarschuwingen"]]
    assert accepted.startswith("aanvaard  dossiernummer ")
    assert warned == [f"let op    {line}" for line in said]
    assert [one.split()[0] for one in said] == ["contactpersoon.telefoon", "omschrijving"]


async def what_is_wrong_is_named_before_it_is_sent(lvs: Lvs) -> None:
    large = lvs.file.with_name("groot.pdf")
    large.write_bytes(bytes(10 * 1024 * 1024 + 1))
    cases: list[tuple[str, tuple[str | Path, ...], str]] = [
        ('{"swv": ', (), "geen JSON"),
        ("[]", (), "geen JSON-object"),
        (json.dumps({**hulpvraag(), "aanvraagtype": 5}), (), "aanvraagtype  [tekst]"),
        (json.dumps({"swv": "PO2507"}), (), "leerling  [verplicht]"),
        (json.dumps(hulpvraag()), ("--bijlage", large), "geen plaats voor de bestanden: Het getal mag hoogstens"),
        (json.dumps({"aanvraagtype": "A&K"}), ("--bijlage", lvs.file), "swv  ["),
        (json.dumps(hulpvraag()), ("--raw", "--bijlage", large), "laat --bijlage en --oso-dossier weg"),
        (json.dumps(hulpvraag()), ("--raw", "--oso-dossier", lvs.file), "laat --bijlage en --oso-dossier weg"),
    ]
    for text, options, sentence in cases:
        lvs.file.write_text(text, encoding="utf-8")
        ran = await lvs.send("--new", *options)
        assert (ran.code, ran.out) == (1, ""), text
        assert sentence in ran.err, text
    assert await lvs.stored() == 3


async def raw_sends_what_is_wrong_and_shows_the_answer(lvs: Lvs) -> None:
    refusals = "SELECT count(*) FROM intake.ontvangst WHERE uitkomst = 'geweigerd'"
    [before] = await lvs.world.fetch(refusals)
    for text, sentence in (
        ('{"swv": ', "geweigerd  (bericht)  [json]"),
        (json.dumps(hulpvraag(school={"brin": "99ZZ", "vestiging": "00"})), "geweigerd  school  [school-onbekend]"),
    ):
        lvs.file.write_text(text, encoding="utf-8")
        for option in ("--new", "--raw"):
            refused = await lvs.send("--raw", option)
            assert (refused.code, sentence in refused.out) == (1, True), text
    [after] = await lvs.world.fetch(refusals)
    assert after[0] - before[0] == 2, "each once, however often it was sent"


async def status_says_how_hulpvragen_stand_and_which_are_not_there(lvs: Lvs) -> None:
    number = await lvs.world.fetchval("SELECT min(dossiernummer) FROM intake.hulpvraag")
    known = await lvs.run("status", str(number))
    assert (known.code, known.out) == (0, f"status    {number}  nog te sorteren\n")
    some = await lvs.run("status", str(number), "999999")
    assert (some.code, some.out.splitlines()[1]) == (1, "onbekend  999999")
    none = await lvs.run("status", "0")
    assert (none.code, none.out) == (1, "")
    assert "dossiernummer" in none.err


async def watch_shows_what_came_since_the_last_time_and_what_was_missed(lvs: Lvs) -> None:
    """What ``send`` was answered stands in the row as well: it is everything that came."""
    first = await lvs.run("watch", "--json", "--quiet", "3")
    heard = [json.loads(line) for line in first.out.splitlines()]
    assert [one["volgnummer"] for one in heard] == list(range(1, len(heard) + 1))
    assert {one["type"].rpartition(".")[0].rpartition(".")[2] for one in heard} == {"aanvaard", "geweigerd", "statussen"}
    assert (await lvs.run("watch", "--quiet", "3")).out == ""
    lvs.write()
    other = {**lvs.environment(), "SCHAKEL_LVS_STORE": str(lvs.folder / "elders")}
    await schakel("lvs", "send", lvs.file, "--new", **other)
    await lvs.send("--new")
    again = await lvs.run("watch", "--quiet", "3")
    assert again.out.splitlines()[0].startswith("aanvaard  ")
    number = len(heard) + 1
    assert f"gemist    {number}–{number}: nooit hier aangekomen; vraag de status op" in again.err


async def watch_that_is_killed_goes_on_where_it_was(lvs: Lvs) -> None:
    for _ in range(3):
        lvs.write()
        await lvs.send("--new")
    command = [sys.executable, "-m", "schakel", "lvs", "watch", "--json"]
    path = lvs.folder / "watch.out"
    with path.open("wb") as out:
        given = {**os.environ, "SCHAKEL_ENV_FILE": os.devnull, "PYTHONUNBUFFERED": "1", **lvs.environment()}
        child = warm.popen(command, env=given, stdout=out.fileno())

        async def printed() -> list[str]:
            found = path.read_text(encoding="utf-8").splitlines()
            return found if len(found) >= 3 else []  # more when an earlier watch fell silent too soon

        await eventually(printed)
        child.kill()
        child.wait(10)
        before = await printed()
    lvs.write()
    await lvs.send("--new")
    after = (await lvs.run("watch", "--json", "--quiet", "3")).out.splitlines()
    numbers = [json.loads(line)["volgnummer"] for line in (*before, *after)]
    assert len(before) >= 3
    assert after
    assert set(numbers) == set(range(numbers[0], numbers[-1] + 1)), "none is passed over"
    assert len(numbers) - len(set(numbers)) <= 1, "only the one in hand may come twice"


@pytest.mark.parametrize("missing", ["SCHAKEL_LVS_AMQP_URL", "SCHAKEL_LVS_CONNECTOR"])
async def test_what_is_not_set_is_named(tmp_path: Path, missing: str) -> None:
    file = tmp_path / "hulpvraag.json"
    file.write_text(json.dumps(hulpvraag()), encoding="utf-8")
    given = {"SCHAKEL_LVS_AMQP_URL": "amqp://x", "SCHAKEL_LVS_CONNECTOR": CONNECTOR, "SCHAKEL_LVS_STORE": str(tmp_path)}
    del given[missing]
    ran = await schakel("lvs", "send", file, **given)
    assert (ran.code, ran.err.split()[0]) == (1, missing)
