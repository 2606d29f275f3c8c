"""The figures of intake on ``/metrics``, by connector: names of systems, never of people."""

from prometheus_client import Counter, Gauge, Histogram

RECEIVED = Counter("schakel_intake_received_total", "Messages of connectors stored", ["connector"])
REPEATED = Counter("schakel_intake_repeated_total", "Messages of connectors that came before", ["connector"])
PROCESSED = Counter("schakel_intake_processed_total", "Messages of connectors processed", ["connector"])
WRONG_CODES = Counter("schakel_intake_wrong_codes_total", "Verification codes of connectors that open nothing", ["connector"])
HELD_BACK = Counter(
    "schakel_intake_held_back_seconds_total", "Time that reading waited for the rate of a connector", ["connector"]
)
WAITING = Gauge("schakel_intake_waiting", "Messages stored but not yet processed", ["connector"])
WAITING_AGE = Gauge("schakel_intake_oldest_waiting_seconds", "Age of the oldest of them", ["connector"])
FAILING = Gauge("schakel_intake_failing", "Messages whose processing failed and is tried again", ["connector"])
SENT = Counter("schakel_intake_sent_total", "Messages to connectors confirmed by the broker", ["connector"])
SENDING = Histogram(
    "schakel_intake_sending_seconds",
    "From a message to a connector being written to its confirm",
    ["connector"],
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.15, 0.25, 0.5, 1, 5, 60, 3600),
)
UNSENT = Gauge("schakel_intake_unsent", "Messages to a connector that are not in its queue yet", ["connector"])
UNSENT_AGE = Gauge("schakel_intake_oldest_unsent_seconds", "Age of the oldest of them", ["connector"])
OSO_WAITING = Gauge("schakel_intake_oso_waiting", "OSO dossiers that documents has and that were not read yet")
OSO_WAITING_AGE = Gauge("schakel_intake_oldest_oso_waiting_seconds", "Age of the oldest of them")
UNREAD = Gauge("schakel_intake_unread", "Messages in a connector's queue that it did not read yet", ["connector"])
NOTIFICATIES = Gauge(
    "schakel_intake_notificaties_open",
    "Dossiers of OSO-SWV that are announced or here and not yet a hulpvraag or refused",
    ["staat"],
)
NOTIFICATIES_AGE = Gauge("schakel_intake_notificaties_oldest_seconds", "Age of the oldest of them", ["staat"])
