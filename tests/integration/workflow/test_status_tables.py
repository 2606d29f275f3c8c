"""Each row of the status tables of manual 000 over HTTP: from where, by whom, and by whom not."""

from collections.abc import Iterator
from typing import Any

import pytest

from shared.contracts.common import Niveau
from shared.tokens import Actor
from support.hulpvragen import Office, about, batch, ib, soon, staff
from workflow.registry import RuleSets, read_all

ACTORS: dict[str, Actor] = {
    **{rol: staff(rol) for rol in ("SCP", "administratie", "AC", "CT", "coördinator")},
    "IB'er": ib(),
    "school": ib(rollen=("school",)),
}
IB = {"IB'er", "school"}
"""An IB'er is also the school, but someone of the school is not yet its IB'er."""
MORE: dict[str, Any] = {"reden": "verzonnen reden", "toelichting": "en wat uitleg", "bevestigd": True}

# title, then (status, from where, who may, what must be given besides), walking the table downwards. (000:250-257 and so on)
WALKS: dict[str, list[tuple[str, str, set[str], set[str]]]] = {
    "A&K": [
        ("A&K aanvraag incompleet", "A&K aanmelding", {"SCP", "administratie"}, {"reden"}),
        ("A&K in behandeling", "A&K aanvraag aangevuld", {"SCP", "administratie"}, set()),
        ("A&K aanvraag incompleet", "A&K in behandeling", {"SCP", "administratie"}, {"reden"}),
        ("A&K in behandeling", "A&K aanvraag aangevuld", {"SCP", "administratie"}, set()),
        ("A&K afgerond", "A&K in behandeling", {"SCP", "IB'er"}, set()),
    ],
    "Advies en kortdurende ondersteuning (A&K)": [
        ("A&K aanvraag afgewezen", "A&K aanmelding", {"SCP", "administratie"}, {"reden"}),
    ],
    "ARR Taalontwikkeling": [
        ("Arrangementsaanvraag incompleet", "ARR Aanmelding", {"AC"}, {"reden"}),
        ("Arrangementsaanvraag in behandeling", "Arrangementsaanvraag aangevuld", {"AC"}, set()),
        ("Arrangement toegekend", "Arrangementsaanvraag in behandeling", {"AC"}, set()),
        ("Arrangement afgerond", "Arrangement toegekend", IB, set()),
    ],
    "Arrangement": [
        ("Arrangementsaanvraag in behandeling", "ARR Aanmelding", {"AC"}, set()),
        ("Arrangement afgewezen", "Arrangementsaanvraag in behandeling", {"AC"}, {"reden"}),
    ],
    "Voorziening": [
        ("Arrangementsaanvraag incompleet", "Voorziening aanmelding", {"AC"}, {"reden"}),
        ("Voorziening aanmelding", "Arrangementsaanvraag aangevuld", {"AC"}, {"bespreekdatum"}),
        ("Voorziening aanmelding", "Voorziening aanmelding", {"AC"}, {"bespreekdatum"}),
        ("Voorziening toegekend", "Voorziening aanmelding", {"AC"}, set()),
        ("Voorziening afgerond", "Voorziening toegekend", IB, set()),
    ],
    "TLV": [
        ("TLV aanvraag incompleet", "TLV Aanmelding", {"administratie"}, {"reden"}),
        ("TLV aanvraag in behandeling", "TLV aanvraag aangevuld", {"administratie"}, {"bespreekdatum"}),
        ("Aanhouden", "TLV aanvraag in behandeling", {"administratie"}, {"reden"}),
        ("TLV aanvraag in behandeling", "Aanhouden", {"administratie"}, {"bespreekdatum"}),
        ("TLV afgegeven", "TLV aanvraag in behandeling", {"administratie"}, set()),
    ],
    "Toelaatbaarheidsverklaring (TLV)": [
        ("TLV aanvraag in behandeling", "TLV Aanmelding", {"administratie"}, {"bespreekdatum"}),
        ("Aanhouden", "TLV aanvraag in behandeling", {"administratie"}, {"reden"}),
        ("TLV aanvraag afgewezen", "Aanhouden", {"administratie"}, {"reden"}),
    ],
    "Thuiszitter": [
        ("Thuiszitter in behandeling", "Thuiszitter aanmelding", {"coördinator", "administratie"}, set()),
        ("Thuiszitter deels naar school", "Thuiszitter in behandeling", {"coördinator", "administratie"}, set()),
        ("Thuiszitter in behandeling", "Thuiszitter deels naar school", {"coördinator", "administratie"}, set()),
        ("Thuiszitter volledig naar school", "Thuiszitter in behandeling", {"coördinator", "administratie"}, set()),
    ],
}


def given(**more: Any) -> dict[str, Any]:
    return {**MORE, "bespreekdatum": soon(), **more}


@pytest.mark.parametrize("titel", WALKS)
async def test_a_walk_down_the_table_with_every_role_trying_each_step(office: Office, titel: str) -> None:
    data = await office.opened(titel)
    number = data.dossiernummer
    for status, van, allowed, asked in WALKS[titel]:
        now = await office.client(ACTORS["administratie"]).detail(number)
        if now["status"].endswith("incompleet") and van.endswith("aangevuld"):
            await office.add(batch(data))
            await office.version(data.hulpvraag, now["versie"] + 1)
            now = await office.client(ACTORS["administratie"]).detail(number)
        assert now["status"] == van
        await office.meet(data, office.client(ACTORS[min(allowed)]), status, decider=staff("CT", "AC"))
        for rol, actor in ACTORS.items():
            client = office.client(actor)
            offered = {step["status"] for step in (await client.detail(number))["volgendeStappen"]}
            assert (status in offered) == (rol in allowed), (rol, offered)
            if rol not in allowed:
                refused = await client.change(number, status, now["versie"], **given())
                assert refused.status_code == 403, (rol, refused.text)
                assert {step["status"] for step in refused.json()["toegestaan"]} == offered
        may = office.client(ACTORS[min(allowed)])
        for field in asked:
            lacking = await may.change(number, status, now["versie"], **given(**{field: None}))
            assert lacking.status_code == 422
            assert [(fout["field"], fout["rule"]) for fout in lacking.json()["fouten"]] == [(field, "verplicht")]
        made = await may.change(number, status, now["versie"], **given())
        assert made.status_code == 201, made.text
        assert made.headers["etag"] == f'"{now["versie"] + 1}"'
    assert (await office.client(ACTORS["administratie"]).detail(number))["status"] == WALKS[titel][-1][0]


async def test_a_school_withdraws_its_tlv_from_every_status_that_is_no_end(office: Office) -> None:
    """000:893."""
    administratie, school = office.client(ACTORS["administratie"]), office.client(ACTORS["IB'er"])
    ways: list[list[str]] = [
        [],
        ["TLV aanvraag in behandeling"],
        ["TLV aanvraag incompleet"],
        ["TLV aanvraag in behandeling", "Aanhouden"],
    ]
    for way in ways:
        data = await office.opened("TLV")
        for status in way:
            await administratie.to(data.dossiernummer, status, **given())
        refused = await administratie.change(data.dossiernummer, "TLV aanvraag ingetrokken", **given())
        assert refused.status_code == 403
        await school.to(data.dossiernummer, "TLV aanvraag ingetrokken", reden="verhuizing")


def _ends() -> Iterator[tuple[str, Niveau, str, str]]:
    for verloop in RuleSets(read_all(None)).current("PO2507").verlopen:
        for status in verloop.statussen.values():
            if status.einde:
                yield verloop.type.titel, verloop.type.niveau, status.naam, verloop.begin.naam


@pytest.mark.parametrize(("titel", "niveau", "einde", "begin"), list(_ends()))
async def test_from_an_end_nobody_goes_on(office: Office, titel: str, niveau: Niveau, einde: str, begin: str) -> None:
    data = await office.opened(titel, **about(niveau))
    pool = office.service.database.pool
    await pool.execute("UPDATE hulpvraag SET status = $2, einde = true WHERE id = $1", data.hulpvraag, einde)
    for actor in ACTORS.values():
        client = office.client(actor)
        assert (await client.detail(data.dossiernummer))["volgendeStappen"] == []
        answer = await client.change(data.dossiernummer, begin, 1, **given())
        assert answer.status_code == 409
        assert answer.json()["toegestaan"] == []
