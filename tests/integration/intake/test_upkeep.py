"""What is past its term is cleared, and what must stay stays."""

from datetime import timedelta

from intake.lines import Lines
from intake.main import make_service
from intake.store import upkeep
from intake.upkeep import Upkeep
from shared import clock
from support.intake import World, intake_settings
from support.sandbox import Sandbox

_ROW = """
INSERT INTO intake.ontvangst (connector, eigenschappen, grootte, sha256, body, ontvangen_op, staat, uitkomst)
VALUES ('parnassys', '{}', 1, '\\x00', '\\x00', $1, 'verwerkt', $2)
"""
_ANSWER = """
INSERT INTO intake.uitgaand (connector, volgnummer, type, message_id, body, gemaakt_op)
VALUES ('parnassys', $1, 't', gen_random_uuid(), '\\x00', $2)
"""
_KIND = "INSERT INTO intake.slotsoort (uploadslot, soort, verloopt_op) VALUES (gen_random_uuid(), $1, $2)"


async def test_originals_of_refused_messages_old_answers_and_kinds_of_ended_uploadslots_are_cleared(
    sandbox: Sandbox, world: World
) -> None:
    settings = intake_settings(sandbox)
    service = make_service(settings)
    now = clock.now()
    old = now - timedelta(days=500)
    async with sandbox.connect() as connection:
        for at, outcome in ((old, "geweigerd"), (old, "aanvaard"), (now, "geweigerd")):
            await connection.execute(_ROW, at, outcome)
        for number, at in ((1, old), (2, old), (3, now), (None, old)):
            await connection.execute(_ANSWER, number, at)
        for kind, hours in (("opp", -48), ("handelingsplan", -2), ("overig", 1)):
            await connection.execute(_KIND, kind, now + timedelta(hours=hours))
        await connection.execute("UPDATE intake.lijn SET genummerd = 3, verzonden = 1")
    async with world.database() as database:
        lines = Lines(settings, database, service.publisher, service.inbox)
        upkept = Upkeep(database, lines, settings)
        for _ in range(12):  # it clears once in so many rounds
            await upkept.step()
        (figures,) = await upkeep.figures(database.pool, now)
    async with sandbox.connect() as connection:
        kept = await connection.fetch("SELECT uitkomst, body IS NOT NULL AS body FROM intake.ontvangst ORDER BY id")
        left = await connection.fetch("SELECT volgnummer FROM intake.uitgaand ORDER BY id")
        kinds = await connection.fetch("SELECT soort FROM intake.slotsoort ORDER BY verloopt_op")
    assert [tuple(row) for row in kept] == [("geweigerd", False), ("aanvaard", True), ("geweigerd", True)]
    assert [row["volgnummer"] for row in left] == [2, 3, None]
    assert [row["soort"] for row in kinds] == ["handelingsplan", "overig"]
    assert (figures["waiting"], figures["failing"], figures["unsent"]) == (0, 0, 3)
    assert figures["unsent_age"] > 499 * 86400
