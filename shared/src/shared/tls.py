"""TLS between the parts: one file of authorities (``tls_ca``), and then every connection inside is verified against it.

>>> database_url("postgresql://intake@db/schakel", Path("/run/ca.pem"))
'postgresql://intake@db/schakel?sslmode=verify-full&sslrootcert=%2Frun%2Fca.pem'
>>> broker_url("amqps://intake@broker/", Path("/run/ca.pem"))
'amqps://intake@broker/?cafile=%2Frun%2Fca.pem'

Without it a URL stays as it is. With it nothing goes over a plain connection: PostgreSQL must offer TLS, and the certificate of
every server must be of one of these authorities and carry the name by which it was called.
"""

import ssl
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit


def database_url(url: str, ca: Path | None) -> str:
    """Have asyncpg take a verified connection or none, whatever the URL says of it."""
    return _with(url, sslmode="verify-full", sslrootcert=str(ca)) if ca else url


def broker_url(url: str, ca: Path | None) -> str:
    """Have the AMQP client verify against ``ca``. Raises ValueError for a plain address."""
    if ca is None:
        return url
    require("amqp_url", url, "amqps")
    return _with(url, cafile=str(ca))


def require(name: str, url: str, scheme: str = "https") -> None:
    """Raise ValueError when the setting ``name`` is a plain address."""
    if urlsplit(url).scheme != scheme:
        msg = f"{name} must begin with {scheme}:// since tls_ca is set"
        raise ValueError(msg)


def context(ca: Path | None, *, public_too: bool = False) -> ssl.SSLContext:
    """What a client of our own servers verifies with: these authorities and no other, TLS 1.2 at least.

    Without ``ca``, or with ``public_too`` for an address that people use as well, those of the system count.
    """
    made = ssl.create_default_context(cafile=None if public_too or ca is None else str(ca))
    if public_too and ca is not None:
        made.load_verify_locations(str(ca))
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    return made


def _with(url: str, **more: str) -> str:
    parts = urlsplit(url)
    given = parse_qsl(parts.query, keep_blank_values=True)
    query = [(name, value) for name, value in given if name not in {*more, "no_verify_ssl"}]
    return urlunsplit(parts._replace(query=urlencode([*query, *more.items()])))
