"""Loopback ports that no other stack on this machine takes.

Use: ``amqp, management = free_ports(2)``. A port is claimed by an abstract Unix socket of the same number: the kernel lets
one process hold it, across users, and frees it when that process ends. All lie below the range that outgoing connections are
given, so that none of these takes the port before its server listens.
"""

import errno
import random
import socket
import threading

GRPC_STEP = 10_000  # SeaweedFS also listens on port + 10000, so each port is claimed with that one
FIRST, LAST = 10_240, 22_700

_claims: dict[int, int] = {}  # port to the file descriptor of its claim, open as long as this process lives
_lock = threading.Lock()


class PortsError(Exception):
    """No free loopback port was found."""


def free_ports(count: int) -> list[int]:
    """Give ``count`` loopback ports that are free now, each with its port + 10000, and keep others from them."""
    found: list[int] = []
    with _lock:
        for port in random.sample(range(FIRST, LAST), LAST - FIRST):
            if len(found) == count:
                break
            if port not in _claims and _claim(port):
                found.append(port)
    if len(found) < count:
        raise PortsError(f"only {len(found)} of {count} loopback ports between {FIRST} and {LAST} are free")
    return found


def claim(port: int) -> bool:
    """Claim this port and port + 10000 for this process; false when another process holds or uses one of them.

    A port that this process claimed before is its own and stays so until it ends, whether or not a server uses it.
    """
    with _lock:
        return port in _claims or _claim(port)


def _claim(port: int) -> bool:
    pair = (port, port + GRPC_STEP)
    held: list[socket.socket] = []
    try:
        for each in pair:
            held.append(_hold(each))
            _probe(each)
    except OSError as error:
        for holder in held:
            holder.close()
        if error.errno in {errno.EADDRINUSE, errno.EACCES}:
            return False
        raise
    _claims.update((each, holder.detach()) for each, holder in zip(pair, held, strict=True))
    return True


def _hold(port: int) -> socket.socket:
    holder = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        holder.bind(f"\0schakel-port-{port}")
    except OSError:
        holder.close()
        raise
    return holder


def _probe(port: int) -> None:
    with socket.socket() as probe:
        # As servers do: a connection that is still closing does not stop them, a listener does.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
