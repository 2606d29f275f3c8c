"""Which addresses can be sent to."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from notify.domain import address
from notify.domain.address import Address, UndeliverableError


@pytest.mark.parametrize(
    ("given_text", "wire", "key"),
    [
        ("Ank@Linde.example", "Ank@linde.example", "ank@linde.example"),
        ("a.b+c@x-y.example", "a.b+c@x-y.example", "a.b+c@x-y.example"),
        ("o'neill@linde.example", "o'neill@linde.example", "o'neill@linde.example"),
        ("ank@café.example", "ank@xn--caf-dma.example", "ank@xn--caf-dma.example"),
        ("ank@CAFÉ.example", "ank@xn--caf-dma.example", "ank@xn--caf-dma.example"),
    ],
)
def test_an_address_has_one_form_on_the_wire_and_one_key(given_text: str, wire: str, key: str) -> None:
    assert address.parse(given_text) == Address(wire, key)


@pytest.mark.parametrize(
    ("given_text", "reason"),
    [
        ("", "geen e-mailadres bekend"),
        ("ank", "apenstaartje"),
        ("@linde.example", "apenstaartje"),
        ("ank@", "apenstaartje"),
        ("ank@linde", "geen geldige domeinnaam"),
        ("ank@linde..example", "geen geldige domeinnaam"),
        ("ank@-linde.example", "geen geldige domeinnaam"),
        ("ank@[127.0.0.1]", "geen geldige domeinnaam"),
        ("ank@127.0.0.1", "geen geldige domeinnaam"),
        (f"ank@{'x' * 64}.example", "geen geldige domeinnaam"),
        (f"ank@{'linde.' * 50}example", "geen geldige domeinnaam"),
        ("ank@\u0661.\u200d.example", "geen geldige domeinnaam"),
        (f"{'x' * 65}@linde.example", "Het deel voor het apenstaartje klopt niet"),
        ("ank..x@linde.example", "Het deel voor het apenstaartje klopt niet"),
        (".ank@linde.example", "Het deel voor het apenstaartje klopt niet"),
        ('"ank x"@linde.example', "Het deel voor het apenstaartje klopt niet"),
        ("ank@b@linde.example", "Het deel voor het apenstaartje klopt niet"),
        ("ank x@linde.example", "Het deel voor het apenstaartje klopt niet"),
        ("ank\r\nRCPT TO:<x@y.example>@linde.example", "Het deel voor het apenstaartje klopt niet"),
        ("zoë@linde.example", "alleen gewone letters"),
    ],
)
def test_what_is_no_address_says_why(given_text: str, reason: str) -> None:
    with pytest.raises(UndeliverableError, match=reason):
        address.parse(given_text)


@given(st.one_of(st.text(), st.emails(), st.tuples(st.text(), st.text()).map("@".join)))
def test_whatever_comes_out_fits_a_command_of_smtp(value: str) -> None:
    try:
        found = address.parse(value)
    except UndeliverableError:
        return
    assert found.wire.isascii()
    assert found.wire.isprintable()
    assert not set(found.wire) & set(' <>"\\(),:;[]')
    assert len(found.wire) <= 254
    assert address.parse(found.wire) == found


def test_a_refused_address_still_has_a_key() -> None:
    assert address.key_of("Geen Adres") == "geen adres"
