"""What can go wrong, as far as a caller can do something about it. The sentences are Dutch: a school may see them."""

from collections.abc import Sequence

from schakel_lvs.berichten import Fault


class LvsError(Exception):
    """Anything this package raises; ``str`` is a sentence."""


class Unreachable(LvsError):
    """The broker is away, or does not know this user. Temporary unless the password is wrong."""


class NoAnswer(LvsError):
    """No answer in time. Send the same message again; it has its effect once."""


class OtherContent(LvsError):
    """Under this key something else was kept."""


class Refused(LvsError):
    """Schakel does not take it; ``faults`` say why, each with its field and rule."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("; ".join(fault.message for fault in faults))
        self.faults = tuple(faults)


class UploadFailed(LvsError):
    """The place for a file did not take it: expired, too large, or not what was announced. Ask another place."""


class DownloadFailed(LvsError):
    """A letter could not be fetched, or is not what was announced. Nothing was left under its name."""


class Expired(DownloadFailed):
    """The link is over: ask again."""
