"""Whatever a connector sends becomes a command or a list of faults, each with field, rule and a Dutch sentence."""

import json
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.adapters.examples import EXAMPLES
from intake.domain.reading import MOST, Received, identity_of, read
from shared.contracts.connector import (
    COMMANDS,
    MAX_ASKED,
    BijlagenToevoegen,
    HulpvraagIndienen,
    HulpvraagIntrekken,
    HulpvraagVerwijderen,
    StatusOpvragen,
    UploadslotsAanvragen,
)
from support.intake import hulpvraag, leerling

USER = "lvs-parnassys"
LIMIT = 262_144
ID = str(uuid4())
SLOT = str(uuid4())
BSN = "123456782"


def received(body: object, kind: str | None = HulpvraagIndienen.TYPE, **properties: Any) -> Received:
    given = {"message_id": ID, "user_id": USER, "content_type": "application/json", "type": kind, **properties}
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Received({name: value for name, value in given.items() if value is not None}, raw, len(raw))


def rules(message: Received) -> set[tuple[str, str]]:
    reading = read(message, user=USER, limit=LIMIT)
    assert (reading.command is None) == bool(reading.faults)
    assert all(fault.message.strip() for fault in reading.faults)
    return {(fault.field, fault.rule) for fault in reading.faults}


def test_a_good_message_becomes_a_command() -> None:
    sent = hulpvraag(uploadslots=[SLOT])
    reading = read(received(sent), user=USER, limit=LIMIT)
    assert isinstance(reading.command, HulpvraagIndienen)
    assert reading.faults == ()
    assert (reading.betreft, reading.reference) == (ID, sent["eigenReferentie"])
    assert str(reading.identity) == ID
    assert reading.command.model_dump(mode="json", by_alias=True, exclude_unset=True) == sent


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (BijlagenToevoegen.TYPE, {"dossiernummer": 100001, "uploadslots": [SLOT]}),
        (
            UploadslotsAanvragen.TYPE,
            {"swv": "PO2507", "bestanden": [{"naam": "plan.pdf", "grootte": 10, "sha256": "a" * 64, "omschrijving": ""}]},
        ),
        (HulpvraagIntrekken.TYPE, {"dossiernummer": 100001, "reden": "De leerling verhuist."}),
        (HulpvraagVerwijderen.TYPE, {"eigenReferentie": "HV-1", "school": {"brin": "99XA"}}),
        (StatusOpvragen.TYPE, {"dossiernummers": [int(BSN), 100001]}),
        (StatusOpvragen.TYPE, {"school": {"brin": "99XA"}, "naDossiernummer": int(BSN)}),
    ],
)
def test_the_other_commands_are_read_too(kind: str, body: dict[str, Any]) -> None:
    reading = read(received(body, kind), user=USER, limit=LIMIT)
    assert isinstance(reading.command, COMMANDS[kind])


WRAPPED_WRONG = {
    "no user": (received(hulpvraag(), user_id=None), ("user_id", "verplicht")),
    "another user": (received(hulpvraag(), user_id="iemand-anders"), ("user_id", "afzender")),
    "no message id": (received(hulpvraag(), message_id=None), ("message_id", "verplicht")),
    "message id is no uuid": (received(hulpvraag(), message_id="42"), ("message_id", "uuid")),
    "no content type": (received(hulpvraag(), content_type=None), ("content_type", "content-type")),
    "xml": (received(hulpvraag(), content_type="text/xml"), ("content_type", "content-type")),
    "no type": (received(hulpvraag(), None), ("type", "verplicht")),
    "unknown type": (received(hulpvraag(), "nl.passend-onderwijs.hulpvraag.indien.v1"), ("type", "onbekend-type")),
    "no utf-8": (received(b"\xff\xfe{}"), ("(bericht)", "utf-8")),
    "no json": (received(b"{'a': 1}"), ("(bericht)", "json")),
    "cut off": (received(json.dumps(hulpvraag()).encode()[:-5]), ("(bericht)", "json")),
    "empty": (received(b""), ("(bericht)", "json")),
    "a list": (received([hulpvraag()]), ("(bericht)", "object")),
    "very deep": (received(b'{"a":' * 5000 + b"1" + b"}" * 5000), ("(bericht)", "json")),
    "lone surrogate": (received(json.dumps(hulpvraag()).encode().replace(b"Noor", b"\\ud800")), ("(bericht)", "json")),
}


@pytest.mark.parametrize(("message", "fault"), WRAPPED_WRONG.values(), ids=WRAPPED_WRONG)
def test_what_wraps_a_message_is_judged(message: Received, fault: tuple[str, str]) -> None:
    assert fault in rules(message)


WRONG_FIELDS = {
    "no swv": ({"swv": None}, ("swv", "tekst")),
    "swv of another form": ({"swv": "PO25"}, ("swv", "vorm")),
    "empty reference": ({"eigenReferentie": "  "}, ("eigenReferentie", "te-kort")),
    "long reference": ({"eigenReferentie": "x" * 65}, ("eigenReferentie", "te-lang")),
    "no such date": ({"datum": "2026-02-30"}, ("datum", "datum")),
    "date as number": ({"datum": 86400}, ("datum", "datum")),
    "date with time": ({"datum": "2026-02-03T10:00:00"}, ("datum", "datum")),
    "long omschrijving": ({"omschrijving": "x" * 4001}, ("omschrijving", "te-lang")),
    "brin": ({"school": {"brin": "9XA", "vestiging": "00"}}, ("school.brin", "vorm")),
    "vestiging": ({"school": {"brin": "99XA", "vestiging": "0"}}, ("school.vestiging", "vorm")),
    "school is a text": ({"school": "99XA00"}, ("school", "object")),
    "unknown field": ({"gewenst": 1}, ("gewenst", "onbekend-veld")),
    "unknown field inside": ({"leerling": leerling(postcode="1234AB")}, ("leerling.postcode", "onbekend-veld")),
    "mail": ({"contactpersoon": {"naam": "Ina", "email": "ina@"}}, ("contactpersoon.email", "e-mailadres")),
    "number as name": ({"contactpersoon": {"naam": 3, "email": "ina@linde.example"}}, ("contactpersoon.naam", "tekst")),
    "slot is no uuid": ({"uploadslots": ["x"]}, ("uploadslots.0", "uuid")),
    "slots are no list": ({"uploadslots": SLOT}, ("uploadslots", "lijst")),
    "too many slots": ({"uploadslots": [str(uuid4()) for _ in range(21)]}, ("uploadslots", "te-veel")),
    "bsn in prose": ({"omschrijving": f"Zie {BSN}"}, ("omschrijving", "bsn")),
    "bsn as key": ({"leerling": leerling(leerlingid=BSN)}, ("leerling.leerlingid", "bsn")),
    "bsn in a field that does not exist": ({"leerling": leerling(bsn=BSN)}, ("leerling.bsn", "bsn")),
    "bsn as a number": ({"leerling": leerling(bsn=int(BSN))}, ("leerling.bsn", "bsn")),
    "null character": ({"aanvraagtype": "A\0K"}, ("aanvraagtype", "stuurteken")),
    "line break in a name": ({"leerling": leerling(roepnaam="Noor\r\nBcc: x")}, ("leerling.roepnaam", "stuurteken")),
    "escape in prose": ({"omschrijving": "a\x1bb"}, ("omschrijving", "stuurteken")),
}


@pytest.mark.parametrize(("own", "fault"), WRONG_FIELDS.values(), ids=WRONG_FIELDS)
def test_a_wrong_field_is_named_with_its_rule(own: dict[str, Any], fault: tuple[str, str]) -> None:
    assert fault in rules(received(hulpvraag(**own)))


@pytest.mark.parametrize("field", ["swv", "eigenReferentie", "aanvraagtype", "datum", "school", "leerling", "contactpersoon"])
def test_a_missing_field_is_named(field: str) -> None:
    sent = hulpvraag()
    del sent[field]
    assert rules(received(sent)) == {(field, "verplicht")}


def test_every_fault_is_named_at_once() -> None:
    sent = hulpvraag(swv="X", datum="gisteren", leerling=leerling(roepnaam=""))
    assert rules(received(sent, message_id="42", content_type="text/plain")) == {
        ("message_id", "uuid"),
        ("content_type", "content-type"),
        ("swv", "vorm"),
        ("datum", "datum"),
        ("leerling.roepnaam", "te-kort"),
    }


def test_who_sends_under_another_name_learns_nothing_of_the_content() -> None:
    assert rules(received({"swv": "X"}, user_id="iemand-anders")) == {("user_id", "afzender")}


def test_line_breaks_and_nine_digits_are_fine_where_they_belong() -> None:
    contact = {"naam": "Ina", "email": "ina@linde.example", "telefoon": f"+31 {BSN}"}
    assert rules(received(hulpvraag(omschrijving="een\r\n\ttwee", eigenReferentie=BSN, contactpersoon=contact))) == set()


def test_an_unknown_type_gets_the_nearest_names() -> None:
    reading = read(received(hulpvraag(), "nl.passend-onderwijs.hulpvraag.indien.v1"), user=USER, limit=LIMIT)
    assert HulpvraagIndienen.TYPE in reading.faults[0].message
    assert UploadslotsAanvragen.TYPE not in reading.faults[0].message


def test_a_message_over_the_limit_is_refused_by_its_size() -> None:
    properties = {"message_id": ID, "user_id": USER, "content_type": "application/json", "type": HulpvraagIndienen.TYPE}
    reading = read(Received(properties, None, 300_000), user=USER, limit=LIMIT)
    assert [(fault.field, fault.rule) for fault in reading.faults] == [("(bericht)", "te-groot")]
    assert "300000" in reading.faults[0].message


def test_a_used_message_id_with_another_content_is_refused() -> None:
    message = received(hulpvraag())
    again = Received(message.properties, message.body, message.size, reused=True)
    assert rules(again) == {("message_id", "al-gebruikt")}


def test_a_refused_message_keeps_the_senders_reference() -> None:
    sent = hulpvraag(swv="X")
    assert read(received(sent), user=USER, limit=LIMIT).reference == sent["eigenReferentie"]


def test_a_message_with_endless_faults_gets_an_answer_of_a_decent_size() -> None:
    reading = read(received({f"veld{'x' * 500}{place}": 1 for place in range(400)}), user=USER, limit=LIMIT)
    assert len(reading.faults) == MOST + 1
    assert max(len(fault.field) for fault in reading.faults) <= 200


def test_an_id_that_does_not_fit_in_an_answer_is_shortened() -> None:
    reading = read(received(hulpvraag(), message_id="\ufffd" * 255), user=USER, limit=LIMIT)
    assert len(reading.betreft.encode()) <= 255


def test_only_a_vouched_for_uuid_is_an_identity() -> None:
    assert identity_of({"message_id": ID, "user_id": USER}, USER) is not None
    assert identity_of({"message_id": ID, "user_id": "iemand-anders"}, USER) is None
    assert identity_of({"message_id": "42", "user_id": USER}, USER) is None
    assert identity_of({"user_id": USER}, USER) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
KINDS = st.sampled_from([*COMMANDS, "", "x", None])


def judged(message: Received) -> None:
    reading = read(message, user=USER, limit=LIMIT)
    assert (reading.command is None) != (reading.faults == ())
    for fault in reading.faults:
        assert fault.field
        assert fault.rule
        assert "{" not in fault.message
        fault.model_dump_json()


@given(st.binary(), KINDS)
def test_any_bytes_are_judged(body: bytes, kind: str | None) -> None:
    judged(received(body, kind))


@given(JSON, KINDS)
def test_any_json_is_judged(body: object, kind: str | None) -> None:
    judged(received(body, kind))


@given(
    st.dictionaries(st.sampled_from(list(hulpvraag(uploadslots=[]))), JSON, max_size=3),
    st.dictionaries(st.sampled_from(list(leerling())), JSON, max_size=2),
)
def test_any_change_of_a_good_message_is_judged(own: dict[str, Any], of_leerling: dict[str, Any]) -> None:
    judged(received(hulpvraag(**{"leerling": leerling(**of_leerling), **own})))


@given(
    st.dictionaries(
        st.sampled_from(["message_id", "user_id", "type", "content_type"]), st.text() | st.none() | st.integers(), max_size=4
    )
)
def test_any_properties_are_judged(properties: dict[str, Any]) -> None:
    judged(received(hulpvraag(), **properties))


@pytest.mark.parametrize(
    ("kind", "body", "fault"),
    [
        (HulpvraagIntrekken.TYPE, {"dossiernummer": 100001}, ("reden", "verplicht")),
        (HulpvraagIntrekken.TYPE, {"dossiernummer": 0, "reden": "Weg."}, ("dossiernummer", "te-klein")),
        (HulpvraagIntrekken.TYPE, {"dossiernummer": 100001, "reden": f"Het gaat om {BSN}."}, ("reden", "bsn")),
        (HulpvraagVerwijderen.TYPE, {"dossiernummer": 100001, "reden": "Weg."}, ("reden", "onbekend-veld")),
        (StatusOpvragen.TYPE, {"dossiernummers": [100001] * (MAX_ASKED + 1)}, ("dossiernummers", "te-veel")),
        (StatusOpvragen.TYPE, {"dossiernummers": ["100001"]}, ("dossiernummers.0", "getal")),
        (StatusOpvragen.TYPE, {"dossiernummers": [100001, 0]}, ("dossiernummers.1", "te-klein")),
    ],
)
def test_a_fault_in_a_command_about_what_exists_is_named_by_its_field(
    kind: str, body: dict[str, Any], fault: tuple[str, str]
) -> None:
    assert rules(received(body, kind)) == {fault}


@given(st.data(), st.sampled_from([kind for kind in EXAMPLES if getattr(kind, "TYPE", None) in COMMANDS]))
def test_any_change_of_an_example_of_any_command_is_judged(data: st.DataObject, kind: Any) -> None:
    body = dict(data.draw(st.sampled_from(list(EXAMPLES[kind].values()))))
    fields = [field.alias or name for name, field in kind.model_fields.items()]
    for field in data.draw(st.lists(st.sampled_from(fields), max_size=3)):
        body[field] = data.draw(JSON)
    for field in data.draw(st.lists(st.sampled_from(fields), max_size=2)):
        body.pop(field, None)
    judged(received(body, kind.TYPE))
