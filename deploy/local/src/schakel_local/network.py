"""A bad network on demand: a TCP proxy between a client and a server, for tests.

Use: ``with Proxy("127.0.0.1", postgres.port) as network: connect to network.port; network.cut_on(b"COMMIT")``. It runs in a
thread of its own; every method returns when it has taken effect.
"""

import asyncio
import socket
import struct
import threading
from collections.abc import Callable, Coroutine, Sequence
from types import TracebackType
from typing import Any, Self

from schakel_local.cuts import Cut, CutError
from schakel_local.ports import free_ports

HOST = "127.0.0.1"
CHUNK = 65_536
TURNS = 10  # of the loop, more than a connection needs from being taken to being closed
PATIENCE = 10.0  # seconds a control call may take, and a server may take to answer what was cut off

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


Inspect = Callable[[bytes, bytearray], None]


class Proxy:
    """Passes connections on to ``target_host:target_port`` until told otherwise; one fault at a time, until ``heal``."""

    def __init__(self, target_host: str, target_port: int, *, port: int | None = None) -> None:
        self.host = HOST
        self.port = free_ports(1)[0] if port is None else port
        self.connections = 0
        self.cuts = 0
        self._target = (target_host, target_port)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name=f"proxy-{self.port}", daemon=True)
        self._server: asyncio.Server | None = None
        self._passing = asyncio.Event()
        self._resetting = False
        self._delay = 0.0
        self._cut: Cut | None = None
        self._open: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        """Listen and pass everything on. Raises OSError when the port is taken."""
        self._thread.start()
        self.heal()

    def stop(self) -> None:
        """Close everything; this object cannot be started again."""
        self._do(self._fault(listen=False))
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    def heal(self) -> None:
        """End all faults: frozen connections go on, new ones are taken."""
        self._do(self._set())

    def freeze(self) -> None:
        """Pass nothing more in either direction; connections stay open and new ones are taken but get no answer."""
        self._do(self._set(passing=False))

    def reset(self) -> None:
        """Break off every connection with RST, and each new one as soon as it is made."""
        self._do(self._fault(listen=True))

    def refuse(self) -> None:
        """Break off every connection and refuse new ones, as a port without a server does."""
        self._do(self._fault(listen=False))

    def drop(self) -> None:
        """Break off the connections there are with RST, once; new ones pass."""
        self._do(self._drop())

    def delay(self, seconds: float) -> None:
        """Hold back what passes, in each direction, for at least this long."""
        self._do(self._set(delay=seconds))

    def cut_after(self, count: int) -> None:
        """Let ``count`` more bytes through from clients to the server, then cut the connection they came over; once."""
        self._do(self._set(cut=Cut(after=count)))

    def cut_on(self, pattern: bytes, *, forward: bool = True, times: int = 1) -> None:
        """Cut a connection when its client sends ``pattern``; ``times`` times, then pass on as before.

        ``forward``: the server still gets the piece with the pattern in it and may finish its work, only the client never hears
        of it; otherwise the server gets nothing of that piece.
        """
        self._do(self._set(cut=Cut(pattern=pattern, forward=forward, times=times)))

    def _do(self, coroutine: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(PATIENCE)

    async def _set(self, *, passing: bool = True, delay: float = 0.0, cut: Cut | None = None) -> None:
        self._resetting, self._delay, self._cut = False, delay, cut
        if passing:
            self._passing.set()
        else:
            self._passing.clear()
        await self._listen()

    async def _fault(self, *, listen: bool) -> None:
        await self._set()
        self._resetting = True
        if self._server and not listen:
            # asyncio leaves a connection open of which it learns after the server was closed: first take no more.
            for listening in self._server.sockets:
                self._loop.remove_reader(listening.fileno())
            await self._turn()
            self._server.close()
            self._server = None
        await self._drop()
        await self._turn()

    async def _turn(self) -> None:
        """Let what was just taken be broken off, and what was broken off close."""
        for _ in range(TURNS):
            await asyncio.sleep(0)

    async def _listen(self) -> None:
        if self._server is None:
            self._server = await asyncio.start_server(self._accept, self.host, self.port, backlog=512)

    async def _drop(self) -> None:
        for client in self._open.values():
            _break_off(client)
        await _cancel(list(self._open))

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        if self._resetting:
            _break_off(writer)
            return
        task = asyncio.ensure_future(self._carry((reader, writer)))
        self._open[task] = writer
        task.add_done_callback(lambda done: self._open.pop(done, None))

    async def _carry(self, client: Streams) -> None:
        """Carry one connection until a side closes it or a fault cuts it."""
        await self._passing.wait()
        try:
            server = await asyncio.open_connection(*self._target)
        except OSError:
            _break_off(client[1])
            return
        pumps = [
            asyncio.ensure_future(self._pump(client[0], server[1], self._inspect)),
            asyncio.ensure_future(self._pump(server[0], client[1], None)),
        ]
        try:
            await asyncio.gather(*pumps)
        except CutError as cut:
            await _cancel(pumps)
            _break_off(client[1])
            self.cuts += 1
            await _finish(server, cut.rest)
        except OSError:
            _break_off(client[1])
        except asyncio.CancelledError:
            server[1].transport.abort()  # closing would first wait for what it has not taken yet
            raise
        finally:
            client[1].close()  # both before the next await: a stop may cancel it
            server[1].close()
            await _cancel(pumps)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, inspect: Inspect | None) -> None:
        state = bytearray()
        while data := await reader.read(CHUNK):
            if self._delay:
                await asyncio.sleep(self._delay)
            await self._passing.wait()
            if inspect:
                inspect(data, state)
            writer.write(data)
            await writer.drain()
        writer.write_eof()

    def _inspect(self, data: bytes, tail: bytearray) -> None:
        """Raise when this piece must be the last; ``tail`` holds the end of what the client sent before."""
        if self._cut and (rest := self._cut.rest(data, tail)) is not None:
            if self._cut.times == 0:
                self._cut = None
            raise CutError(rest)


async def _cancel(tasks: Sequence[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def _finish(server: Streams, rest: bytes) -> None:
    """Send the rest and let the server answer into the void: closing at once could make it drop what it has not read."""
    reader, writer = server
    try:
        writer.write(rest)
        writer.write_eof()
        async with asyncio.timeout(PATIENCE):
            while await reader.read(CHUNK):
                pass
    except (OSError, TimeoutError):
        return


def _break_off(writer: asyncio.StreamWriter) -> None:
    """Close with RST, unless it is closed already."""
    connection = writer.get_extra_info("socket")
    if connection.fileno() >= 0:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
