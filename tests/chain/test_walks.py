"""A walk per aanvraagtype of each SWV, from submission to each final status, over the public API on real parts.

The way is the shortest that the rules allow; each step prints the manual and line it rests on. What must be reachable stands
here as the manuals have it, so that a status that disappears fails.
"""

from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from intake.organisations import load
from schakel_local.postgres import Postgres
from schakel_local.rabbitmq import RabbitMQ
from shared.contracts.common import Niveau
from support.intake import Lvs, World, hulpvraag
from support.portal import opgave
from support.sandbox import close_sandbox, open_sandbox
from support.walks import FROM_LVS, ORGANISATIONS, SCHOOLS, People, Walk, way, way_by_itself
from support.whole import servers_in, whole
from workflow.domain.verloop import Regels, Verloop
from workflow.registry import RuleSets, read_all

REGELS: dict[str, Regels] = {swv: RuleSets(read_all(None)).current(swv) for swv in SCHOOLS}


class Manual(NamedTuple):
    """Where it is written, how it may end, and which statuses come by themselves."""

    where: str
    ends: set[str]
    by_itself: tuple[str, ...] = ()
    by: str = "IB'er"


def rotterdam(where: str, *functies: str, afgerond: str) -> Manual:
    """How a hulpvraag ends that is no TLV (002:178-182): refused by whoever assesses, or done."""
    refused = {f"Afgewezen {functie}" for functie in functies}
    return Manual(where, {*refused, f"Afgerond {afgerond}", "Afgerond ingetrokken", "Niet ontvankelijk"})


def consult(where: str, by: str = "IB'er") -> Manual:
    """What may come of the telephone call (003:593-596, 658-662)."""
    outcomes = ("Kans!overleg", "naar TLV aanvraag", "naar jeugdzorg/gemeente", "thuiszittersoverleg", "residentieel")
    return Manual(where, {f"Ondersteuningsaanvraag > {outcome}" for outcome in (*outcomes, "afgerond")}, by=by)


def helmond(where: str, *ends: str) -> Manual:
    """An arrangement is granted, evaluated two months before its end (003:738, 1124) and done, or it is refused."""
    return Manual(where, {*ends, "Arrangement > afgewezen", "Arrangement > afgerond"}, ("Arrangement > evalueren",))


def tlv(where: str, familie: str) -> Manual:
    return Manual(where, {f"{familie} > in archief", f"{familie} > afgewezen"})


ARR = {"Arrangement afgewezen", "Arrangement afgerond"}
TLV = {"TLV afgegeven", "TLV aanvraag afgewezen", "TLV aanvraag ingetrokken"}
TLV_002 = {"TLV afgegeven", "Afgewezen TLV", "Niet ontvankelijk", "Afgerond ingetrokken"}
AANGEVULD = ("Arrangementsaanvraag aangevuld",)
GENERIC = {"Afgerond", "Afgewezen"}
BESTUUR = {"Bestuursniveau > afgerond"}
HERSTART = "coördinator Herstart/KANS"
ON = "Ondersteuning op bestuursniveau"

WALKS: dict[tuple[str, Niveau, str], Manual] = {
    ("PO2507", "leerling", "A&K"): Manual(
        "000 ch. 1, 250-257", {"A&K aanvraag afgewezen", "A&K afgerond"}, ("A&K aanvraag aangevuld",)
    ),
    ("PO2507", "leerling", "Arrangement"): Manual("000 ch. 2, 439-446", ARR, AANGEVULD),
    ("PO2507", "leerling", "Voorziening"): Manual(
        "000 ch. 2, 439-446", {"Voorziening afgewezen", "Voorziening afgerond"}, AANGEVULD
    ),
    ("PO2507", "groep", "Groepsarrangement"): Manual("000 ch. 3, 448-659", ARR, AANGEVULD),
    ("PO2507", "leerling", "TLV"): Manual("000 ch. 5, 884-893", TLV, ("TLV aanvraag aangevuld",)),
    ("PO2507", "leerling", "Verlenging TLV"): Manual("000 ch. 5, 876-893", TLV, ("TLV aanvraag aangevuld",)),
    ("PO2507", "leerling", "Thuiszitter"): Manual("000 ch. 6, 913-918", {"Thuiszitter volledig naar school"}),
    ("PO2507", "leerling", "JK onderwijsadvies"): Manual("004, 18-68", {"advies afgerond"}, by="JK-specialist"),
    ("PO2806", "leerling", "Preventie SCP/PAB"): rotterdam("002, 78 and 152-184", "SCP", "behandelaar", afgerond="na aanpak"),
    ("PO2806", "leerling", "Ambulante begeleiding"): rotterdam("002, 152-184", "SCP", "behandelaar", afgerond="na aanpak"),
    ("PO2806", "leerling", "Psychodiagnostisch onderzoek"): rotterdam(
        "002, 152-184", "SCP", "behandelaar", afgerond="na aanpak"
    ),
    ("PO2806", "leerling", "Leesbehandeling"): rotterdam("002, 152-184", "SCP", "leescoördinator", afgerond="na aanpak"),
    ("PO2806", "leerling", "Inzet ouderfunctionaris"): rotterdam(
        "002, 152-184", "SCP", "ouderfunctionaris", afgerond="na aanpak"
    ),
    ("PO2806", "leerling", "Advisering jonge kind"): rotterdam("002, 152-184", "SCP", "behandelaar", afgerond="na aanpak"),
    ("PO2806", "leerling", "Herstart junior"): rotterdam("002, 168-184", "SCP", HERSTART, afgerond="na aanpak"),
    ("PO2806", "leerling", "KANS"): rotterdam("002, 168-184", "SCP", HERSTART, afgerond="na aanpak"),
    ("PO2806", "leerling", "Thuiszitter"): rotterdam("002, 184", "SCP", "regiomanager", afgerond="oplossing gevonden"),
    ("PO2806", "leerling", "Vergoede dyslexiezorg"): rotterdam("002, 152-184", "SCP", "leescoördinator", afgerond="na aanpak"),
    ("PO2806", "leerling", "Aanvraag schoolbudget leerling"): rotterdam(
        "002, 192-209 and 170", "SCP", "regiomanager", afgerond="na beschikking"
    ),
    ("PO2806", "school", "Aanvraag schoolbudget school"): rotterdam(
        "002, 215-246 and 170", "SCP", "wijkcontactpersoon", "regiomanager", afgerond="na beschikking"
    ),
    ("PO2806", "school", "Aanvraag schoolbudget wijk"): rotterdam(
        "002, 215-246 and 170", "SCP", "wijkcontactpersoon", "regiomanager", afgerond="na beschikking"
    ),
    ("PO2806", "school", "Aanvraag budget inclusief onderwijs"): rotterdam(
        "002, 252 and 170", "SCP", "regiomanager", afgerond="na beschikking"
    ),
    ("PO2806", "leerling", "TLV SBO"): Manual("002, 124-130 and 160-182", TLV_002),
    ("PO2806", "leerling", "TLV SO"): Manual("002, 124-130 and 160-182", TLV_002),
    ("PO2806", "leerling", "TLV Leerrecht"): Manual("002, 124-130 and 160-182", TLV_002),
    ("PO2806", "leerling", "Terugplaatsing"): rotterdam("002, 152-184", "SCP", "behandelaar", afgerond="na aanpak"),
    ("PO2806", "leerling", "STAP-coach"): rotterdam("002, 152-184", "SCP", "behandelaar", afgerond="na aanpak"),
    ("PO3008", "leerling", "Ondersteuningsaanvraag schoolgaand kind"): consult("003 ch. 2.5, 600-662"),
    ("PO3008", "leerling", "Aanvraag Kans!overleg"): helmond("003 ch. 3.1-3.6, 880-1152", "Kans!overleg > afgerond"),
    ("PO3008", "leerling", "Aanvraag TLV"): tlv("003 ch. 4.1, 1237-1470", "TLV"),
    ("PO3008", "leerling", "Verlenging TLV"): tlv("003 ch. 4.3, 1580-1666", "TLV verlenging"),
    ("PO3008", "leerling", "Herbeoordeling TLV"): tlv("003 ch. 4.5, 1694-1699", "TLV"),
    ("PO3008", "leerling", "(Gedeeltelijke) thuiszitter of geen schoolinschrijving"): Manual(
        "003 ch. 5.1, 1719-1782", {"Thuiszitter > afgerond"}
    ),
    ("PO3008", "leerling", "Ondersteuningsaanvraag voorschools kind"): consult(
        "003 ch. 2.4, 524-596", "voorschoolse voorziening"
    ),
    ("PO3008", "leerling", "Kans!overleg + (thuiszitters)"): helmond("003 ch. 3, 318 and 880-1152", "Kans!overleg > afgerond"),
    ("PO3008", "leerling", "Aanmelding residentiële leerling"): Manual(
        "003 ch. 6, 1826-1875",
        {
            "MKD > passend uitstroomperspectief",
            "MKD > uitstroom residentiële instelling",
            "Residentieel > passend uitstroomperspectief onderwijs",
            "Residentieel > uitstroom jeugdzorg/dagbesteding",
        },
    ),
    ("PO3008", "leerling", f"{ON}: algemeen"): Manual("003 ch. 2.8, 820-823", BESTUUR),
    ("PO3008", "leerling", f"{ON} Eenbes: aanvraag arrangement"): Manual("003 ch. 2.8, 820-823", BESTUUR),
    ("PO3008", "leerling", f"{ON} Eenbes: aanvraag onderzoek"): Manual("003 ch. 2.8, 820-823", BESTUUR),
    ("PO3008", "groep", "Ondersteuningsaanvraag groep"): helmond("003 ch. 2.6, 684-818", "Ondersteuningsaanvraag > afgerond"),
    ("PO3008", "leerling", "Aanvraag arrangement categorie midden en hoog"): helmond("003 ch. 4.2, 1474-1576"),
    ("PO3008", "leerling", "Verlenging arrangement"): helmond("003 ch. 3.7, 1157-1231"),
    ("PO0000", "leerling", "Hulpvraag leerling"): Manual("001, 169-181", GENERIC, ("Nieuw",)),
    ("PO0000", "groep", "Hulpvraag groep"): Manual("001, 63-64 and 169-181", GENERIC, ("Nieuw",)),
    ("PO0000", "school", "Hulpvraag school"): Manual("001, 169-181", GENERIC, ("Nieuw",)),
}


@pytest.fixture(scope="module")
async def people(postgres: Postgres, rabbitmq: RabbitMQ, server_folder: Path) -> AsyncIterator[People]:
    """One running system, and whoever works with it."""
    box = await open_sandbox(postgres, rabbitmq)
    async with servers_in(server_folder / "walks") as servers, whole(box, servers) as system, AsyncExitStack() as stack:
        async with system.services["intake"].database.transaction() as tx:
            await load(tx, ORGANISATIONS)
        yield People(system, REGELS, stack)
    await close_sandbox(box)


@pytest.fixture(scope="module")
async def lvs(people: People) -> AsyncIterator[Lvs]:
    """A pupil administration system for what comes from there only."""
    world = World(people.system.box)
    await world.add("esis", (SCHOOLS["PO3008"],), swv=("PO3008",))
    await world.served("esis")
    yield await world.lvs("esis")
    await world.close()


async def submitted(people: People, lvs: Lvs, swv: str, verloop: Verloop, by: str) -> Walk:
    """Submit one: over the connector if that is the only way in, else as a person."""
    niveau, school = verloop.type.niveau, {"brin": SCHOOLS[swv][:4], "vestiging": SCHOOLS[swv][4:]}
    if verloop.type.kanaal == "LVS":
        sent = await lvs.send(hulpvraag(swv=swv, aanvraagtype=verloop.type.titel, school=school))
        answer = await lvs.next()
        while answer["_"].correlation_id != sent:  # what became of an earlier one
            answer = await lvs.next()
        number = answer["dossiernummer"]
    else:
        about: dict[str, Any] = {"niveau": niveau, "school": school, "aanvraagtype": verloop.type.titel}
        if niveau != "leerling":
            about |= {"leerling": None, "groep": "8D De Verzonnen Wandeling" if niveau == "groep" else None}
        body = {name: value for name, value in opgave(**about).items() if value is not None}
        taken = await (await people.of(swv, by)).post("/hulpvragen", json=body)
        assert taken.status_code == 202, taken.text
        number = taken.json()["dossiernummer"]
    walk = Walk(people, verloop, swv, number)
    await walk.begun()
    return walk


def test_the_manuals_and_the_rules_name_the_same_ends() -> None:
    rules = {
        (swv, verloop.type.niveau, verloop.type.titel): (
            set(verloop.eindstatussen),
            {rule.naar.naam for (_, op, _), rule in verloop.vanzelf.items() if op not in FROM_LVS},
        )
        for swv, regels in REGELS.items()
        for verloop in regels.verlopen
    }
    assert {key: (manual.ends, set(manual.by_itself)) for key, manual in WALKS.items()} == rules
    assert sum(len(manual.ends) for manual in WALKS.values()) == 155


def walks() -> Iterator[Any]:
    for (swv, niveau, titel), manual in WALKS.items():
        for status in sorted(manual.ends):
            yield pytest.param(swv, niveau, titel, status, id=f"{swv} {titel}: {status} ({manual.where})")


def walks_by_itself() -> Iterator[Any]:
    for (swv, niveau, titel), manual in WALKS.items():
        for status in manual.by_itself:
            yield pytest.param(swv, niveau, titel, status, id=f"{swv} {titel}: {status} ({manual.where})")


@pytest.mark.in_turn(of=6)
@pytest.mark.parametrize(("swv", "niveau", "titel", "einde"), list(walks()))
async def test_a_walk_from_submission_to_a_final_status(
    people: People, lvs: Lvs, swv: str, niveau: Niveau, titel: str, einde: str
) -> None:
    verloop = REGELS[swv].find(niveau, titel)
    assert verloop is not None
    walk = await submitted(people, lvs, swv, verloop, WALKS[swv, niveau, titel].by)
    for leg in way(verloop, verloop.begin.naam, einde):
        await walk.go(leg)
    assert walk.status == einde
    await walk.ended()


@pytest.mark.in_turn(of=6)
@pytest.mark.parametrize(("swv", "niveau", "titel", "status"), list(walks_by_itself()))
async def test_a_walk_by_a_status_that_comes_by_itself(
    people: People, lvs: Lvs, swv: str, niveau: Niveau, titel: str, status: str
) -> None:
    verloop = REGELS[swv].find(niveau, titel)
    assert verloop is not None
    walk = await submitted(people, lvs, swv, verloop, WALKS[swv, niveau, titel].by)
    for leg in way_by_itself(verloop, status):
        await walk.go(leg)
    assert status in [row["status"] for row in walk.seen]
    await walk.ended()
