"""What a connector keeps: nothing twice, nothing lost, in order of number, whatever way it arrives."""

import sqlite3
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schakel_lvs import OtherContent, Received, Sent, Store, message
from schakel_lvs import store as store_module
from schakel_lvs.berichten import Aanvaard, BijlagenToevoegen, BriefOphalen


def received(number: int, **own: str | bytes) -> Received:
    given = {"id": str(uuid4()), "type": "x", "betreft": None, "body": b"{}", **own}
    return Received(number, **given)  # type: ignore[arg-type]  # each by its name


def command(number: int = 100001) -> BijlagenToevoegen:
    return BijlagenToevoegen(dossiernummer=number, uploadslots=(uuid4(),))


def taken(store: Store) -> list[int]:
    numbers = []
    while (found := store.next()) is not None:
        numbers.append(found.volgnummer)
        store.taken(found.volgnummer)
    return numbers


@given(st.lists(st.lists(st.integers(1, 40), max_size=8), max_size=12))
def test_each_number_is_given_once_and_a_gap_is_what_never_came(arrivals: list[list[int]]) -> None:
    store = Store(":memory:")
    came: set[int] = set()
    given_out: list[int] = []
    for batch in arrivals:
        new = store.receive([received(number) for number in batch])
        assert {one.volgnummer for one in new} == set(batch) - came
        came |= set(batch)
        given_out += taken(store)
        missing = {number for first, last in store.gaps() for number in range(first, last + 1)}
        assert missing == set(range(1, max(came, default=0) + 1)) - came
    assert sorted(given_out) == sorted(came)
    store.close()


def test_what_is_missed_is_told_with_the_message_behind_the_gap() -> None:
    store = Store(":memory:")
    store.receive([received(number) for number in (1, 2, 6, 7)])
    assert [(one.volgnummer, one.missed) for one in store.receive([received(4)])] == [(4, 0)]
    found = []
    while (one := store.next()) is not None:
        found.append((one.volgnummer, one.missed))
        store.taken(one.volgnummer)
    assert found == [(1, 0), (2, 0), (4, 0), (6, 3), (7, 0)]
    assert store.gaps() == [(3, 3), (5, 5)]
    store.close()


def test_the_same_key_is_the_same_message_also_in_another_process(tmp_path: Path) -> None:
    path = tmp_path / "lvs.sqlite"
    first, second = Store(path), Store(path)
    asked = command()
    sent = first.keep("a", asked)
    assert second.keep("a", asked) == sent
    assert second.keep("b", asked).id != sent.id
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    first.close()
    second.close()


def test_another_content_under_a_key_is_refused_until_it_is_forgotten() -> None:
    store = Store(":memory:")
    sent = store.keep("a", command(1))
    with pytest.raises(OtherContent):
        store.keep("a", command(2))
    assert store.keep("b", command(1), made_of="the same file") == store.keep("b", command(2), made_of="the same file")
    store.forget("a")
    assert store.keep("a", command(2)).id != sent.id
    store.close()


def test_an_answer_is_kept_with_what_it_answers_until_then_that_is_sent_again() -> None:
    store = Store(":memory:")
    first, second = store.keep("a", command()), store.keep("b", command())
    assert store.unanswered() == [first, second]
    body = b'{"betreft": "x", "dossiernummer": 100001}'
    store.receive([received(1, type=Aanvaard.TYPE, betreft=str(first.id), body=body)])
    answer = store.answer(first.id)
    assert answer is not None
    assert isinstance(answer.content, Aanvaard)
    assert store.unanswered() == [second]
    assert store.answer(second.id) is None
    store.close()


def test_what_is_newer_than_the_package_is_passed_on_as_it_came() -> None:
    known, more = b'{"betreft": "x", "dossiernummer": 7, "ietsNieuws": [1]}', received(2, type="…antwoord.anders.v9")
    assert received(1, type=Aanvaard.TYPE, body=known).content == Aanvaard(betreft="x", dossiernummer=7)
    assert (more.content, more.body) == (None, b"{}")
    assert received(3, type=Aanvaard.TYPE, body=b"{}").content is None


def test_a_command_goes_out_under_the_names_of_the_contract() -> None:
    sent = message(BriefOphalen(dossiernummer=100001, sha256="a" * 64))
    assert sent == Sent(sent.id, BriefOphalen.TYPE, f'{{"dossiernummer":100001,"sha256":"{"a" * 64}"}}'.encode())


def test_a_store_is_closed_only_when_nobody_is_at_work_in_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when a program ends while a message is just written down, in a thread that nobody can stop."""
    store, at_work, go_on = Store(tmp_path / "store"), Event(), Event()

    def slowly(db: sqlite3.Connection, one: Received) -> bool:
        at_work.set()
        assert go_on.wait(10)
        return receive(db, one)

    receive = store_module._receive
    monkeypatch.setattr(store_module, "_receive", slowly)
    with ThreadPoolExecutor(2) as threads:
        arriving = threads.submit(store.receive, [received(1)])
        assert at_work.wait(10)
        closing = threads.submit(store.close)
        with pytest.raises(TimeoutError):
            closing.result(0.2)
        go_on.set()
        assert [one.volgnummer for one in arriving.result(10)] == [1]
        closing.result(10)
    assert taken(Store(tmp_path / "store")) == [1]
