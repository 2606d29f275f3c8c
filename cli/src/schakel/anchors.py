"""The heads of audit logs as documents stored them in S3 (shared/anchors.py), read with keys that can only read.

>>> known = stored()["notify"]        # every head that was ever stored, by the number of its block
>>> known[12]
{'9f86d0…'}

``SCHAKEL_S3_ENDPOINT``, ``SCHAKEL_AUDITOR_ACCESS_KEY``, ``SCHAKEL_AUDITOR_SECRET_KEY``; ``SCHAKEL_S3_BUCKET_LOGBOEK`` is
``logboek`` unless said.
"""

from collections import defaultdict
from collections.abc import Mapping
from urllib.parse import urlsplit

from minio import Minio
from minio.error import MinioException
from urllib3.exceptions import HTTPError

from schakel import config

Heads = Mapping[str, Mapping[int, set[str]]]
"""Service, number of a block, the hashes that were stored for it: more than one is a fault already."""


def stored() -> Heads:
    """List every head, also one that a delete marker hides. Ends with a sentence when the store cannot be read."""
    parts = urlsplit(config.value("SCHAKEL_S3_ENDPOINT"))
    keys = config.value("SCHAKEL_AUDITOR_ACCESS_KEY"), config.value("SCHAKEL_AUDITOR_SECRET_KEY")
    client = Minio(parts.netloc, *keys, secure=parts.scheme == "https", region="us-east-1")
    bucket = config.find("SCHAKEL_S3_BUCKET_LOGBOEK") or "logboek"
    found: dict[str, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    try:
        for item in client.list_objects(bucket, recursive=True, include_version=True):
            service, _, head = (item.object_name or "").partition("/")
            number, _, hash_ = head.partition("-")
            if number.isdecimal():
                found[service][int(number)].add(hash_)
    except (MinioException, HTTPError) as error:
        raise config.fail(f"the heads in {bucket} cannot be read: {error}") from error
    return found
