"""Objects in any S3 store, by the minio SDK. The SDK is synchronous: its calls run in a small pool of threads of our own.

Uploads go to a presigned address instead of through ``put_object``: that streams from the file, takes ``If-None-Match``
for what is written once (RFC 9110, 13.1.2) and Content-MD5, which S3 asks for under object lock and which finds bytes
that changed on the way.
"""

import asyncio
import base64
import hashlib
import time
from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from typing import BinaryIO, TypeVar
from urllib.parse import urlsplit

import urllib3
from minio import Minio
from minio.commonconfig import COMPLIANCE, GOVERNANCE
from minio.datatypes import PostPolicy
from minio.deleteobjects import DeleteObject
from minio.error import MinioException, S3Error
from minio.objectlockconfig import DAYS, ObjectLockConfig
from urllib3.exceptions import HTTPError

from documents.ports import Form, Listed, ObjectMissing, Received, StorageUnavailable
from documents.settings import Settings
from shared.log import get_logger

log = get_logger()

CHUNK = 64 * 1024
UPLOAD_TYPE = "application/octet-stream"
"""The type every upload is stored with, whatever its sender says; the real one is found by content later."""
_UPLOAD_SECONDS = 60
_MISSING = {"NoSuchKey", "NoSuchObject"}
_WITHOUT_LOCK = {"NotImplemented", "ObjectLockConfigurationNotFoundError", "InvalidBucketState", "InvalidRequest"}

T = TypeVar("T")


class S3:
    """One S3 server: ``s3_endpoint`` for ourselves, ``s3_public_endpoint`` in what others are handed."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._http = urllib3.PoolManager(
            num_pools=2,
            maxsize=settings.s3_threads,
            timeout=urllib3.Timeout(connect=3, read=settings.s3_timeout),
            cert_reqs="CERT_REQUIRED",
            ca_certs=str(settings.tls_ca) if settings.tls_ca else None,
            retries=urllib3.Retry(2, backoff_factor=0.2, status_forcelist=(500, 502, 503, 504), raise_on_status=False),
        )
        self._public_url = settings.s3_public_endpoint or settings.s3_endpoint
        self._client = self._connect(settings.s3_endpoint)
        self._public = self._connect(self._public_url)
        self._threads = ThreadPoolExecutor(settings.s3_threads, "s3")

    def _connect(self, endpoint: str) -> Minio:
        parts = urlsplit(endpoint)
        return Minio(
            parts.netloc,
            self._settings.s3_access_key.get_secret_value(),
            self._settings.s3_secret_key.get_secret_value(),
            secure=parts.scheme == "https",
            region=self._settings.s3_region,
            http_client=self._http,
        )

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Close the connections when the block ends. What still runs is left to its own timeout."""
        try:
            yield
        finally:
            self._threads.shutdown(wait=False, cancel_futures=True)
            self._http.clear()

    def form(self, bucket: str, key: str, *, size: int, expires: datetime) -> Form:
        """Permit one upload of exactly ``size`` bytes under exactly this key, until ``expires``."""
        policy = PostPolicy(bucket, expires)
        policy.add_equals_condition("key", key)
        policy.add_equals_condition("Content-Type", UPLOAD_TYPE)
        policy.add_content_length_range_condition(size, size)
        fields = {"key": key, "Content-Type": UPLOAD_TYPE, **self._public.presigned_post_policy(policy)}
        return Form(f"{self._public_url}/{bucket}", fields)

    def link(self, bucket: str, key: str, *, lifetime: timedelta, version: str | None = None) -> str:
        """Permit downloading one object for this long, at least a second."""
        return self._public.get_presigned_url("GET", bucket, key, expires=lifetime, version_id=version)

    async def download(self, bucket: str, key: str, into: BinaryIO, *, at_most: int) -> Received:
        """Copy an object into a file, at most so many bytes and one more."""
        return await self._run(self._download, bucket, key, into, at_most)

    def _download(self, bucket: str, key: str, into: BinaryIO, at_most: int) -> Received:
        deadline = time.monotonic() + self._settings.work_lease / 2
        digest, size = hashlib.sha256(), 0
        response = self._client.get_object(bucket, key)
        try:
            for chunk in response.stream(CHUNK):
                size += len(chunk)
                if size > at_most:
                    return Received(size, "", complete=False)
                if time.monotonic() > deadline:
                    raise StorageUnavailable
                digest.update(chunk)
                into.write(chunk)
        finally:
            response.close()
            response.release_conn()
        return Received(size, digest.hexdigest(), complete=True)

    async def upload(
        self, bucket: str, key: str, source: BinaryIO, *, mediatype: str, disposition: str, once: bool = False
    ) -> str | None:
        """Store a file; what a browser must know of it is stored with it, so that no name stands in a link."""
        headers = {"Content-Type": mediatype, "Content-Disposition": disposition}
        if once:
            headers["If-None-Match"] = "*"
        return await self._run(self._upload, bucket, key, source, headers)

    def _upload(self, bucket: str, key: str, source: BinaryIO, headers: dict[str, str]) -> str | None:
        source.seek(0)
        digest = hashlib.md5(usedforsecurity=False)
        while chunk := source.read(CHUNK):
            digest.update(chunk)
        headers["Content-MD5"] = base64.b64encode(digest.digest()).decode()
        headers["Content-Length"] = str(source.tell())
        source.seek(0)
        url = self._client.get_presigned_url("PUT", bucket, key, expires=timedelta(seconds=_UPLOAD_SECONDS))
        response = self._http.request("PUT", url, body=source, headers=headers)
        if response.status == 412:
            raise FileExistsError(key)
        if response.status != 200:
            log.warning("s3_refused", act="put", bucket=bucket, status=response.status)
            raise StorageUnavailable
        return response.headers.get("x-amz-version-id")

    async def delete(self, bucket: str, key: str) -> None:
        """Remove an object; one that is not there is fine."""
        await self._run(self._client.remove_object, bucket, key)

    async def erase(self, bucket: str, prefix: str) -> int:
        """Remove every version of every object whose key begins so, also under a governance lock; return how many."""
        return await self._run(self._erase, bucket, prefix)

    def _erase(self, bucket: str, prefix: str) -> int:
        found = list(self._client.list_objects(bucket, prefix, recursive=True, include_version=True))
        gone = [DeleteObject(item.object_name, item.version_id) for item in found if item.object_name]
        for error in self._client.remove_objects(bucket, gone, bypass_governance_mode=True):
            log.warning("s3_refused", act="erase", bucket=bucket, code=error.code)
            raise StorageUnavailable
        return sum(not item.is_delete_marker for item in found)

    async def listed(self, bucket: str, *, page: int = 1000) -> AsyncIterator[Sequence[Listed]]:
        """List a bucket in order of key, page by page."""
        objects = self._client.list_objects(bucket, recursive=True)
        while found := await self._run(lambda: list(islice(objects, page))):
            yield [
                Listed(item.object_name, item.size or 0, item.last_modified)
                for item in found
                if item.object_name and item.last_modified
            ]

    async def prepare(self) -> list[str]:
        """Make the buckets that are not there; may be repeated. Return the names of the new ones."""
        settings = self._settings
        made = [
            name
            for name, lock in (
                (settings.s3_bucket_uploads, False),
                (settings.s3_bucket_bijlagen, False),
                (settings.s3_bucket_brieven, settings.s3_lock_days > 0),
                (settings.s3_bucket_logboek, settings.s3_lock_days > 0),
            )
            if await self._run(self._make_bucket, name, lock)
        ]
        if settings.s3_lock_days:
            await self._run(self._lock, settings.s3_bucket_brieven, GOVERNANCE)
            await self._run(self._lock, settings.s3_bucket_logboek, COMPLIANCE)
        return made

    def _make_bucket(self, name: str, lock: bool) -> bool:  # noqa: FBT001 - called by position in a thread
        if self._client.bucket_exists(name):
            return False
        try:
            self._client.make_bucket(name, object_lock=lock)
        except S3Error as error:
            if not (lock and error.code in _WITHOUT_LOCK):
                raise
            log.warning("s3_without_object_lock", bucket=name)
            self._client.make_bucket(name)
        return True

    def _lock(self, bucket: str, mode: str) -> None:
        try:
            self._client.set_object_lock_config(bucket, ObjectLockConfig(mode, self._settings.s3_lock_days, DAYS))
        except S3Error as error:
            if error.code not in _WITHOUT_LOCK:
                raise
            log.warning("s3_without_object_lock", bucket=bucket)

    async def _run(self, call: Callable[..., T], *arguments: object) -> T:
        """Call in a thread. Whatever the server or the network does becomes one of our errors."""
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, partial(call, *arguments))
        except S3Error as error:
            if error.code in _MISSING:
                raise ObjectMissing from error
            log.warning("s3_refused", act=getattr(call, "__name__", ""), code=error.code)
            raise StorageUnavailable from error
        except (MinioException, HTTPError, ConnectionError, TimeoutError) as error:
            raise StorageUnavailable from error
