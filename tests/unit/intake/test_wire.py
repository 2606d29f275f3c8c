"""Whatever stands in AMQP properties is read, and becomes JSON that PostgreSQL takes."""

import json
import struct
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pamqp import decode

from intake.adapters import wire
from intake.domain import names

VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.binary()
    | st.datetimes(timezones=st.just(UTC))
    | st.decimals(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@given(VALUES)
def test_any_header_becomes_json_without_what_postgresql_refuses(value: object) -> None:
    text = json.dumps(wire.plain(value), allow_nan=False)
    assert "\\u0000" not in text
    text.encode()


def test_a_header_that_is_endlessly_deep_is_cut_off() -> None:
    value: object = "x"
    for _ in range(5000):
        value = [value]
    json.dumps(wire.plain(value))


def test_common_headers_stay_as_they_are() -> None:
    moment = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
    given = {"a": 1, "b": True, "c": 1.5, "d": ["é", b"x"], "e": moment, "f": None}
    assert wire.plain(given) == {"a": 1, "b": True, "c": 1.5, "d": ["é", "x"], "e": "2026-11-23T09:00:00+00:00", "f": None}


@pytest.fixture
def tolerant() -> None:
    wire.tolerate()


@pytest.mark.usefixtures("tolerant")
def test_a_short_string_that_is_no_utf_8_is_read_all_the_same() -> None:
    assert decode.by_type(b"\x03a\xffb", "shortstr") == (4, "a\ufffdb")


@pytest.mark.usefixtures("tolerant")
def test_a_timestamp_in_nanoseconds_is_left_out() -> None:
    assert decode.by_type(struct.pack(">Q", 1_795_000_000), "timestamp")[1] is not None
    assert decode.by_type(struct.pack(">Q", 1_795_000_000_000_000_000), "timestamp") == (8, None)


@pytest.mark.usefixtures("tolerant")
def test_a_table_with_an_unreadable_key_is_kept_as_bytes() -> None:
    content = b"\x02\xff\xfet\x01"
    value = struct.pack(">I", len(content)) + content
    assert decode.by_type(value + b"more", "table") == (len(value), {"onleesbaar": content.hex()})


@given(st.binary(max_size=255))
@pytest.mark.usefixtures("tolerant")
def test_any_short_string_is_read(content: bytes) -> None:
    end, text = decode.by_type(bytes([len(content)]) + content, "shortstr")
    assert end == len(content) + 1
    assert isinstance(text, str)


def test_a_connector_may_write_only_to_its_exchange_and_read_only_its_queue() -> None:
    rights = names.permissions("par-nas")
    assert rights == {"configure": "^$", "write": r"^lvs\.par\-nas\.in$", "read": r"^lvs\.par\-nas\.uit$"}
