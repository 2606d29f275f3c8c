"""The S3 server with the command line and the identities of compose: what it opens, to whom, and for what."""

import shutil
import socket
import struct
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest
from minio import Minio
from minio.error import S3Error

from documents.adapters.s3 import S3
from documents.ports import StorageUnavailable
from documents.settings import Settings
from schakel_local.loopback import NO_TLS
from schakel_local.ports import GRPC_STEP
from schakel_local.seaweed import SeaweedFS
from shared import clock
from support import room

BUCKETS = ("uploads", "bijlagen", "brieven", "logboek")
LOOPBACK = {"0100007F"}


class Composed(SeaweedFS):
    """The service s3 of compose, on free ports."""

    service: ClassVar[dict[str, Any]] = {}
    identities: ClassVar[str] = ""

    def prepare(self) -> None:
        self.lay("s3.json", self.identities, secret=True)

    def command(self) -> Sequence[str]:
        weed = str(Path(sys.executable).with_name("weed"))
        other = {"-dir=/data": f"-dir={self.data}", "-s3.port=8333": f"-s3.port={self.kept.port('s3')}"}
        other["-s3.config=/run/secrets/s3.json"] = f"-s3.config={self.folder / 's3.json'}"
        given = self.service["command"]
        assert other.keys() <= set(given)
        ports = [f"-{part}.port={self.kept.port(part)}" for part in ("master", "volume")]
        ports.append(f"-filer.port={self.kept.port('filer')}")
        shell, flag, script, name = self.service["entrypoint"]
        return [
            *(shell, flag, script.replace("$$", "$").replace("/entrypoint.sh", weed), name),
            *(other.get(one, one) for one in given),
            *ports,
            "-filer",
        ]

    def listens(self) -> dict[int, set[str]]:
        """The ports that this process listens on, with the addresses as /proc writes them."""
        assert self._child is not None
        sockets = set()
        for pid in (self._child.pid, *self._child.descendants()):
            for entry in Path(f"/proc/{pid}/fd").iterdir():
                with suppress(OSError):
                    sockets.add(str(entry.readlink()).removeprefix("socket:[").removesuffix("]"))
        found: dict[int, set[str]] = {}
        for table in ("tcp", "tcp6"):
            for line in Path(f"/proc/net/{table}").read_text(encoding="ascii").splitlines()[1:]:
                fields = line.split()
                if fields[3] == "0A" and fields[9] in sockets:
                    address, _, port = fields[1].partition(":")
                    found.setdefault(int(port, 16), set()).add(address)
        return found


@pytest.fixture(scope="module")
def store(compose: dict[str, Any], secrets: Path) -> Iterator[Composed]:
    folder = room.server_folder()
    Composed.service = compose["services"]["s3"]
    Composed.identities = (secrets / "s3.json").read_text()
    store = Composed(folder / "s3")
    store.start()
    yield store
    store.kill()
    shutil.rmtree(folder)


def settings(store: Composed, secrets: Path, name: str) -> Settings:
    return Settings(
        database_url="postgresql://nowhere/x",
        amqp_url="amqp://nowhere/",
        s3_endpoint=store.url,
        s3_access_key=(secrets / f"{name}_access_key").read_text(),
        s3_secret_key=(secrets / f"{name}_secret_key").read_text(),
        s3_lock_days=1,
    )


@pytest.fixture(scope="module")
async def prepared(store: Composed, secrets: Path) -> Composed:
    """With the buckets that prepare-documents makes, as admin."""
    objects = S3(settings(store, secrets, "s3_admin"))
    async with objects.opened():
        assert set(await objects.prepare()) == set(BUCKETS)
    return store


def client(store: Composed, access: str, secret: str) -> Minio:
    return Minio(store.endpoint, access, secret, secure=False, region="us-east-1")


def test_only_s3_is_open_to_other_containers(store: Composed) -> None:
    s3 = store.kept.port("s3")
    listens = store.listens()
    assert listens[s3] > set()
    assert {store.kept.port(part) for part in ("master", "volume", "filer")} < set(listens)
    open_to_all = {port for port, addresses in listens.items() if not addresses <= LOOPBACK}
    assert open_to_all == {s3, s3 + GRPC_STEP}


def test_nobody_makes_an_identity_by_the_port_beside_it(prepared: Composed) -> None:
    """``SeaweedS3IamCache/PutIdentity`` in the fewest bytes of HTTP/2 and gRPC that SeaweedFS takes."""

    def field(number: int, content: bytes) -> bytes:
        return bytes([number << 3 | 2, len(content)]) + content

    def frame(kind: int, flags: int, stream: int, content: bytes) -> bytes:
        return struct.pack(">I", len(content))[1:] + bytes([kind, flags]) + struct.pack(">I", stream) + content

    def header(name: bytes, value: bytes) -> bytes:
        return bytes([0x10, len(name)]) + name + bytes([len(value)]) + value

    credential = field(1, b"MINTED") + field(2, b"MINTEDSECRET")
    identity = field(1, b"intruder") + field(2, credential) + field(3, b"Admin")
    message = field(1, identity)
    headers = [
        header(b":method", b"POST"),
        header(b":scheme", b"http"),
        header(b":path", b"/messaging_pb.SeaweedS3IamCache/PutIdentity"),
        header(b":authority", b"s3"),
        header(b"content-type", b"application/grpc"),
        header(b"te", b"trailers"),
    ]
    body = b"\0" + struct.pack(">I", len(message)) + message
    sent = frame(4, 0, 0, b"") + frame(1, 4, 1, b"".join(headers)) + frame(0, 1, 1, body)
    with socket.create_connection(("127.0.0.1", prepared.kept.port("s3") + GRPC_STEP), timeout=5) as connection:
        connection.sendall(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + sent)
        with connection.makefile("rb") as answer:
            while (head := answer.read(9))[3:] != bytes([1, 5]) + struct.pack(">I", 1):  # the headers that end stream 1
                assert head, "it hung up: this proves nothing"
                answer.read(int.from_bytes(head[:3], "big"))
    with pytest.raises(S3Error, match="InvalidAccessKeyId"):
        list(client(prepared, "MINTED", "MINTEDSECRET").list_objects("bijlagen"))


async def test_documents_does_all_its_work_with_the_limited_key(prepared: Composed, secrets: Path, tmp_path: Path) -> None:
    objects = S3(settings(prepared, secrets, "schakel_s3"))
    file = tmp_path / "x.pdf"
    file.write_bytes(b"%PDF-1.7 verzonnen")
    async with objects.opened():
        form = objects.form("uploads", "a", size=file.stat().st_size, expires=clock.now() + timedelta(minutes=1))
        async with httpx.AsyncClient(trust_env=False, verify=NO_TLS) as http:
            answer = await http.post(form.url, data=form.fields, files={"file": ("x.pdf", file.read_bytes())})
            assert answer.is_success, answer.text
            for bucket, key, once in (("bijlagen", "b", False), ("brieven", "c", True), ("logboek", "notify/1-ab", True)):
                with file.open("rb") as source:
                    await objects.upload(bucket, key, source, mediatype="application/pdf", disposition="attachment", once=once)
                link = objects.link(bucket, key, lifetime=timedelta(minutes=1))
                assert (await http.get(link)).content == file.read_bytes()
        for bucket in BUCKETS:
            assert [item.key for page in [await anext(objects.listed(bucket))] for item in page]
        with (tmp_path / "copy").open("wb") as into:
            assert (await objects.download("uploads", "a", into, at_most=100)).complete
        await objects.delete("uploads", "a")
        await objects.delete("bijlagen", "b")
        assert await objects.erase("brieven", "c") == 1, "a letter goes with its hulpvraag, also under its lock"
        with pytest.raises(StorageUnavailable):
            await objects.erase("logboek", "notify/1-ab")


@pytest.mark.parametrize(
    "attempt",
    [
        lambda s3: s3.make_bucket("nieuw"),
        lambda s3: s3.remove_bucket("uploads"),
        lambda s3: s3.delete_object_lock_config("brieven"),
    ],
    ids=["make", "remove", "unlock"],
)
def test_documents_may_not_touch_the_buckets_themselves(
    prepared: Composed, secrets: Path, attempt: Callable[[Minio], object]
) -> None:
    own = settings(prepared, secrets, "schakel_s3")
    with pytest.raises(S3Error, match="AccessDenied"):
        attempt(client(prepared, own.s3_access_key.get_secret_value(), own.s3_secret_key.get_secret_value()))
