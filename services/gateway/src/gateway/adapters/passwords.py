"""Password hashes: Argon2id with 19 MiB, two passes, one lane (OWASP Password Storage; ASVS 5.0, 11.4.2).

>>> await passwords.verify(await passwords.hash("een lang wachtwoord"), "een lang wachtwoord")
True

A hash takes tens of milliseconds and much memory: a few threads of its own do it, so that a wave of log-ins waits in line
and starves no other request.
"""

import asyncio
import secrets
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

THREADS = 2


class Passwords:
    """Makes and checks hashes."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1, hash_len=32, salt_len=16)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="argon2")
        self._nobody = self._hasher.hash(secrets.token_hex(16))

    async def hash(self, password: str) -> str:
        """Hash a password, with parameters and salt, as one text."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._hasher.hash, password)

    async def verify(self, hashed: str | None, password: str) -> bool:
        """Check a password. Without an account (None) it takes just as long and is never right."""
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._verify, hashed, password)

    def is_outdated(self, hashed: str) -> bool:
        """Tell whether this hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(hashed)

    def _verify(self, hashed: str | None, password: str) -> bool:
        try:
            self._hasher.verify(hashed or self._nobody, password)
        except (VerificationError, InvalidHashError):
            return False
        return hashed is not None
