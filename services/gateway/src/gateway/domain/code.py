"""The second factor: a time-based one-time code (TOTP, RFC 6238; SHA-1, six digits, 30 seconds, as every app knows it).

>>> step = matching_step(secret, "123 456", clock.now())    # None: not a code of now, just before or just after
"""

import hmac
from datetime import datetime

import pyotp

STEP = 30
"""Seconds a code lives."""
SKEW = 1
"""Steps a telephone's clock may be off, either way (RFC 6238, 5.2 and 6)."""


def new_secret() -> str:
    """Make a secret of 160 bits, in base32 (RFC 4226, R6)."""
    return pyotp.random_base32(32)


def matching_step(secret: str, code: str, at: datetime) -> int | None:
    """Return the step this code belongs to, or None. All steps are compared, so that time tells nothing."""
    given = "".join(code.split())
    totp = pyotp.TOTP(secret, interval=STEP)
    now = int(at.timestamp()) // STEP
    found = None
    for step in range(now - SKEW, now + SKEW + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), given.encode()):
            found = step
    return found


def provisioning_uri(secret: str, *, gebruikersnaam: str, organisatie: str) -> str:
    """Return the ``otpauth`` URI that an authenticator app reads from a QR code."""
    totp = pyotp.TOTP(secret, interval=STEP)
    return totp.provisioning_uri(name=f"{gebruikersnaam} ({organisatie})", issuer_name="Schakel")
