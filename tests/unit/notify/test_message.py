"""The bytes of a mail, read back by the standard library: whatever others wrote, it stays in its own header or body."""

import email
import email.policy
from datetime import datetime
from email.message import EmailMessage
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from notify.domain import message
from notify.domain.text import line, paragraphs
from shared import clock

HOSTILE = [
    "\r\nBcc: iedereen@school.example",
    "a\nSubject: anders",
    "a\r\n\r\n<script>alert(1)</script>",
    '"; DROP TABLE mail; --',
    'Ank" <ander@elders.example>, "Bob',
    "\u202eelpmexe.slein@kna",
    "=?utf-8?q?=0D=0ABcc:_x@y.example?=",
    "Zoë Ångström-Þórsdóttir",
    "名前",
    "👩‍🏫" * 30,
    "\x00\x1b[31m",
    "\u2028\u2029\x85",
    "a\\",
    ".",
    "x" * 5000,
    "",
]
text = st.one_of(st.text(max_size=300), st.sampled_from(HOSTILE), st.tuples(st.text(), st.sampled_from(HOSTILE)).map("".join))
AT = datetime(2026, 11, 23, 13, 5, tzinfo=clock.NETHERLANDS)


def written(name: str, subject: str, body: str) -> bytes:
    return message.write(
        fixed=message.fixed_headers(("From", message.mailbox("Schakel", "no-reply@schakel.example"))),
        to=message.mailbox(line(name, 100), "ank@linde.example"),
        subject=line(subject, 200),
        message_id="<1@schakel.example>",
        at=AT,
        boundary="0123abc",
        plain=paragraphs(body, 2000) + "\n",
        html=f"<p>{paragraphs(body, 2000)}</p>\n",
    )


def read(raw: bytes) -> EmailMessage:
    return email.message_from_bytes(raw, policy=email.policy.default)


@given(name=text, subject=text, body=text)
@example(name="=?utf-8?q?=41?=", subject="=?utf-8?q?=41?=", body="=?utf-8?q?=41?=")
@example(name="Ank", subject="Hulpvraag 100001: status gewijzigd in TLV aanvraag in behandeling bij de commissie", body="")
def test_no_text_of_others_gets_out_of_its_place(name: str, subject: str, body: str) -> None:
    raw = written(name, subject, body)
    found = read(raw)
    headers = ["From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"]
    assert [key for key, _ in found.items()] == headers
    assert found["Subject"] == line(subject, 200)
    [to] = found["To"].addresses
    assert to.addr_spec == "ank@linde.example"
    assert to.display_name == line(name, 100) or (not to.display_name and len(line(name, 100).encode()) > message.WORD)
    assert not found.defects
    assert not [defect for value in found.values() for defect in value.defects]
    parts = list(found.iter_parts())
    assert [part.get_content_type() for part in parts] == ["text/plain", "text/html"]
    assert parts[0].get_content().splitlines() == (paragraphs(body, 2000) + "\n").splitlines()


@given(name=text, subject=text, body=text)
def test_every_line_is_ascii_and_short_enough_for_any_server(name: str, subject: str, body: str) -> None:
    raw = written(name, subject, body)
    assert raw.isascii()
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    head, _, body_lines = raw.partition(b"\r\n\r\n")
    assert max(len(each) for each in head.split(b"\r\n")) <= 998
    assert max(len(each) for each in body_lines.split(b"\r\n")) <= 78


@given(text)
def test_a_cleaned_line_is_one_line_without_hidden_characters(value: str) -> None:
    found = line(value, 80)
    assert len(found) <= 80
    assert len(found.splitlines()) <= 1
    assert line(found, 80) == found


@given(text)
def test_cleaned_paragraphs_keep_their_words(value: str) -> None:
    found = paragraphs(value, 10_000)
    assert "\r" not in found
    assert "\x00" not in found
    assert found.encode().decode() == found
    assert paragraphs(found, 10_000) == found


def test_the_date_is_the_moment_of_sending() -> None:
    assert parsedate_to_datetime(read(written("", "", ""))["Date"]) == AT


def test_a_sender_that_is_no_ascii_is_refused_at_the_start() -> None:
    with pytest.raises(ValueError, match="Reply-To must be printable ASCII"):
        message.fixed_headers(("Reply-To", "ank@linde.example\r\nBcc: x@y.example"))
