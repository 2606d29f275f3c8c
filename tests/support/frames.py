"""See on the wire which AMQP methods clients send, whatever library they use.

>>> with Recorder("127.0.0.1", rabbitmq.port) as wire: ...  connect to wire.port ...
>>> assert not wire.sent[NACK]
"""

from collections import Counter

from schakel_local.network import Proxy

ACK, REJECT, NACK = (60, 80), (60, 90), (60, 120)
"""Class and method of AMQP 0-9-1, section 1.8 of its reference; nack is RabbitMQ's own."""

_GREETING = 8  # "AMQP" and a version, before the first frame
_HEADER = 7  # type, channel, size of the payload; one byte ends the frame
_METHOD = 1


class Recorder(Proxy):
    """A proxy to a broker that counts the methods in ``sent``, and passes everything on."""

    def __init__(self, target_host: str, target_port: int) -> None:
        super().__init__(target_host, target_port)
        self.sent: Counter[tuple[int, int]] = Counter()

    def _inspect(self, data: bytes, tail: bytearray) -> None:
        tail += data
        if tail.startswith(b"AMQP"):
            del tail[:_GREETING]
        while len(tail) > _HEADER and len(tail) > (end := _HEADER + int.from_bytes(tail[3:_HEADER])):
            if tail[0] == _METHOD:
                self.sent[int.from_bytes(tail[7:9]), int.from_bytes(tail[9:11])] += 1
            del tail[: end + 1]
