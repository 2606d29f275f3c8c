"""The routes: who may, who may not, and what bad input gets."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from support.bron_export import SCHOOLJAAR, Bron, Soort, een_actor
from support.sandbox import token_for

YEAR = SCHOOLJAAR
ROUTES: list[tuple[str, str, Any]] = [
    ("GET", "/registraties", None),
    ("GET", "/registraties/{id}", None),
    ("POST", "/registraties/{id}/verzendingen", None),
    ("PATCH", "/registraties/{id}", {"reden": "Typefout", "eind": f"{YEAR + 3}-07-31"}),
    ("GET", "/mandaten/{school}", None),
    ("PUT", "/mandaten/{school}", {"van": "2021-01-01"}),
]
CHANGES = [route for route in ROUTES if route[0] in {"POST", "PATCH"}]


@pytest.fixture
async def refused(bron: Bron) -> AsyncIterator[tuple[Bron, dict[str, Any]]]:
    """A registration that the register refused: everything may still be done to it."""
    await bron.register.behave("keurt-af", signalen=[990])
    besluit = await bron.decide(soort="arrangement")
    await bron.reaches(besluit, "afgekeurd")
    detail = await bron.detail(besluit)
    yield bron, {**detail, "besluit_object": besluit}
    stale = await bron.detail(besluit)
    assert stale["staat"] in {"afgekeurd", "te verzenden", "geaccepteerd"}


async def call(
    bron: Bron, registration: dict[str, Any], route: tuple[str, str, Any], headers: dict[str, str], **own: str
) -> Any:
    method, path, body = route
    given = {"Idempotency-Key": str(uuid4()), **headers, **own}
    if method in {"POST", "PATCH"}:
        given = {"If-Match": registration["etag"], **given}
    url = path.format(id=registration["id"], school=bron.school)
    return await bron.http.request(method, url, json=body, headers=given)


async def test_every_route_asks_who_is_there(refused: tuple[Bron, dict[str, Any]]) -> None:
    bron, registration = refused
    for route in ROUTES:
        for headers in ({}, {"Authorization": "Bearer onzin"}, _for_another_service()):
            response = await call(bron, registration, route, headers)
            assert response.status_code == 401, route
            assert response.headers["content-type"] == "application/problem+json"
    assert (await bron.detail(registration["besluit_object"]))["versie"] == registration["versie"]


STRANGERS: list[tuple[Soort, dict[str, Any], list[int]]] = [
    # who, and what each of ROUTES answers: 200 for the list is an empty page, for a mandate one towards another SWV
    ("school", {"organisatie": "99ZZ00"}, [200, 404, 404, 404, 404, 404]),
    ("school", {"swv": "PO9999"}, [200, 404, 404, 404, 404, 403]),
    ("bestuur", {"organisatie": "B-ANDER"}, [200, 404, 404, 404, 404, 404]),
    ("swv", {"organisatie": "PO9999", "swv": "PO9999"}, [200, 404, 404, 404, 404, 200]),
    ("swv", {"organisatie": "PO8888", "swv": "PO8888"}, [403] * 6),  # of which no rules were told
    ("swv", {"organisatie": "PO9999"}, [403, 404, 404, 404, 404, 404]),
    ("systeem", {}, [403, 404, 404, 404, 404, 404]),
]


@pytest.mark.parametrize(
    ("soort", "rollen"),
    [("swv", ("schoonmaak",)), ("swv", ()), ("swv", ("IB'er",)), ("school", ()), ("school", ("administratie",))],
)
async def test_a_role_that_is_not_known_opens_nothing(
    refused: tuple[Bron, dict[str, Any]], soort: Soort, rollen: tuple[str, ...]
) -> None:
    bron, registration = refused
    for route in ROUTES:
        answer = await call(bron, registration, route, bron.headers(soort, rollen=rollen))
        assert (answer.status_code, answer.json()["type"]) == (403, "urn:schakel:fout:geen-rechten"), route
    assert (await bron.detail(registration["besluit_object"]))["versie"] == registration["versie"]


@pytest.mark.parametrize(("soort", "own", "expected"), STRANGERS)
async def test_for_a_stranger_nothing_exists(
    refused: tuple[Bron, dict[str, Any]], soort: Soort, own: dict[str, Any], expected: list[int]
) -> None:
    bron, registration = refused
    before = (await bron.http.get(f"/mandaten/{bron.school}", headers=bron.headers())).json()
    answers = [await call(bron, registration, route, bron.headers(soort, **own)) for route in ROUTES]
    assert [response.status_code for response in answers] == expected
    if expected[0] == 200:
        assert answers[0].json()["registraties"] == []
    assert (await bron.detail(registration["besluit_object"]))["versie"] == registration["versie"]
    assert (await bron.http.get(f"/mandaten/{bron.school}", headers=bron.headers())).json() == before


@pytest.mark.parametrize("route", CHANGES, ids=lambda route: route[0] if isinstance(route, tuple) else None)
@pytest.mark.parametrize(("soort", "own"), [("bestuur", {}), ("swv", {"rollen": ("AC", "SCP")})])
async def test_who_may_only_look_is_told_so(
    refused: tuple[Bron, dict[str, Any]], route: tuple[str, str, Any], soort: Soort, own: dict[str, Any]
) -> None:
    bron, registration = refused
    assert (await call(bron, registration, route, bron.headers(soort, **own))).status_code == 403
    shown = await bron.http.get(f"/registraties/{registration['id']}", headers=bron.headers(soort, **own))
    assert (shown.status_code, shown.json()["handelingen"]) == (200, [])


@pytest.mark.parametrize("route", CHANGES, ids=lambda route: route[0] if isinstance(route, tuple) else None)
@pytest.mark.parametrize(("soort", "own"), [("school", {}), ("swv", {})])
async def test_the_school_and_the_administration_may_change(
    refused: tuple[Bron, dict[str, Any]], route: tuple[str, str, Any], soort: Soort, own: dict[str, Any]
) -> None:
    bron, registration = refused
    response = await call(bron, registration, route, bron.headers(soort, **own))
    assert response.status_code in {200, 202}, response.text
    assert (response.json()["staat"], response.headers["etag"]) == ("te verzenden", f'"{registration["versie"] + 1}"')
    await bron.reaches(registration["besluit_object"], "geaccepteerd")


@pytest.mark.parametrize("route", CHANGES, ids=lambda route: route[0] if isinstance(route, tuple) else None)
async def test_a_change_names_the_version_it_saw(refused: tuple[Bron, dict[str, Any]], route: tuple[str, str, Any]) -> None:
    bron, registration = refused
    stale = f'"{registration["versie"] - 1}"'
    for tag, status in ((stale, 412), ("*", 412), ('W/"3"', 412), ("", 400)):
        response = await call(bron, registration, route, bron.headers("school"), **{"If-Match": tag})
        assert response.status_code == status
        if status == 400:
            assert response.json()["fouten"][0]["field"] == "If-Match"


async def test_the_same_key_is_one_resend_and_one_answer(refused: tuple[Bron, dict[str, Any]]) -> None:
    bron, registration = refused
    route = ("POST", "/registraties/{id}/verzendingen", None)
    same = {**bron.headers("school"), "Idempotency-Key": str(uuid4())}
    first = await call(bron, registration, route, same, **{"Idempotency-Key": same["Idempotency-Key"]})
    again = await call(bron, registration, route, same, **{"Idempotency-Key": same["Idempotency-Key"]})
    assert (first.status_code, first.json(), first.headers["etag"]) == (
        again.status_code,
        again.json(),
        again.headers["etag"],
    )
    await bron.reaches(registration["besluit_object"], "geaccepteerd")
    assert await bron.sent(registration["besluit_object"]) == ["POST 1", "PUT 2"]
    without = await bron.http.post(f"/registraties/{registration['id']}/verzendingen", headers=bron.headers("school"))
    assert (without.status_code, without.json()["fouten"][0]["field"]) == (400, "Idempotency-Key")


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({}, "reden", "verplicht"),
    ({"reden": " ", "begeleider": "Jo"}, "reden", "te-kort"),
    ({"reden": "Typefout"}, "(bericht)", "geen-wijziging"),
    ({"reden": "Typefout", "begeleider": "Bo Verzonnen"}, "(bericht)", "geen-wijziging"),
    ({"reden": "Typefout", "begin": "31-07-2027"}, "begin", "datum"),
    ({"reden": "Typefout", "begin": "2027-02-30"}, "begin", "datum"),
    ({"reden": "Typefout", "eind": "2015-01-01"}, "eind", "volgorde"),
    ({"reden": "Typefout", "eind": None}, "(bericht)", "verplicht"),
    ({"reden": "Typefout", "omschrijving": ""}, "omschrijving", "te-kort"),
    ({"reden": "Typefout", "omschrijving": "x" * 2001}, "omschrijving", "te-lang"),
    ({"reden": "Typefout", "nummer": "PO2507-2026-00001"}, "nummer", "onbekend-veld"),
    ({"reden": "Typefout", "categorie": "H"}, "categorie", "onbekend-veld"),
    ({"reden": "Typefout", "leerlingid": "L-1"}, "leerlingid", "onbekend-veld"),
    ({"reden": "Typefout", "staat": "geaccepteerd"}, "staat", "onbekend-veld"),
]


async def test_a_wrong_correction_is_answered_with_field_and_rule_and_changes_nothing(
    refused: tuple[Bron, dict[str, Any]],
) -> None:
    bron, registration = refused
    for body, field, rule in BAD:
        response = await call(bron, registration, ("PATCH", "/registraties/{id}", body), bron.headers("school"))
        assert response.status_code == 400, body
        assert (response.json()["fouten"][0]["field"], response.json()["fouten"][0]["rule"]) == (field, rule), body
    detail = await bron.detail(registration["besluit_object"])
    assert (detail["versie"], detail["correcties"]) == (registration["versie"], [])


async def test_a_correction_is_on_record_with_its_reason_and_what_it_was(refused: tuple[Bron, dict[str, Any]]) -> None:
    bron, registration = refused
    body = {"reden": "De begeleider is een ander", "begeleider": "Jo Verzonnen"}
    await call(bron, registration, ("PATCH", "/registraties/{id}", body), bron.headers("school"))
    [line] = (await bron.detail(registration["besluit_object"]))["correcties"]
    assert (line["reden"], line["oud"], line["nieuw"], line["volgnummer"]) == (
        "De begeleider is een ander",
        {"begeleider": "Bo Verzonnen"},
        {"begeleider": "Jo Verzonnen"},
        2,
    )


async def test_every_look_and_change_is_on_record_without_a_text(refused: tuple[Bron, dict[str, Any]]) -> None:
    bron, registration = refused
    body = {"reden": "Geheime reden", "begeleider": "Jo Verzonnen"}
    await call(bron, registration, ("PATCH", "/registraties/{id}", body), bron.headers("school"))
    await bron.http.get("/registraties", params={"hulpvraag": registration["hulpvraag"]}, headers=bron.headers("bestuur"))
    async with bron.box.connect() as connection:
        rows = await connection.fetch(
            "SELECT action, actor, details::text FROM bron_export.audit_log WHERE subject = $1", registration["hulpvraag"]
        )
    found = {row["action"] for row in rows}
    assert found >= {"registratie.gewijzigd", "registratie.bekeken", "registratie.gecorrigeerd", "registraties.bekeken"}
    assert all(row["actor"] for row in rows)
    assert not any(word in str(row["details"]) for row in rows for word in ("Geheime", "Verzonnen"))


async def test_what_a_tlv_does_not_have_cannot_be_corrected(bron: Bron) -> None:
    await bron.register.behave("keurt-af", signalen=[990])
    besluit = await bron.decide()
    await bron.reaches(besluit, "afgekeurd")
    response = await bron.patch(besluit, {"begeleider": "Jo", "omschrijving": "Anders"})
    assert response.status_code == 400
    assert [fault["field"] for fault in response.json()["fouten"]] == ["omschrijving", "begeleider"]


async def test_what_is_accepted_is_neither_sent_again_nor_corrected(bron: Bron) -> None:
    besluit = await bron.decide()
    await bron.reaches(besluit, "geaccepteerd")
    for response in (await bron.resend(besluit), await bron.patch(besluit, {"eind": f"{YEAR + 4}-07-31"})):
        assert response.status_code == 409
        assert response.json()["staat"] == "geaccepteerd"
    assert await bron.sent(besluit) == ["POST 1"]


async def test_what_is_under_way_is_not_corrected_and_a_resend_only_asks_at_once(bron: Bron) -> None:
    await bron.register.behave("later", navragen=8)
    besluit = await bron.decide()
    await bron.reaches(besluit, "verzonden")
    assert (await bron.patch(besluit, {"eind": f"{YEAR + 4}-07-31"})).status_code == 409
    assert (await bron.resend(besluit)).status_code == 202
    await bron.reaches(besluit, "geaccepteerd")
    assert (await bron.sent(besluit)).count("POST 1") == 1


async def test_a_lapsed_version_is_neither_sent_again_nor_corrected(without_mandate: Bron) -> None:
    bron = without_mandate
    besluit = await bron.decide()
    await bron.reaches(besluit, "te verzenden", reden="geen-mandaat")
    await bron.reaches(await bron.correct(besluit), "te verzenden", reden="geen-mandaat")
    old = (await bron.registrations(besluit))[0]
    shown = await bron.http.get(f"/registraties/{old['id']}", headers=bron.headers())
    registration = {"id": old["id"], "etag": shown.headers["etag"]}
    for route in CHANGES:
        assert (await call(bron, registration, route, bron.headers("school"))).status_code == 409


async def test_the_list_is_paged_and_filtered_by_state(bron: Bron) -> None:
    decisions = [await bron.decide() for _ in range(3)]
    for besluit in decisions:
        await bron.reaches(besluit, "geaccepteerd")
    mine = bron.headers("school")
    page = (await bron.http.get("/registraties", headers=mine)).json()
    assert (len(page["registraties"]), page["pagina"], page["meer"]) == (3, 1, False)
    none = (await bron.http.get("/registraties", params={"staat": "afgekeurd"}, headers=mine)).json()
    assert none["registraties"] == []
    beyond = (await bron.http.get("/registraties", params={"pagina": 2}, headers=mine)).json()
    assert (beyond["registraties"], beyond["meer"]) == ([], False)
    for wrong in ({"staat": "weg"}, {"pagina": 0}, {"hulpvraag": "x"}):
        assert (await bron.http.get("/registraties", params=wrong, headers=mine)).status_code == 400


async def test_a_mandate_is_noted_once_changed_and_ended_by_version(without_mandate: Bron) -> None:
    bron = without_mandate
    path, admin = f"/mandaten/{bron.school}", bron.headers()
    assert (await bron.http.get(path, headers=admin)).status_code == 404
    first = await bron.http.put(path, json={"van": "2026-01-01"}, headers=admin)
    again = await bron.http.put(path, json={"van": "2026-01-01"}, headers=admin)
    assert (first.status_code, first.json(), first.headers["etag"]) == (200, again.json(), '"1"')
    assert (await bron.http.put(path, json={"van": "2026-02-01"}, headers=admin)).status_code == 412
    ended = await bron.http.put(
        path, json={"van": "2026-01-01", "tot": "2026-06-30"}, headers={**bron.headers("bestuur"), "If-Match": '"1"'}
    )
    assert (ended.status_code, ended.json()["geldig"], ended.json()["versie"]) == (200, False, 2)
    stale = await bron.http.put(path, json={"van": "2026-02-01"}, headers={**admin, "If-Match": '"1"'})
    assert stale.status_code == 412
    assert (await bron.http.get(path, headers=bron.headers("school"))).json()["tot"] == "2026-06-30"


@pytest.mark.parametrize(
    ("soort", "own", "status"),
    [
        ("school", {}, 403),
        ("swv", {"rollen": ("AC",)}, 403),
        ("school", {"organisatie": "99ZZ00"}, 404),
        ("swv", {"organisatie": "PO9999"}, 404),
        ("systeem", {}, 404),
    ],
)
async def test_only_the_board_and_the_administration_note_a_mandate(
    without_mandate: Bron, soort: Soort, own: dict[str, Any], status: int
) -> None:
    bron = without_mandate
    response = await bron.http.put(f"/mandaten/{bron.school}", json={"van": "2026-01-01"}, headers=bron.headers(soort, **own))
    assert response.status_code == status
    assert (await bron.http.get(f"/mandaten/{bron.school}", headers=bron.headers())).status_code == 404


async def test_a_wrong_mandate_is_answered_with_field_and_rule(without_mandate: Bron) -> None:
    bron = without_mandate
    for school, body, field in (
        (bron.school, {"van": "2026-02-01", "tot": "2026-01-31"}, "tot"),
        (bron.school, {"van": "morgen"}, "van"),
        (bron.school, {}, "van"),
        (bron.school, {"van": "2026-01-01", "school": "99XA00"}, "school"),
        ("Linde", {"van": "2026-01-01"}, "school"),
    ):
        response = await bron.http.put(f"/mandaten/{school}", json=body, headers=bron.headers())
        assert (response.status_code, response.json()["fouten"][0]["field"]) == (400, field)


async def test_what_was_noted_cannot_be_rewritten_by_the_service_itself(bron: Bron) -> None:
    await bron.reaches(await bron.decide(), "geaccepteerd")
    connection = await asyncpg.connect(bron.box.database_url("bron-export"))
    try:
        for table, column in (("mandaat", "gever"), ("verzendpoging", "detail"), ("correctie", "reden")):
            for statement in (f"DELETE FROM {table}", f"UPDATE {table} SET {column} = ''"):
                with pytest.raises(asyncpg.InsufficientPrivilegeError):
                    await connection.execute(statement)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("DELETE FROM registratie")
    finally:
        await connection.close()


async def test_the_database_itself_refuses_a_second_accepted_registration_of_one_decision(bron: Bron) -> None:
    besluit = await bron.decide()
    await bron.reaches(besluit, "geaccepteerd")
    newer = await bron.correct(besluit)
    await bron.reaches(newer, "geaccepteerd")
    async with bron.box.connect() as connection:
        with pytest.raises(asyncpg.UniqueViolationError, match="registratie_een_geaccepteerd"):
            await connection.execute(
                "UPDATE bron_export.registratie SET staat = 'geaccepteerd' WHERE besluit = $1", besluit.besluit
            )


def _for_another_service() -> dict[str, str]:
    return token_for(een_actor(organisatie="PO2507"), "workflow")
