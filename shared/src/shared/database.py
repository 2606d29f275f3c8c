"""PostgreSQL: one pool per process, one transaction per piece of work.

>>> async with database.transaction() as tx:
...     row = await tx.fetchrow(FIND, dossiernummer)
...     tx.publish(Event.about(...))
...     tx.audit("hulpvraag.bekeken", subject=row["id"], actor=actor.sub)
... # here it is committed, and the relay is awake

Events and audit rows given to a transaction are written just before its commit, in one statement.

Tables with personal data carry row-level security on ``schakel.swv``, the second wall between SWVs. A service's own work, its
messages and loops, sees every SWV's rows; a request sees those of its actor's SWV (``shared.auth``); a session that says
nothing sees none. Statements outside a transaction are the service's own work.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from contextvars import ContextVar

import asyncpg

from shared import audit, context, outbox, telemetry
from shared.envelope import AnyEvent
from shared.errors import DatabaseUnavailable
from shared.log import get_logger

log = get_logger()

_OUTAGES: tuple[type[BaseException], ...] = (
    OSError,  # includes ConnectionError and TimeoutError
    asyncpg.PostgresConnectionError,
    asyncpg.CannotConnectNowError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.IdleSessionTimeoutError,
    asyncpg.IdleInTransactionSessionTimeoutError,  # we were frozen in a transaction
    asyncpg.TooManyConnectionsError,
    asyncpg.DiskFullError,
    asyncpg.OutOfMemoryError,
    asyncpg.ReadOnlySQLTransactionError,
    asyncpg.InvalidPasswordError,  # a rotation under way; nothing a message can do about it
    asyncpg.QueryCanceledError,  # statement_timeout: the database is overloaded
    DatabaseUnavailable,
)
EVERY_SWV = {"schakel.swv": "*"}
"""Settings of a connection that is to see every SWV's rows: the service's own work, and an operator's."""
_NARROW = "SELECT set_config('schakel.swv', $1, true)"
_SETTINGS = "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')"


def is_outage(error: BaseException) -> bool:
    """Tell whether the database, and not the message, is at fault. The outcome of a lost COMMIT is unknown."""
    if isinstance(error, asyncpg.InterfaceError):
        return "connection" in str(error) or "pool is clos" in str(error)
    return isinstance(error, _OUTAGES)


def _to_json(value: object) -> str:
    return json.dumps(value, default=str, ensure_ascii=False)


async def _use_json(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    await connection.set_type_codec("jsonb", encoder=_to_json, decoder=json.loads, schema="pg_catalog")


class _Connection(asyncpg.Connection):
    """Goes back to the pool without a question to the server: nothing here leaves settings, locks or cursors on a session.

    What runs outside a transaction cannot; inside one it is ``set_config(…, true)`` and ``pg_advisory_xact_lock``. A
    transaction that is still open is rolled back, as by the library.
    """

    def get_reset_query(self) -> str:
        """Return the empty question."""
        return ""


class Transaction:
    """A running transaction, with the outbox and the audit log at hand. Made by ``Database.transaction``."""

    def __init__(self, connection: "asyncpg.pool.PoolConnectionProxy[asyncpg.Record]") -> None:
        self.connection = connection
        self.fetch = connection.fetch
        self.fetchrow = connection.fetchrow
        self.fetchval = connection.fetchval
        self.execute = connection.execute
        self.executemany = connection.executemany
        self._outgoing: list[outbox.Outgoing] = []
        self._audited: list[audit.Entry] = []
        self._after: list[Callable[[], None]] = []

    def publish(self, event: AnyEvent) -> None:
        """Send this event after the commit, at least once, in order per subject."""
        self._outgoing.append(outbox.Outgoing.event(event, telemetry.current()))

    def send(self, outgoing: "outbox.Outgoing") -> None:
        """Send something that is not a new event: a replayed dead letter."""
        self._outgoing.append(outgoing)

    def audit(self, action: str, *, subject: object, actor: object = None, **details: object) -> None:
        """Append to this service's log: who did or saw what. Identifiers only."""
        self._audited.append(audit.Entry.new(action, subject, actor, details))

    def after_commit(self, call: Callable[[], None]) -> None:
        """Call this once the transaction is committed, to wake a worker. It must not fail and not wait."""
        self._after.append(call)

    @asynccontextmanager
    async def savepoint(self) -> AsyncIterator[None]:
        """Undo only what happens inside, events and audit rows included, when it fails."""
        outgoing, audited, after = len(self._outgoing), len(self._audited), len(self._after)
        try:
            async with self.connection.transaction():
                yield
        except BaseException:
            del self._outgoing[outgoing:], self._audited[audited:], self._after[after:]
            raise

    @contextmanager
    def in_hand(self) -> Iterator[None]:
        """Let ``transaction_in_hand`` give this one inside the block."""
        token = _in_hand.set(self)
        try:
            yield
        finally:
            _in_hand.reset(token)

    async def flush(self) -> bool:
        """Write what was collected. Return whether the relay has work."""
        await audit.append(self.connection, self._audited)
        context.current().trail.recorded += len(self._audited)
        await outbox.append(self.connection, self._outgoing)
        return bool(self._outgoing)

    def committed(self) -> None:
        """Run the after-commit calls."""
        for call in self._after:
            call()


_in_hand: ContextVar[Transaction] = ContextVar("transaction in hand")


def transaction_in_hand() -> Transaction:
    """Return the transaction of the message being handled. Raises LookupError outside a handler."""
    return _in_hand.get()


class Database:
    """The pool of one service. ``connect`` waits for the server; ``transaction`` gives one connection at a time."""

    def __init__(self, url: str, *, size: int = 10, application: str = "schakel") -> None:
        self._url = url
        self._size = size
        self._application = application
        self._pool: asyncpg.Pool[asyncpg.Record] | None = None
        self.wake_relay: Callable[[], None] = lambda: None

    @property
    def pool(self) -> "asyncpg.Pool[asyncpg.Record]":
        """The pool; raises DatabaseUnavailable before ``connect`` succeeded."""
        if self._pool is None:
            raise DatabaseUnavailable
        return self._pool

    async def connect(self, *, retry_every: float = 0.5) -> None:
        """Open the pool, waiting as long as it takes. Refuses a server that loses acknowledged commits."""
        waiting = False
        while self._pool is None:
            try:
                self._pool = await self._open()
            except Exception as error:
                if not is_outage(error):
                    raise
                if not waiting:
                    log.warning("database_waiting", error=type(error).__name__)
                waiting = True
                await asyncio.sleep(retry_every)
        log.info("database_connected")

    async def _open(self) -> "asyncpg.Pool[asyncpg.Record]":
        pool = await asyncpg.create_pool(
            self._url,
            min_size=min(2, self._size),
            max_size=self._size,
            command_timeout=30,
            timeout=5,
            max_inactive_connection_lifetime=300,
            server_settings={"application_name": self._application, "timezone": "UTC", **EVERY_SWV},
            init=_use_json,
            connection_class=_Connection,
        )
        off = [name for name, setting in await pool.fetch(_SETTINGS) if setting == "off"]
        if off:
            await pool.close()
            msg = f"PostgreSQL runs with {', '.join(off)} = off: it would lose acknowledged hulpvragen"
            raise RuntimeError(msg)
        return pool

    async def close(self) -> None:
        """Close the pool, ending what still runs after five seconds."""
        if self._pool is not None:
            pool, self._pool = self._pool, None
            try:
                async with asyncio.timeout(5):
                    await pool.close()
            except TimeoutError:
                pool.terminate()

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """Run the block in one transaction; on an error nothing of it remains."""
        async with self.pool.acquire(timeout=10) as connection:
            async with connection.transaction():
                tx = Transaction(connection)
                if (swv := context.narrowed_to()) is not None:
                    await tx.execute(_NARROW, swv)
                yield tx
                has_outgoing = await tx.flush()
            if has_outgoing:
                self.wake_relay()
            tx.committed()

    async def is_alive(self) -> bool:
        """Tell whether the server answers within two seconds."""
        try:
            async with asyncio.timeout(2):
                return bool(await self.pool.fetchval("SELECT true"))
        except Exception as error:
            if is_outage(error):
                return False
            raise
