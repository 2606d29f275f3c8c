import socket
import subprocess
import sys
from pathlib import Path

from schakel_local.kept import Kept
from schakel_local.ports import GRPC_STEP, claim, free_ports

OTHER = """
import sys
from schakel_local.ports import claim, free_ports
print(claim(int(sys.argv[1])), claim(int(sys.argv[1]) + 10_000), *free_ports(200))
"""


def test_ports_are_free_and_below_those_of_outgoing_connections() -> None:
    lowest, _ = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text(encoding="ascii").split())
    ports = free_ports(20)
    assert len(set(ports)) == 20
    for port in ports:
        assert port + GRPC_STEP < lowest
        for each in (port, port + GRPC_STEP):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", each))


def test_another_process_gets_other_ports_and_cannot_claim_ours() -> None:
    ours = free_ports(200)
    done = subprocess.run([sys.executable, "-c", OTHER, str(ours[0])], capture_output=True, text=True, check=True)
    first, second, *theirs = done.stdout.split()
    assert (first, second) == ("False", "False")
    pairs = {port + step for port in map(int, theirs) for step in (0, GRPC_STEP)}
    assert not pairs & {port + step for port in ours for step in (0, GRPC_STEP)}


def test_a_port_in_use_is_not_claimed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        assert not claim(server.getsockname()[1])


def test_ports_and_secrets_are_kept_and_private(tmp_path: Path) -> None:
    kept = Kept(tmp_path / "kept.json")
    port, secret = kept.port("amqp"), kept.secret("password")
    again = Kept(tmp_path / "kept.json")
    assert (again.port("amqp"), again.secret("password")) == (port, secret)
    assert kept.port("management") != port
    assert len(secret) >= 32
    assert (tmp_path / "kept.json").stat().st_mode & 0o777 == 0o600


def test_a_kept_port_that_something_else_took_is_replaced(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        taken = server.getsockname()[1]
        (tmp_path / "kept.json").write_text(f'{{"ports": {{"amqp": {taken}}}, "secrets": {{}}}}', encoding="utf-8")
        assert Kept(tmp_path / "kept.json").port("amqp") != taken
