"""The figures of documents, beside those of every service."""

from prometheus_client import Counter, Gauge, Histogram

JUDGED = Counter("schakel_documents_judged_total", "Bijlagen judged", ["outcome"])
WAITING = Gauge("schakel_documents_waiting", "Bijlagen to be scanned, letters to be made", ["work"])
OLDEST = Gauge("schakel_documents_oldest_seconds", "How long the oldest of these waits", ["work"])
TYPESETTING = Histogram(
    "schakel_documents_typesetting_seconds", "Time to make one PDF", buckets=(0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1)
)
ORPHANS = Counter("schakel_documents_orphans_total", "Objects without a row that were removed", ["bucket"])
MISSING = Gauge(
    "schakel_documents_missing_objects", "Bijlagen whose object is gone or has another size: restore from a backup", ["bucket"]
)
