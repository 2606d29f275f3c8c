"""The figures every service shows on ``/metrics`` (Prometheus). Labels are names of ours, never of people."""

from prometheus_client import Counter, Gauge, Histogram

MESSAGES = Counter("schakel_messages_total", "Messages handled", ["queue", "outcome"])
HANDLING = Histogram(
    "schakel_handling_seconds",
    "From delivery to acknowledgement",
    ["queue"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 30),
)
OUTBOX_SENT = Counter("schakel_outbox_sent_total", "Outbox rows confirmed by the broker")
OUTBOX_WAITING = Gauge("schakel_outbox_waiting", "Outbox rows not yet confirmed")
OUTBOX_AGE = Gauge("schakel_outbox_oldest_seconds", "Age of the oldest outbox row not yet confirmed")
DEAD_LETTERS = Gauge("schakel_dead_letters_open", "Dead letters that wait for a decision")
PAUSED = Gauge("schakel_consumer_paused", "1 while messages are held because the database is away")
WORKER_FAILURES = Counter("schakel_worker_failures_total", "Steps of a worker that failed", ["worker"])
