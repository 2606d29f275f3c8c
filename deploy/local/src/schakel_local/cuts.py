"""Where in a stream of bytes a connection is cut: after so many of them, or where a pattern passes.

Use: ``Cut(pattern=b"COMMIT").rest(data, tail)``, see network.py.
"""


class CutError(Exception):
    """This connection ends here; ``rest`` may still go to the server."""

    def __init__(self, rest: bytes) -> None:
        super().__init__("cut")
        self.rest = rest


class Cut:
    """When to cut: after so many bytes, or at a pattern."""

    def __init__(self, *, after: int = 0, pattern: bytes = b"", forward: bool = True, times: int = 1) -> None:
        self.times = times
        self._left = after
        self._pattern = pattern
        self._forward = forward

    def rest(self, data: bytes, tail: bytearray) -> bytes | None:
        """Give what of ``data`` still goes to the server when the connection is cut in it; None when it is not."""
        if not self._pattern:
            self._left -= len(data)
            if self._left > 0:
                return None
            self.times -= 1
            return data[: len(data) + self._left]
        before = len(tail)
        tail += data
        found = tail.find(self._pattern)
        if found < 0:
            del tail[: max(0, len(tail) - len(self._pattern) + 1)]
            return None
        self.times -= 1
        # The whole piece, not only up to the pattern: a message that ends just behind it must reach the server complete.
        return bytes(tail[before:]) if self._forward else b""
