"""With the decision point taken away, the database itself keeps the SWVs apart."""

import asyncpg
import pytest

from shared import context
from support.hulpvragen import Office, batch, ib, staff
from workflow.access import Toegang
from workflow.domain.verloop import Regels

ABOUT_ONE = ("inzending", "statuswijziging", "bijlage", "batch")


@pytest.fixture
def without_the_first_wall(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks may do everything with whatever is found."""

    def anything(_actor: object, regels: Regels, _hulpvraag: object) -> Toegang:
        return Toegang(frozenset(rol.naam for rol in regels.ruleset.rollen), intern=True, looks_only=False)

    monkeypatch.setattr("workflow.usecases.dossier.access", anything)


@pytest.mark.usefixtures("without_the_first_wall")
async def test_a_foreign_hulpvraag_is_not_there(office: Office) -> None:
    data = await office.opened("A&K")
    foreign = office.client(staff("administratie", swv="PO2806"))
    assert (await foreign.get(f"/hulpvragen/{data.dossiernummer}")).status_code == 404
    assert (await foreign.change(data.dossiernummer, "A&K in behandeling", 1)).status_code == 404
    stranger = office.client(ib(school=data.school.model_copy(update={"code": "99ZZ00"})))
    assert (await stranger.get(f"/hulpvragen/{data.dossiernummer}")).status_code == 200, "the first wall is away"


async def test_nothing_about_a_foreign_hulpvraag_is_seen_or_written(office: Office) -> None:
    data = await office.opened("A&K")
    added = batch(data)
    await office.add(added)
    await office.has_bijlage(added.schoon[0].bijlage)
    for swv, seen in (("PO2507", True), ("PO2806", False)):
        with context.narrowed(swv):
            async with office.service.database.transaction() as tx:
                for table in ABOUT_ONE:
                    query = f"SELECT EXISTS (SELECT FROM {table} WHERE hulpvraag = $1)"
                    assert await tx.fetchval(query, data.hulpvraag) is seen, (swv, table)
                assert await tx.fetchval("SELECT EXISTS (SELECT FROM hulpvraag WHERE id = $1)", data.hulpvraag) is seen
                await tx.execute("UPDATE hulpvraag SET naam = 'Iemand Anders' WHERE id = $1 AND NOT $2", data.hulpvraag, seen)
    with context.narrowed("PO2806"), pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
        async with office.service.database.transaction() as tx:
            await tx.execute("INSERT INTO bijlage VALUES (gen_random_uuid(), $1, 'ondergeschoven.pdf')", data.hulpvraag)
    naam = await office.service.database.pool.fetchval("SELECT naam FROM hulpvraag WHERE id = $1", data.hulpvraag)
    assert naam != "Iemand Anders"
