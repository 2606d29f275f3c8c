"""A private RabbitMQ node: Debian's package on this machine, or another version from an unpacked Debian.

Use: ``broker = RabbitMQ(folder); broker.start(); broker.management.add_user(...); broker.amqp_url(user, password)``.
Everything is its own: home, cookie, name, ports, and the port mapper (epmd) that Erlang nodes find each other through.
"""

import os
import socket
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar
from urllib.parse import quote
from zlib import crc32

from schakel_local.account import unprivileged_command
from schakel_local.child import Child
from schakel_local.management import Management
from schakel_local.process import NotReadyError, Server, ServerError

PROGRAMS = "/usr/lib/rabbitmq/bin"  # the ones in /usr/sbin insist on the package's own user and folders
ADMIN = "admin"
MEMORY = "512MB"
DISK = "200MB"  # free space below which it takes no more messages
MORE_THAN_THERE_IS = "1000000GB"
ERLANG = (
    *("-noinput", "-start_epmd", "false", "-kernel", "inet_dist_use_interface", "{127,0,0,1}"),
    *("+sbwt", "none", "+sbwtdcpu", "none", "+sbwtdio", "none"),  # busy waiting takes processors that others need
)
CONFIGURATION = """\
listeners.tcp.1 = 127.0.0.1:{amqp}
management.tcp.ip = 127.0.0.1
management.tcp.port = {management}
prometheus.tcp.ip = 127.0.0.1
prometheus.tcp.port = {metrics}
default_user = {user}
default_pass = {password}
vm_memory_high_watermark.absolute = {memory}
disk_free_limit.absolute = {disk}
log.console = true
log.console.use_colors = off
log.file = false
"""
# Paths stay the same inside: the folder is mounted under its own name, in a mount namespace that ends with the process.
ENTER = """\
set -e
root=$1 folder=$2
shift 2
mkdir -p "$root$folder"
mount --bind "$folder" "$root$folder"
mount --rbind /proc "$root/proc"
mount --rbind /dev "$root/dev"
exec /usr/sbin/chroot "$root" "$@"
"""


class RabbitMQ(Server):
    """One node, with the management API and metrics, and one administrator.

    ``root``: the folder that ``python -m schakel_local rabbit4 <root>`` unpacked, to run the RabbitMQ in there.
    """

    name = "rabbitmq"
    stop_seconds: ClassVar[float] = 30

    def __init__(self, folder: Path, *, root: Path | None = None) -> None:
        super().__init__(folder)
        self.root = root
        self._mapper: Child | None = None

    @property
    def port(self) -> int:
        """The AMQP port on 127.0.0.1."""
        return self.kept.port("amqp")

    @property
    def node(self) -> str:
        """The node's name, which its data stands under: the same for ever, whatever ports it gets."""
        return f"schakel-{crc32(self.kept.secret('node').encode()):08x}@localhost"

    @property
    def management_url(self) -> str:
        """The address of the management pages and, under /api, their interface."""
        return f"http://127.0.0.1:{self.kept.port('management')}"

    @property
    def metrics_url(self) -> str:
        """The address of the metrics in Prometheus's text format."""
        return f"http://127.0.0.1:{self.kept.port('metrics')}/metrics"

    @property
    def management(self) -> Management:
        """The management API, as administrator."""
        return Management(self.management_url, ADMIN, self.kept.secret("admin"))

    def amqp_url(self, user: str = ADMIN, password: str | None = None, vhost: str = "/") -> str:
        """Give the address for a user; without a user the administrator's, for set-up only."""
        secret = self.kept.secret("admin") if password is None else password
        return f"amqp://{quote(user, safe='')}:{quote(secret, safe='')}@127.0.0.1:{self.port}/{quote(vhost, safe='')}"

    def facts(self) -> Mapping[str, object]:
        """Give the addresses and the administrator."""
        return {
            "port": self.port,
            "management_url": self.management_url,
            "metrics_url": self.metrics_url,
            "admin": ADMIN,
            "admin_password": self.kept.secret("admin"),
        }

    def prepare(self) -> None:
        """Write cookie, plug-ins and configuration, and start the port mapper. Raises ServerError."""
        if self.root is None and not Path(PROGRAMS, "rabbitmq-server").exists():
            raise ServerError(self.name, "prepare", "RabbitMQ is not installed: run install.py", self.log)
        # Erlang wants it in the home folder, owned by the user who runs it.
        self.lay("data/.erlang.cookie", self.kept.secret("cookie"), secret=True)
        self.lay("environment", "")
        self.lay("enabled_plugins", "[rabbitmq_management,rabbitmq_prometheus].\n")
        values = {"user": ADMIN, "password": self.kept.secret("admin"), "memory": MEMORY, "disk": DISK}
        ports = {name: self.kept.port(name) for name in ("amqp", "management", "metrics")}
        self.lay("rabbitmq.conf", CONFIGURATION.format(**values, **ports), secret=True)
        if self._mapper is None or self._mapper.exit_code is not None:
            # Left to the node it would become a daemon that outlives us.
            self._mapper = self.launch(["epmd", "-port", str(self.kept.port("epmd")), "-address", "127.0.0.1"])

    def command(self) -> Sequence[str]:
        """Give the node's start script."""
        return [f"{PROGRAMS}/rabbitmq-server"]

    def environment(self) -> dict[str, str]:
        """Give what the node and its command line tools read; with these nothing of /etc/rabbitmq is used."""
        data = str(self.data)
        return super().environment() | {
            "ERL_EPMD_ADDRESS": "127.0.0.1",
            "ERL_EPMD_PORT": str(self.kept.port("epmd")),
            # The script then replaces itself by the node, so that the process we start, signal and tie to us is the node.
            "RABBITMQ_ALLOW_INPUT": "1",
            "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": " ".join(ERLANG),
            "RABBITMQ_CONF_ENV_FILE": str(self.folder / "environment"),
            "RABBITMQ_CONFIG_FILE": str(self.folder / "rabbitmq.conf"),
            "RABBITMQ_ENABLED_PLUGINS_FILE": str(self.folder / "enabled_plugins"),
            "RABBITMQ_NODENAME": self.node,
            "RABBITMQ_DIST_PORT": str(self.kept.port("distribution")),
            "RABBITMQ_MNESIA_BASE": data,
            "RABBITMQ_LOG_BASE": data,
            "RABBITMQ_PID_FILE": f"{data}/node.pid",
        }

    def wrap(self, argv: Sequence[str]) -> list[str]:
        """Give the command line as the servers' user, inside ``root`` when there is one."""
        inner = unprivileged_command(argv)
        if self.root is None:
            return inner
        namespace = ["unshare", "--mount", "--propagation", "private", *([] if os.geteuid() == 0 else ["--map-root-user"])]
        enter = ["/bin/sh", "-c", ENTER, "sh", str(self.root.resolve()), str(self.folder.resolve())]
        return ["setpriv", "--pdeathsig", "KILL", "--", *namespace, "--", *enter, *inner]

    def check(self) -> None:
        """Open an AMQP connection and ask the management API who we are."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
            connection.sendall(b"AMQP\x00\x00\x09\x01")
            if connection.recv(1) != b"\x01":  # a method frame: connection.start
                raise NotReadyError("the AMQP port does not answer")
        self.management.request("GET", "whoami")

    def kill(self) -> None:
        """End node and port mapper with SIGKILL. The data stays."""
        super().kill()
        if self._mapper:
            self._mapper.kill()
            self._mapper = None

    def control(self, *arguments: str) -> str:
        """Run ``rabbitmqctl`` on this node and give what it printed; takes most of a second. Raises ServerError."""
        return self.run([f"{PROGRAMS}/rabbitmqctl", "--quiet", *arguments], step=f"rabbitmqctl {arguments[0]}")

    def close_connections(self, reason: str = "closed by a test") -> None:
        """Have the broker close every client's connection, as an operator would."""
        self.control("close_all_connections", reason)

    def alarm(self, *, on: bool, of: str = "memory") -> None:
        """Raise or clear the alarm of ``memory`` or ``disk``: while it is up the broker blocks who publishes."""
        if of == "disk":
            self.control("set_disk_free_limit", MORE_THAN_THERE_IS if on else DISK)
        else:
            self.control("set_vm_memory_high_watermark", *(["0"] if on else ["absolute", MEMORY]))
