"""Acks never run ahead, windows never overflow, batches never touch one thing twice."""

import asyncio
from typing import Any, cast

from aiormq.abc import AbstractChannel
from hypothesis import given
from hypothesis import strategies as st

from intake.adapters.acks import Acks
from intake.domain.reading import Reading
from intake.pace import Pace, Rate
from intake.usecases.batch import Item, distinct
from intake.usecases.process import WORK
from intake.window import Window
from shared.contracts.connector import COMMANDS, HulpvraagIndienen, HulpvraagIntrekken, StatusOpvragen
from support.intake import FakeChannel, hulpvraag, leerling


def channel() -> AbstractChannel:
    return cast("AbstractChannel", FakeChannel())


async def test_a_batch_is_acknowledged_with_one_frame() -> None:
    acks, first = Acks(), channel()
    await acks.settle([(first, 1), (first, 2), (first, 3)])
    assert cast("FakeChannel", first).acked == 3


async def test_an_ack_waits_for_a_delivery_that_was_overtaken() -> None:
    acks, first = Acks(), channel()
    await acks.settle([(first, 1), (first, 3)])
    assert cast("FakeChannel", first).acked == 1
    await acks.settle([(first, 2)])
    assert cast("FakeChannel", first).acked == 3


async def test_tags_of_a_channel_that_is_gone_do_not_count_on_the_next() -> None:
    acks, first, second = Acks(), channel(), channel()
    await acks.settle([(first, 1), (first, 2), (second, 1)])
    assert cast("FakeChannel", second).acked == 1


@given(st.permutations(range(1, 12)), st.lists(st.integers(1, 5)))
async def test_in_whatever_order_they_are_settled_all_are_acknowledged_and_none_too_early(
    order: list[int], sizes: list[int]
) -> None:
    acks, first = Acks(), channel()
    settled: set[int] = set()
    tags = list(order)
    for size in [*sizes, 11]:
        part, tags = tags[:size], tags[size:]
        settled |= set(part)
        await acks.settle((first, tag) for tag in part)
        assert set(range(1, cast("FakeChannel", first).acked + 1)) <= settled
    assert cast("FakeChannel", first).acked == 11


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=30))
async def test_a_window_is_never_exceeded(rounds: list[tuple[int, int]]) -> None:
    unread = 0

    async def ask() -> int:
        return unread

    window = Window(20, ask)
    window.SOON = window.SELDOM = 0
    for wanted, reads in rounds:
        sent = min(wanted, await window.room())
        window.took(sent)
        unread += sent
        assert unread <= 20
        unread -= min(unread, reads)


async def test_the_broker_is_asked_only_when_the_window_may_be_full() -> None:
    asked = 0

    async def ask() -> int:
        nonlocal asked
        asked += 1
        return 0

    window = Window(100, ask)
    for _ in range(50):
        await window.room()
        window.took(10)
    assert asked == 5


async def test_the_first_turn_after_a_rest_is_at_once_and_the_next_waits() -> None:
    loop = asyncio.get_running_loop()
    pace = Pace(0.05)
    begun = loop.time()
    await pace.turn()
    assert loop.time() - begun < 0.04
    await pace.turn()
    assert loop.time() - begun >= 0.049


def item(number: int, **own: Any) -> Item:
    command = HulpvraagIndienen.model_validate(hulpvraag(**own))
    return Item(cast("Any", {"id": number}), Reading(str(number), command=command))


def test_a_batch_ends_before_the_same_pupil_or_the_same_reference_comes_again() -> None:
    noor = leerling()
    assert len(distinct([item(1), item(2), item(3)])) == 3
    assert len(distinct([item(1, leerling=noor), item(2), item(3, leerling=noor), item(4)])) == 2
    assert len(distinct([item(1, eigenReferentie="a"), item(2, eigenReferentie="a")])) == 1


def test_what_ends_a_hulpvraag_is_alone_in_its_batch() -> None:
    def about(number: int, command: Any) -> Item:
        return Item(cast("Any", {"id": number}), Reading(str(number), command=command))

    withdrawal = about(2, HulpvraagIntrekken(dossiernummer=100001, reden="Weg."))
    question = about(3, StatusOpvragen(dossiernummers=(100001,)))
    assert len(distinct([item(1), withdrawal, question])) == 1
    assert len(distinct([withdrawal, question, item(4)])) == 1
    assert len(distinct([question, item(4), withdrawal])) == 2


def test_every_command_has_work_that_does_it() -> None:
    assert set(WORK) == set(COMMANDS.values())


@given(st.integers(1, 6000), st.lists(st.tuples(st.floats(0, 90), st.integers(1, 200)), min_size=1, max_size=40))
def test_over_any_time_no_more_is_taken_than_the_rate_and_a_minute_in_hand(
    per_minute: int, batches: list[tuple[float, int]]
) -> None:
    now = 0.0
    rate = Rate(per_minute, lambda: now)
    taken = 0
    for rest, count in batches:
        now += rest
        taken += count
        now += rate.wait_after(count)
        assert taken <= per_minute + now * per_minute / 60 + 1e-6


def test_what_comes_within_the_rate_never_waits() -> None:
    now = 0.0
    rate = Rate(60, lambda: now)
    assert rate.wait_after(60) == 0
    for _ in range(100):
        now += 1
        assert rate.wait_after(1) == 0
    assert rate.wait_after(3) == 3
