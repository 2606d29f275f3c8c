"""Secrets at rest and on their way: AES-256-GCM, bound to their owner, with keys that can be followed up.

>>> box = SecretBox(read_keys(settings.totp_keys.get_secret_value()))
>>> box.open(account, box.seal(account, "JBSWY3DPEHPK3PXP"))
'JBSWY3DPEHPK3PXP'

The keys come from the settings and never touch a database or the broker: a copy of a table or of a message opens nothing (ASVS
5.0, 13.3.1).
"""

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

_NONCE = 12
_KEY = 32


def read_keys(text: str) -> list[bytes]:
    """Read keys of 32 bytes in base64, with commas between, the one to seal with first. Raises ValueError."""
    try:
        keys = [base64.b64decode(key, validate=True) for key in text.split(",")]
    except binascii.Error:
        keys = [b""]
    if any(len(key) != _KEY for key in keys):
        msg = "keys must be 32 bytes each, in base64"
        raise ValueError(msg)
    return keys


class SecretBox:
    """Seals with the first key, opens with any."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        self._ciphers = [AESGCM(key) for key in keys]
        self._guard_key = hashlib.blake2b(keys[0], person=b"login-guard").digest()

    def seal(self, owner: UUID, secret: str) -> bytes:
        """Encrypt; the result opens for this owner only."""
        nonce = os.urandom(_NONCE)
        return nonce + self._ciphers[0].encrypt(nonce, secret.encode(), owner.bytes)

    def open(self, owner: UUID, sealed: bytes) -> str:
        """Decrypt. Raises InvalidTag for another owner's, or when the key is gone."""
        for cipher in self._ciphers:
            try:
                return cipher.decrypt(sealed[:_NONCE], sealed[_NONCE:], owner.bytes).decode()
            except InvalidTag:
                continue
        raise InvalidTag

    def blind(self, kind: str, *parts: str) -> bytes:
        """Return a keyed hash: the same for the same parts, and no way back to them."""
        text = "\x00".join((kind, *parts))
        return hashlib.blake2b(text.encode(), key=self._guard_key, digest_size=32).digest()
