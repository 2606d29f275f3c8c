"""deploy/secrets.sh: what it makes is what the services and the servers beside them take."""

import json
import ssl
import stat
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from schakel.config import SERVICES
from shared import tokens

ACTOR = tokens.Actor(
    sub=UUID(int=1), naam="Anna", organisatie="PO2507", soort="swv", swv="PO2507", rollen=("administratie",), email=""
)


def test_it_makes_every_secret_of_compose_and_nobody_else_can_list_them(compose: dict[str, Any], secrets: Path) -> None:
    made = {path.name for path in secrets.iterdir() if path.stat().st_size}
    assert set(compose["secrets"]) == made
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o700


def test_run_again_it_changes_nothing(secrets: Path) -> None:
    before = {path.name: path.read_bytes() for path in secrets.iterdir()}
    subprocess.run([secrets.parent / "secrets.sh"], check=True)
    assert {path.name: path.read_bytes() for path in secrets.iterdir()} == before


def test_what_one_half_of_a_key_signs_the_other_half_verifies(secrets: Path) -> None:
    for private, public in (
        ("schakel_gateway_private_key", "schakel_gateway_public_key"),
        ("schakel_capability_key", "schakel_workflow_public_key"),
    ):
        signed = tokens.sign(ACTOR, audience="intake", key=tokens.load_key((secrets / private).read_text()))
        assert tokens.verify(signed, audience="intake", key=tokens.load_key((secrets / public).read_text())).actor == ACTOR
        assert "d" not in json.loads((secrets / public).read_text())


def meet(name: str, ca: Path, certificate: Path, key: Path) -> None:
    """Have a client that trusts ``ca`` greet a server by this name, without a network."""
    server, client = (ssl.SSLContext(side) for side in (ssl.PROTOCOL_TLS_SERVER, ssl.PROTOCOL_TLS_CLIENT))
    server.load_cert_chain(certificate, key)
    client.load_verify_locations(ca)
    client.verify_flags |= ssl.VERIFY_X509_STRICT
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    ends = (client.wrap_bio(down, up, server_hostname=name), server.wrap_bio(up, down, server_side=True))
    for _ in range(4):
        for end in ends:
            try:
                end.do_handshake()
            except ssl.SSLWantReadError:
                continue


def test_notify_trusts_the_mail_server_by_its_name_and_no_other(secrets: Path) -> None:
    files = [secrets / f"smtp_{name}.pem" for name in ("ca", "certificate", "key")]
    meet("mailpit", *files)
    with pytest.raises(ssl.SSLCertVerificationError):
        meet("elsewhere", *files)
    assert (secrets / "smtp_users").read_text() == f"schakel:{(secrets / 'schakel_smtp_password').read_text()}\n"


def test_documents_has_rights_on_its_buckets_only(secrets: Path) -> None:
    identities = {one["name"]: one for one in json.loads((secrets / "s3.json").read_text())["identities"]}
    assert set(identities) == {"admin", "documents", "auditor"}
    assert "Admin" in identities["admin"]["actions"]
    actions = identities["documents"]["actions"]
    assert all(
        action.partition(":")[2].removesuffix("/*") in {"uploads", "bijlagen", "brieven", "logboek"} for action in actions
    )
    assert identities["auditor"]["actions"] == ["Read:logboek/*", "List:logboek"]
    keys = [identity["credentials"][0]["secretKey"] for identity in identities.values()]
    operator = dict(line.split("=", 1) for line in (secrets / "operator.env").read_text().splitlines())
    files = [(secrets / name).read_text() for name in ("s3_admin_secret_key", "schakel_s3_secret_key")]
    assert keys == [*files, operator["SCHAKEL_AUDITOR_SECRET_KEY"]]


def test_the_operator_reaches_the_databases_as_a_service_does(secrets: Path) -> None:
    lines = (secrets / "operator.env").read_text().splitlines()
    environment = dict(line.split("=", 1) for line in lines)
    for name in SERVICES:
        schema = name.replace("-", "_")
        assert environment[f"SCHAKEL_{schema.upper()}_DATABASE_URL"] == (secrets / f"{schema}_database_url").read_text()
    assert not any("MIGRATOR" in name or "AMQP" in name for name in environment)
    assert environment["SCHAKEL_TOTP_KEYS"] == (secrets / "schakel_totp_keys").read_text()
