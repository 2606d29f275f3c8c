"""Recognising a burgerservicenummer, which Schakel never takes (UAVG art. 46; OSO rule LL12).

>>> contains_bsn("Zie dossier 123456782 in ons systeem.")
True
"""

import re

_WEIGHTS = (9, 8, 7, 6, 5, 4, 3, 2, -1)
_NINE_DIGITS = re.compile(
    r"(?:(?<![0-9a-z])|(?<=bsn))(\d{9}|\d{4}[. ]\d{2}[. ]\d{3}|\d{3}[. ]\d{3}[. ]\d{3})(?![0-9a-z])", re.ASCII | re.IGNORECASE
)
"""Nine digits that stand alone, also in the groups in which people write them: 1234.56.782 and 123 456 782. Digits between
letters are part of something else: a UUID, or the key of a system."""


def contains_bsn(text: str) -> bool:
    """Tell whether nine digits in the text pass the eleven-test. One in eleven other numbers of nine digits does too."""
    return any(passes_eleven_test(re.sub(r"\D", "", found)) for found in _NINE_DIGITS.findall(text))


def passes_eleven_test(digits: str) -> bool:
    """Apply the test of a BSN (Autoriteit Persoonsgegevens): 9·d1 + 8·d2 + … + 2·d8 - 1·d9 is a multiple of 11, and not 0."""
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, digits, strict=True))
    return total % 11 == 0 and digits != "000000000"
