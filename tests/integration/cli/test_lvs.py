"""``schakel lvs send``: a reference connector at a real broker, with the real intake behind it."""

import json
from pathlib import Path

import pytest

from intake.main import make_service
from support.cli import Ran, schakel
from support.intake import EVENTS, World, hulpvraag, intake_settings, world_of
from support.sandbox import Sandbox, running

CONNECTOR = "parnassys"


class Lvs:
    """A folder to send from."""

    def __init__(self, world: World, folder: Path) -> None:
        self.world = world
        self.file = folder / "hulpvraag.json"
        self.kept = folder / "hulpvraag.json.verzonden"

    def write(self, **own: object) -> None:
        self.file.write_text(json.dumps(hulpvraag(**own)), encoding="utf-8")

    async def send(self, *options: str | Path) -> Ran:
        user, box = self.world.users[CONNECTOR], self.world.sandbox
        url = box.rabbitmq.amqp_url(user, user, box.name)
        return await schakel("lvs", "send", self.file, *options, SCHAKEL_LVS_CONNECTOR=CONNECTOR, SCHAKEL_LVS_AMQP_URL=url)

    async def stored(self) -> int:
        return int(await self.world.fetchval("SELECT count(*) FROM intake.hulpvraag"))


async def test_sent_again_changed_wrong_and_raw(sandbox: Sandbox, tmp_path: Path) -> None:
    async with world_of(sandbox) as world, running(make_service(intake_settings(sandbox)), declared_for=EVENTS):
        await world.served(CONNECTOR)
        lvs = Lvs(world, tmp_path)
        await a_hulpvraag_is_accepted_and_sent_again(lvs)
        await a_file_that_was_changed_is_not_sent(lvs)
        await what_is_wrong_is_named_before_it_is_sent(lvs)
        await raw_sends_what_is_wrong_and_shows_the_answer(lvs)


async def a_hulpvraag_is_accepted_and_sent_again(lvs: Lvs) -> None:
    lvs.write()
    first, again = await lvs.send(), await lvs.send()
    assert first.code == again.code == 0
    assert first.out.startswith("aanvaard  dossiernummer ")
    assert again.out == first.out
    assert again.err == "hetzelfde bericht als in hulpvraag.json.verzonden, opnieuw\n"
    assert first.err == ""
    assert await lvs.stored() == 1


async def a_file_that_was_changed_is_not_sent(lvs: Lvs) -> None:
    lvs.write(omschrijving="Toch iets anders.")
    refused = await lvs.send()
    assert (refused.code, refused.out) == (1, "")
    assert "gewijzigd sinds het is verzonden, er is nu niets verzonden" in refused.err
    assert "haal hulpvraag.json.verzonden weg" in refused.err
    assert await lvs.stored() == 1
    lvs.kept.unlink()
    assert (await lvs.send()).out.startswith("aanvaard")
    assert await lvs.stored() == 2


async def what_is_wrong_is_named_before_it_is_sent(lvs: Lvs) -> None:
    lvs.kept.unlink()
    large = lvs.file.with_name("groot.pdf")
    large.write_bytes(bytes(10 * 1024 * 1024 + 1))
    cases: list[tuple[str, tuple[str | Path, ...], str]] = [
        ('{"swv": ', (), "geen JSON"),
        ("[]", (), "geen JSON-object"),
        (json.dumps({**hulpvraag(), "aanvraagtype": 5}), (), "aanvraagtype  [tekst]"),
        (json.dumps({"swv": "PO2507"}), (), "leerling  [verplicht]"),
        (json.dumps(hulpvraag()), ("--bijlage", large), "grootte  [te-groot]"),
        (json.dumps({"aanvraagtype": "A&K"}), ("--bijlage", lvs.file), "swv  ["),
        (json.dumps(hulpvraag()), ("--raw", "--bijlage", large), "laat --bijlage weg"),
    ]
    for text, options, sentence in cases:
        lvs.file.write_text(text, encoding="utf-8")
        ran = await lvs.send(*options)
        assert (ran.code, ran.out) == (1, ""), text
        assert sentence in ran.err, text
        assert not lvs.kept.exists()
    assert await lvs.stored() == 2


async def raw_sends_what_is_wrong_and_shows_the_answer(lvs: Lvs) -> None:
    for text, sentence in (
        ('{"swv": ', "geweigerd  (bericht)  [json]"),
        (json.dumps(hulpvraag(school={"brin": "99ZZ", "vestiging": "00"})), "geweigerd  school  [school-onbekend]"),
    ):
        lvs.kept.unlink(missing_ok=True)
        lvs.file.write_text(text, encoding="utf-8")
        for _ in range(2):
            refused = await lvs.send("--raw")
            assert (refused.code, sentence in refused.out) == (1, True), text
    rows = await lvs.world.fetch("SELECT uitkomst FROM intake.ontvangst WHERE uitkomst = 'geweigerd'")
    assert len(rows) == 2, "each once, however often it was sent"


@pytest.mark.parametrize("missing", ["SCHAKEL_LVS_AMQP_URL", "SCHAKEL_LVS_CONNECTOR"])
async def test_what_is_not_set_is_named(tmp_path: Path, missing: str) -> None:
    file = tmp_path / "hulpvraag.json"
    file.write_text(json.dumps(hulpvraag()), encoding="utf-8")
    given = {"SCHAKEL_LVS_AMQP_URL": "amqp://x", "SCHAKEL_LVS_CONNECTOR": CONNECTOR}
    del given[missing]
    ran = await schakel("lvs", "send", file, **given)
    assert (ran.code, ran.err.split()[0]) == (1, missing)
