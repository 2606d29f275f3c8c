from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schakel_local.smtpsink.mailbox import Mailbox
from schakel_local.smtpsink.message import read, summary


def test_mails_are_there_after_a_restart(tmp_path: Path) -> None:
    box = Mailbox(tmp_path / "mails")
    box.add("a@b.nl", ["c@d.nl"], b"Subject: een\r\n\r\nhoi", connection=1)
    lost = box.add("a@b.nl", ["e@f.nl", "g@h.nl"], b"\n{}\n", connection=2, answered=False)

    again = Mailbox(tmp_path / "mails")
    assert again.mails == box.mails
    assert again.raw(lost) == b"\n{}\n"
    assert again.find(2) == lost
    assert again.add("a@b.nl", [], b"", connection=3).id == 3


def test_ids_go_on_after_all_is_thrown_away(tmp_path: Path) -> None:
    box = Mailbox(tmp_path / "mails")
    box.add("a@b.nl", [], b"een", connection=1)
    assert box.clear() == 1
    kept = box.add("a@b.nl", [], b"twee", connection=1)
    assert kept.id == 2
    assert Mailbox(tmp_path / "mails").raw(kept) == b"twee"


@pytest.mark.parametrize("cut", range(1, 150, 13))
def test_a_mail_that_was_written_by_half_is_dropped_and_the_rest_stays(tmp_path: Path, cut: int) -> None:
    path = tmp_path / "mails"
    box = Mailbox(path)
    first = box.add("a@b.nl", ["c@d.nl"], b"een", connection=1)
    box.add("a@b.nl", ["c@d.nl"], b"twee", connection=1)
    path.write_bytes(path.read_bytes()[:-cut])

    again = Mailbox(path)
    assert again.mails == [first]
    assert again.raw(again.add("a@b.nl", [], b"drie", connection=2)) == b"drie"
    assert len(Mailbox(path).mails) == 2


HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40)


@given(
    st.binary(max_size=300)
    | st.builds(
        lambda subject, kind, body: f"Subject: {subject}\nContent-Type: {kind}\n\n{body}".encode("latin-1"),
        HEADER,
        HEADER,
        HEADER,
    )
)
def test_whatever_a_sender_wrote_can_be_shown(raw: bytes) -> None:
    assert summary(raw).keys() == {"subject", "message_id"}
    assert isinstance(read(raw).subject, str)
