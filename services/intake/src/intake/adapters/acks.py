"""Acknowledging many deliveries with one frame.

>>> acks = Acks()
>>> await acks.settle([(channel, 1), (channel, 2), (channel, 3)])      # one basic.ack, up to and including 3
"""

import asyncio
from collections.abc import Iterable

from aiormq.abc import AbstractChannel
from aiormq.exceptions import AMQPError, ChannelInvalidStateError

Tag = tuple[AbstractChannel, int]


class Acks:
    """An ack of many covers everything delivered before it, so it never runs ahead of the first delivery that is not settled.

    A channel that is gone needs no ack: its messages come again. Tags count from 1 on each channel.
    """

    def __init__(self) -> None:
        self._channel: AbstractChannel | None = None
        self._upto = 0
        self._ahead: set[int] = set()

    async def settle(self, tags: Iterable[Tag]) -> None:
        """Note these as done, and tell the broker as far as all before them are done too."""
        before: Tag | None = None
        for channel, tag in tags:
            if channel is not self._channel:
                self._channel, self._upto, self._ahead = channel, 0, set()
                before = None
            self._ahead.add(tag)
            while self._upto + 1 in self._ahead:
                self._upto += 1
                self._ahead.remove(self._upto)
                before = (channel, self._upto)
        if before is not None:
            await _acknowledge(*before)


async def _acknowledge(channel: AbstractChannel, tag: int) -> None:
    task = asyncio.current_task()
    try:
        await channel.basic_ack(tag, multiple=True)
    except asyncio.CancelledError:  # a lost heartbeat shows as a cancel that nobody asked for
        if task is not None and task.cancelling():
            raise
    except (AMQPError, ChannelInvalidStateError, OSError, RuntimeError):
        return
