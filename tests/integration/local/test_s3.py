import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from minio import Minio, S3Error
from minio.commonconfig import COMPLIANCE, ENABLED
from minio.retention import Retention
from minio.versioningconfig import SUSPENDED, VersioningConfig

from schakel_local.seaweed import Keys, SeaweedFS
from schakel_local.stack import Stack


@pytest.fixture(scope="module")
def store(stack: Stack) -> SeaweedFS:
    admin = client(stack.s3, stack.s3.keys("admin"))
    admin.make_bucket(bucket_name="bijlagen")
    admin.make_bucket(bucket_name="brieven")
    put(admin, "brieven", "brief", b"besluit")
    return stack.s3


def client(store: SeaweedFS, keys: Keys) -> Minio:
    return Minio(
        endpoint=store.endpoint, access_key=keys.access_key, secret_key=keys.secret_key, secure=False, region="us-east-1"
    )


def put(client: Minio, bucket: str, name: str, content: bytes) -> None:
    client.put_object(bucket_name=bucket, object_name=name, data=io.BytesIO(content), length=len(content))


def content(client: Minio, bucket: str, name: str, version: str | None = None) -> bytes:
    with client.get_object(bucket_name=bucket, object_name=name, version_id=version) as answer:
        return answer.read()


def test_an_object_survives_kill_9(store: SeaweedFS) -> None:
    admin = client(store, store.keys("admin"))
    put(admin, "bijlagen", "kept", b"verslag" * 1000)

    store.kill()
    store.start()

    assert content(admin, "bijlagen", "kept") == b"verslag" * 1000


def test_a_service_reads_and_writes_in_its_own_bucket(store: SeaweedFS) -> None:
    documents = client(store, store.keys("documents"))
    put(documents, "bijlagen", "map/x", b"1")
    assert content(documents, "bijlagen", "map/x") == b"1"
    assert [found.object_name for found in documents.list_objects(bucket_name="bijlagen", prefix="map/x")] == ["map/x"]
    documents.remove_object(bucket_name="bijlagen", object_name="map/x")


@pytest.mark.parametrize(
    "attempt",
    [
        lambda s3: content(s3, "brieven", "brief"),
        lambda s3: put(s3, "brieven", "brief", b""),
        lambda s3: list(s3.list_objects(bucket_name="brieven")),
        lambda s3: s3.make_bucket(bucket_name="nieuw"),
        lambda s3: s3.remove_bucket(bucket_name="bijlagen"),
        lambda s3: s3.set_bucket_versioning(bucket_name="bijlagen", config=VersioningConfig(SUSPENDED)),
        lambda s3: s3.delete_bucket_lifecycle(bucket_name="bijlagen"),
    ],
    ids=["read elsewhere", "write elsewhere", "list elsewhere", "make", "remove", "versioning", "lifecycle"],
)
def test_a_service_can_do_nothing_else(store: SeaweedFS, attempt: Callable[[Minio], object]) -> None:
    with pytest.raises(S3Error, match="AccessDenied"):
        attempt(client(store, store.keys("documents")))


def test_rights_can_be_given_while_it_runs(store: SeaweedFS) -> None:
    newcomer = client(store, store.allow("newcomer", ["Read:brieven/*"]))

    deadline = datetime.now(UTC) + timedelta(seconds=5)
    while True:
        try:
            assert content(newcomer, "brieven", "brief") == b"besluit"
            break
        except S3Error:
            assert datetime.now(UTC) < deadline


def test_an_old_version_stays_and_a_locked_object_cannot_be_deleted(store: SeaweedFS) -> None:
    admin = client(store, store.keys("admin"))
    admin.make_bucket(bucket_name="ankers", object_lock=True)
    assert admin.get_bucket_versioning(bucket_name="ankers").status == ENABLED
    until = Retention(COMPLIANCE, datetime.now(UTC) + timedelta(days=1))
    first = admin.put_object(bucket_name="ankers", object_name="a", data=io.BytesIO(b"1"), length=1, retention=until)
    put(admin, "ankers", "a", b"2")

    assert content(admin, "ankers", "a") == b"2"
    assert content(admin, "ankers", "a", first.version_id) == b"1"
    with pytest.raises(S3Error, match="AccessDenied"):
        admin.remove_object(bucket_name="ankers", object_name="a", version_id=first.version_id)
