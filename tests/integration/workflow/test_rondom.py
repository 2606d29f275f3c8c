"""Around a hulpvraag: labels and search, notes for oneself, the coordinator, scholenkringen, who may see little."""

from datetime import timedelta

import pytest

from shared import clock
from support.hulpvragen import BEUK, LINDE, Office, batch, board, ib, ingediend, named, soon, staff

ADMINISTRATIE = staff("administratie")
KRING = staff("applicatiebeheerder", swv="PO00YY")


async def numbers(office: Office, query: str, actor: object = ADMINISTRATIE) -> list[int]:
    answer = await office.client(actor).get(f"/hulpvragen?aantal=100&{query}")  # type: ignore[arg-type]
    assert answer.status_code == 200, answer.text
    return [row["dossiernummer"] for row in answer.json()["hulpvragen"]]


async def test_labels_are_set_shown_and_searched_by(office: Office) -> None:
    data, other = await office.opened("A&K"), await office.opened("A&K")
    put = await office.client(ib()).call(
        "PUT", f"/hulpvragen/{data.dossiernummer}/labels", json={"labels": ["Spoed", "MDO mei", "Spoed"]}
    )
    assert (put.status_code, put.json()) == (200, {"labels": ["MDO mei", "Spoed"]})
    assert (await office.client(ADMINISTRATIE).detail(data.dossiernummer))["labels"] == ["MDO mei", "Spoed"]
    assert await numbers(office, "label=MDO mei") == [data.dossiernummer]
    assert data.dossiernummer in await numbers(office, "zoek=spoed")
    await office.client(ADMINISTRATIE).to(data.dossiernummer, "A&K in behandeling")
    assert await numbers(office, "label=MDO mei") == [data.dossiernummer]
    assert other.dossiernummer not in await numbers(office, "label=Spoed")
    assert await numbers(office, "label=MDO mei", ib(BEUK)) == []
    refused = await office.client(board()).call("PUT", f"/hulpvragen/{data.dossiernummer}/labels", json={"labels": []})
    assert refused.status_code == 403


@pytest.mark.parametrize("labels", [[""], ["x" * 41], [f"l{n}" for n in range(11)], ["a\u0007"]])
async def test_a_label_that_is_none_is_refused_by_name(office: Office, labels: list[str]) -> None:
    data = await office.opened("A&K")
    answer = await office.client(ADMINISTRATIE).call("PUT", f"/hulpvragen/{data.dossiernummer}/labels", json={"labels": labels})
    assert answer.status_code == 400
    assert answer.json()["fouten"][0]["field"].startswith("labels")


async def test_notes_are_for_oneself(office: Office) -> None:
    data = await office.opened("A&K")
    url = f"/hulpvragen/{data.dossiernummer}/notities"
    me, colleague = office.client(staff("SCP")), office.client(staff("SCP"))
    made = (await me.call("POST", url, json={"tekst": "Morgen bellen met de moeder."})).json()
    assert [one["tekst"] for one in (await me.get(url)).json()["notities"]] == ["Morgen bellen met de moeder."]
    assert (await colleague.get(url)).json()["notities"] == []
    one = f"{url}/{made['notitie']}"
    assert (await colleague.call("PUT", one, json={"tekst": "x"})).status_code == 404
    assert (await colleague.call("DELETE", one)).status_code == 404
    assert (await me.call("PUT", one, json={"tekst": "Gebeld."})).status_code == 204
    assert [note["tekst"] for note in (await me.get(url)).json()["notities"]] == ["Gebeld."]
    assert (await me.call("DELETE", one)).status_code == 204
    assert (await me.get(url)).json()["notities"] == []


async def test_a_note_sent_twice_with_one_key_is_one_note(office: Office) -> None:
    url = f"/hulpvragen/{(await office.opened('A&K')).dossiernummer}/notities"
    client = office.client(ib())
    made = [await client.call("POST", url, json={"tekst": "Nog bellen."}, Idempotency_Key="k-1") for _ in range(2)]
    assert [answer.status_code for answer in made] == [201, 201]
    assert made[0].json() == made[1].json()
    assert len((await client.get(url)).json()["notities"]) == 1
    other = await client.call("POST", url, json={"tekst": "Iets anders."}, Idempotency_Key="k-1")
    assert other.status_code == 422


async def test_the_swv_assigns_the_coordinator_and_another_one(office: Office) -> None:
    data = await office.opened("A&K")
    url = f"/hulpvragen/{data.dossiernummer}/coordinator"
    who = {"naam": "Cor Bedacht", "email": "cor@swv.example"}
    assert (await office.client(ib()).call("PUT", url, json=who)).status_code == 403
    assert (await office.client(ADMINISTRATIE).call("PUT", url, json=who)).status_code == 200
    assert await numbers(office, "coordinator=Cor Bedacht") == [data.dossiernummer]
    half = await office.client(ADMINISTRATIE).call("PUT", url, json={"naam": "Cor Bedacht"})
    assert half.status_code == 400
    other = {"naam": "Dora Verzonnen", "email": "dora@swv.example"}
    await office.client(ADMINISTRATIE).call("PUT", url, json=other)
    assert (await office.client(ib()).detail(data.dossiernummer))["coordinator"] == "Dora Verzonnen"
    assert data.dossiernummer not in await numbers(office, "coordinator=Cor Bedacht")
    await office.client(ADMINISTRATIE).call("PUT", url, json={})
    assert (await office.client(ib()).detail(data.dossiernummer))["coordinator"] is None


async def test_the_kring_of_a_school_brings_the_coordinator_who_gets_the_mail(office: Office) -> None:
    client = office.client(KRING)
    who = {"coordinator": "Cor Bedacht", "email": "cor@swv.example", "scholen": [LINDE.code]}
    assert (await client.call("PUT", "/kringen/Noord", json=who)).status_code == 200
    assert (await client.call("PUT", "/kringen/Nergens", json=who)).status_code == 404
    refused = await office.client(staff("administratie", swv="PO00YY")).call("PUT", "/kringen/Noord", json=who)
    assert refused.status_code == 403
    data = await office.opened("Kringvraag", swv="PO00YY")
    told = (await office.told(data.hulpvraag))[0]["data"]
    assert [(mail["doelgroep"], mail["email"]) for mail in told["mails"]] == [("regiomanager", "cor@swv.example")]
    elsewhere = await office.opened("Kringvraag", swv="PO00YY", school=BEUK)
    assert (await office.told(elsewhere.hulpvraag))[0]["data"]["mails"] == []
    unknown = await office.opened("Iets anders", swv="PO00YY")
    sort = {"aanvraagtype": "Kringvraag"}
    await client.call("PUT", f"/hulpvragen/{unknown.dossiernummer}/aanvraagtype", json=sort, If_Match='"1"')
    assert [mail["email"] for mail in (await office.told(unknown.hulpvraag))[-1]["data"]["mails"]] == ["cor@swv.example"]
    assert (await client.detail(unknown.dossiernummer))["coordinator"] == "Cor Bedacht"
    shown = (await client.get("/kringen")).json()
    assert shown["namen"] == ["Noord", "Zuid"]
    assert {"naam": "Noord", **who} in shown["kringen"]
    moved = {**who, "coordinator": "Dora", "email": "dora@swv.example"}
    await client.call("PUT", "/kringen/Zuid", json=moved)
    assert {kring["naam"]: kring["scholen"] for kring in (await client.get("/kringen")).json()["kringen"]} == {
        "Noord": [],
        "Zuid": [LINDE.code],
    }


async def test_the_list_is_narrowed_by_school_day_and_term(office: Office) -> None:
    today = clock.today()
    old = await office.opened("TLV", ingediend_op=clock.now() - timedelta(days=30))
    new = await office.opened("TLV", school=BEUK)
    assert new.dossiernummer in await numbers(office, f"school={BEUK.code}")
    assert old.dossiernummer not in await numbers(office, f"school={BEUK.code}")
    long_ago = await numbers(office, f"ingediendTot={today - timedelta(days=20)}")
    assert old.dossiernummer in long_ago
    assert new.dossiernummer not in long_ago
    assert old.dossiernummer not in await numbers(office, f"ingediendVanaf={today}")
    soon_over = await numbers(office, f"deadlineTot={today + timedelta(weeks=9)}")
    assert {old.dossiernummer, new.dossiernummer} <= set(soon_over)
    assert new.dossiernummer not in await numbers(office, f"deadlineTot={today + timedelta(weeks=7)}")


async def test_warnings_name_what_is_missing_too_much_or_old(office: Office) -> None:
    data = await office.opened("TLV")
    client = office.client(ADMINISTRATIE)
    warned = (await client.detail(data.dossiernummer))["aandachtspunten"]
    assert [text.partition(":")[0] for text in warned] == ["Nog niet gevonden bij de bijlagen"] * 2
    names = ["OPP deel 1 groeidocument.pdf", "LVS toetsgegevens.pdf", f"IQ-onderzoek {clock.today().year - 4}.pdf"]
    more = tuple(named(naam) for naam in (*names, *(f"extra {n}.pdf" for n in range(6))))
    await office.add(batch(data, bijlagen=more))
    await office.has_bijlage(more[-1].bijlage)
    warned = (await client.detail(data.dossiernummer))["aandachtspunten"]
    assert warned == ["Er zijn 10 bijlagen; hooguit 8 is genoeg.", f"{names[2]} lijkt ouder dan 2 jaar."]


async def test_a_preschool_adds_to_its_hulpvraag_before_it_may_read_it_and_is_out_at_the_end(office: Office) -> None:
    """Manual 004."""
    data = ingediend("JK onderwijsadvies", kanaal="direct")
    await office.submit(data)
    preschool = office.client(ib(rollen=("voorschoolse voorziening",)))
    specialist = office.client(staff("JK-specialist"))
    number = data.dossiernummer
    shown = await preschool.detail(number)
    assert (shown["beperkt"], shown["omschrijving"], shown["magBijlagenToevoegen"]) == (True, "", True)
    for route in ("statushistorie", "besluiten", "termijnen"):
        assert (await preschool.get(f"/hulpvragen/{number}/{route}")).status_code == 403, route
    look = await preschool.call("POST", f"/hulpvragen/{number}/machtigingen", json={"handeling": "bijlagen-bekijken"})
    assert look.status_code == 403
    await preschool.to(number, "JK bijlagen toegevoegd")
    assert (await preschool.change(number, "JK Onderwijsadvies")).status_code == 403
    await specialist.to(number, "JK Onderwijsadvies")
    shown = await preschool.detail(number)
    assert (shown["beperkt"], shown["omschrijving"]) == (False, data.omschrijving)
    assert (await preschool.get(f"/hulpvragen/{number}/statushistorie")).status_code == 200
    await specialist.to(number, "JK aanmelden school", bevestigd=True)
    await specialist.to(number, "JK afgewezen", reden="Geen plaats.")
    await specialist.to(number, "JK aanmelden school", bevestigd=True)
    await specialist.to(number, "JK advies afgerond")
    await specialist.to(number, "advies afgerond", reden="Vanaf maandag naar De Verzonnen Linde.")
    assert (await preschool.get(f"/hulpvragen/{number}")).status_code == 404
    assert number not in await numbers(office, "", preschool.actor)
    assert (await specialist.detail(number))["einde"] is True


async def test_a_renewal_after_the_deadline_of_its_year_is_not_discussed_before_the_summer_is_over(office: Office) -> None:
    """Manual 000:878."""
    today = clock.today()
    late = clock.now().replace(year=today.year + 1, month=5, day=3)
    data = await office.opened("Verlenging TLV", ingediend_op=late)
    client = office.client(ADMINISTRATIE)
    first = (await client.get(f"/hulpvragen/{data.dossiernummer}/termijnen")).json()["nietBesprekenVoor"]
    assert first > f"{today.year + 1}-08-01"
    refused = await client.change(data.dossiernummer, "TLV aanvraag in behandeling", bespreekdatum=soon())
    assert [(fout["field"], fout["rule"]) for fout in refused.json()["fouten"]] == [("bespreekdatum", "na-de-zomer")]
    await client.to(data.dossiernummer, "TLV aanvraag in behandeling", bespreekdatum=first)
