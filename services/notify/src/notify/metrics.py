"""The figures of notify on ``/metrics``, beside those of the chassis."""

from prometheus_client import Counter, Gauge, Histogram

MAILS = Counter("schakel_mails_total", "Mails that came into this state", ["staat"])
HANDED_OVER = Histogram(
    "schakel_mail_handed_over_seconds",
    "From planned to taken over by the mail server",
    buckets=(0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5, 30, 300, 3600, 86400),
)
DUE = Gauge("schakel_mails_due", "Mails that could go now")
DUE_AGE = Gauge("schakel_mails_due_oldest_seconds", "How long the first of them waits")
AWAY = Gauge("schakel_mail_server_away", "1 while the mail server cannot be used and all mails wait")
