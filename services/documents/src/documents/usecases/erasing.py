"""The bytes of a hulpvraag that is erased after its term: every object and every version of it, letters included.

Rows go after this (``shared.erasure``): while they are there a crash in between is only a repetition.
"""

from documents.ports import Buckets, Objects
from documents.store import bijlagen
from shared.database import Database
from shared.erasure import Marked


async def remove_objects(database: Database, objects: Objects, buckets: Buckets, marked: Marked) -> dict[str, int]:
    """Remove the objects; return how many versions of how many kinds. Raises StorageUnavailable: tried again."""
    held = await bijlagen.objects_of(database.pool, marked.hulpvraag, marked.dossiernummer)
    places = {buckets.uploads: held.uploads, buckets.bijlagen: held.bijlagen, buckets.brieven: held.brieven}
    names = {buckets.uploads: "s3_uploads", buckets.bijlagen: "s3_bijlagen", buckets.brieven: "s3_brieven"}
    return {names[bucket]: sum([await objects.erase(bucket, prefix) for prefix in keys]) for bucket, keys in places.items()}
