"""Figures of bron-export on ``/metrics``, beside the chassis's."""

from prometheus_client import Counter, Gauge

ATTEMPTS = Counter("schakel_register_attempts_total", "Exchanges with the register", ["handeling", "uitkomst"])
OPEN = Gauge("schakel_registrations_open", "Registrations the register has not accepted", ["staat"])
OLDEST = Gauge("schakel_registrations_oldest_seconds", "Age of the oldest of these", ["staat"])
