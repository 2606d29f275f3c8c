"""What documents asks of an S3 store, asked of a real one. Another store only has to pass the same."""

import asyncio
import hashlib
import secrets
import time
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO

import httpx
import pytest
from minio import Minio
from minio.error import S3Error
from pydantic import SecretStr

from documents.adapters.s3 import S3
from documents.domain.bestandsnaam import disposition
from documents.ports import Buckets, Form, ObjectMissing, StorageUnavailable
from documents.settings import Settings
from schakel_local.loopback import NO_TLS
from schakel_local.seaweed import SeaweedFS
from shared import clock


def settings_for(seaweed: SeaweedFS, **other: object) -> Settings:
    name = f"c{secrets.token_hex(4)}"
    given = {
        "database_url": SecretStr("postgresql://"),
        "amqp_url": SecretStr("amqp://"),
        "s3_endpoint": seaweed.url,
        "s3_access_key": seaweed.access_key,
        "s3_secret_key": seaweed.secret_key,
        "s3_timeout": 2.0,
        **{f"s3_bucket_{kind}": f"{name}-{kind}" for kind in ("uploads", "bijlagen", "brieven", "logboek")},
    }
    return Settings.model_validate({**given, **other})


@pytest.fixture
def settings(seaweed: SeaweedFS) -> Settings:
    return settings_for(seaweed)


@pytest.fixture
async def s3(settings: Settings) -> AsyncIterator[S3]:
    store = S3(settings)
    async with store.opened():
        assert len(await store.prepare()) == 4
        yield store


@pytest.fixture
def buckets(settings: Settings) -> Buckets:
    return Buckets(
        settings.s3_bucket_uploads, settings.s3_bucket_bijlagen, settings.s3_bucket_brieven, settings.s3_bucket_logboek
    )


def get(url: str) -> httpx.Response:
    return httpx.get(url, verify=NO_TLS)


def put(url: str) -> httpx.Response:
    return httpx.put(url, content=b"y", verify=NO_TLS)


def post(form: Form, content: bytes, **fields: str) -> int:
    data = {**form.fields, **fields}
    return httpx.post(form.url, data=data, files={"file": ("bestand", content)}, verify=NO_TLS).status_code


async def read(s3: S3, bucket: str, key: str, at_most: int = 1000) -> bytes:
    into = BytesIO()
    found = await s3.download(bucket, key, into, at_most=at_most)
    assert found.complete
    assert found.sha256 == hashlib.sha256(into.getvalue()).hexdigest()
    assert found.size == len(into.getvalue())
    return into.getvalue()


async def test_a_form_takes_exactly_the_announced_size_under_exactly_its_key(s3: S3, buckets: Buckets) -> None:
    form = s3.form(buckets.uploads, "slot-1", size=5, expires=clock.now() + timedelta(minutes=1))
    assert post(form, b"1234") == 400
    assert post(form, b"123456") == 400
    assert post(form, b"12345", key="slot-2") == 403
    assert post(form, b"12345", **{"Content-Type": "text/html"}) == 403
    with pytest.raises(ObjectMissing):
        await s3.download(buckets.uploads, "slot-1", BytesIO(), at_most=10)
    assert post(form, b"12345") == 204
    assert await read(s3, buckets.uploads, "slot-1") == b"12345"


async def test_a_form_ends_when_it_says_and_cannot_be_stretched(s3: S3, buckets: Buckets) -> None:
    form = s3.form(buckets.uploads, "slot-1", size=5, expires=clock.now() - timedelta(seconds=1))
    assert post(form, b"12345") == 403
    assert post(form, b"12345", policy=form.fields["policy"][:-4] + "AAAA") == 403
    assert post(Form(form.url, {"key": "slot-1"}), b"12345") in {400, 403}


async def test_what_is_uploaded_comes_back_with_the_headers_a_browser_needs(s3: S3, buckets: Buckets) -> None:
    content = secrets.token_bytes(200_000)
    header = disposition("één plan.pdf")
    await s3.upload(buckets.bijlagen, "b", BytesIO(content), mediatype="application/pdf", disposition=header)
    answer = get(s3.link(buckets.bijlagen, "b", lifetime=timedelta(seconds=30)))
    assert answer.content == content
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == header
    assert await read(s3, buckets.bijlagen, "b", at_most=200_000) == content


async def test_a_link_ends_and_fits_one_object_only(s3: S3, buckets: Buckets) -> None:
    await s3.upload(buckets.bijlagen, "b", BytesIO(b"x"), mediatype="text/plain", disposition="attachment")
    url = s3.link(buckets.bijlagen, "b", lifetime=timedelta(seconds=1))
    assert get(url.replace("/b?", "/c?")).status_code == 403
    await asyncio.sleep(2.1)  # the signature counts in whole seconds
    assert get(url).status_code == 403


async def test_without_a_link_nobody_reads_or_writes(s3: S3, settings: Settings, buckets: Buckets) -> None:
    await s3.upload(buckets.bijlagen, "b", BytesIO(b"x"), mediatype="text/plain", disposition="attachment")
    url = f"{settings.s3_endpoint}/{buckets.bijlagen}/b"
    assert get(url).status_code == 403
    assert put(url).status_code == 403
    assert get(f"{settings.s3_endpoint}/{buckets.bijlagen}").status_code == 403


async def test_reading_stops_when_there_is_more_than_asked_for(s3: S3, buckets: Buckets) -> None:
    await s3.upload(buckets.bijlagen, "b", BytesIO(bytes(300_000)), mediatype="text/plain", disposition="attachment")
    into = BytesIO()
    found = await s3.download(buckets.bijlagen, "b", into, at_most=100_000)
    assert not found.complete
    assert len(into.getvalue()) <= 100_000


async def test_what_is_written_once_stays_as_it_was(s3: S3, settings: Settings, buckets: Buckets) -> None:
    version = await s3.upload(
        buckets.brieven, "d/1", BytesIO(b"eerst"), mediatype="application/pdf", disposition="attachment", once=True
    )
    with pytest.raises(FileExistsError):
        await s3.upload(
            buckets.brieven, "d/1", BytesIO(b"daarna"), mediatype="application/pdf", disposition="attachment", once=True
        )
    assert await read(s3, buckets.brieven, "d/1") == b"eerst"
    assert version
    assert get(s3.link(buckets.brieven, "d/1", lifetime=timedelta(seconds=9), version=version)).content == b"eerst"
    client = Minio(
        settings.s3_endpoint.removeprefix("http://"),
        settings.s3_access_key.get_secret_value(),
        settings.s3_secret_key.get_secret_value(),
        secure=False,
        region="us-east-1",
    )
    with pytest.raises(S3Error) as refused:
        client.remove_object(buckets.brieven, "d/1", version_id=version)
    assert refused.value.code == "AccessDenied"


async def test_removing_may_be_repeated(s3: S3, buckets: Buckets) -> None:
    await s3.upload(buckets.uploads, "u", BytesIO(b"x"), mediatype="text/plain", disposition="attachment")
    await s3.delete(buckets.uploads, "u")
    await s3.delete(buckets.uploads, "u")
    with pytest.raises(ObjectMissing):
        await s3.download(buckets.uploads, "u", BytesIO(), at_most=1)


async def test_a_listing_comes_in_order_of_key_page_by_page(s3: S3, buckets: Buckets) -> None:
    for name in ("b", "a/2", "a/10", "c"):
        await s3.upload(buckets.bijlagen, name, BytesIO(b"xyz"), mediatype="text/plain", disposition="attachment")
    pages = [page async for page in s3.listed(buckets.bijlagen, page=3)]
    assert [[item.key for item in page] for page in pages] == [["a/10", "a/2", "b"], ["c"]]
    assert {item.size for page in pages for item in page} == {3}
    assert abs((pages[0][0].modified - clock.now()).total_seconds()) < 60


async def test_what_others_are_handed_names_the_public_address(seaweed: SeaweedFS) -> None:
    store = S3(settings_for(seaweed, s3_public_endpoint="https://bestanden.example"))
    async with store.opened():
        form = store.form("uploads", "u", size=1, expires=clock.now() + timedelta(minutes=1))
        assert form.url == "https://bestanden.example/uploads"
        assert store.link("bijlagen", "b", lifetime=timedelta(seconds=9)).startswith("https://bestanden.example/bijlagen/b?")


async def test_preparing_may_be_repeated(s3: S3) -> None:
    assert await s3.prepare() == []


async def test_a_store_that_refuses_or_is_away_is_a_temporary_error(seaweed: SeaweedFS) -> None:
    for other in ({"s3_secret_key": "wrong"}, {"s3_endpoint": "http://127.0.0.1:9"}):
        store = S3(settings_for(seaweed, **other))
        begin = time.monotonic()
        async with store.opened():
            with pytest.raises(StorageUnavailable):
                await store.download("any", "thing", BytesIO(), at_most=1)
            with pytest.raises(StorageUnavailable):
                await store.upload("any", "thing", BytesIO(b"x"), mediatype="text/plain", disposition="attachment")
        assert time.monotonic() - begin < 10
