"""TOTP secrets at rest: AES-256-GCM, bound to the account, with keys that can be followed up.

>>> box.open(account, box.seal(account, "JBSWY3DPEHPK3PXP"))
'JBSWY3DPEHPK3PXP'

The keys come from the settings and never touch the database: a copy of the table alone makes no codes (ASVS 5.0, 13.3.1).
"""

import hashlib
import os
from collections.abc import Sequence
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12


class SecretBox:
    """Seals with the first key, opens with any."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ciphers = [AESGCM(key) for key in keys]
        self._guard_key = hashlib.blake2b(keys[0], person=b"login-guard").digest()

    def seal(self, account: UUID, secret: str) -> bytes:
        """Encrypt; the result opens for this account only."""
        nonce = os.urandom(_NONCE)
        return nonce + self._ciphers[0].encrypt(nonce, secret.encode(), account.bytes)

    def open(self, account: UUID, sealed: bytes) -> str:
        """Decrypt. Raises InvalidTag for another account's, or when the key is gone."""
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], account.bytes).decode()
            except InvalidTag:
                continue
        raise InvalidTag

    def blind(self, kind: str, *parts: str) -> bytes:
        """Return a keyed hash: the same for the same parts, and no way back to them."""
        text = "\x00".join((kind, *parts))
        return hashlib.blake2b(text.encode(), key=self._guard_key, digest_size=32).digest()
