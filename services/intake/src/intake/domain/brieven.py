"""Which letters a connector may fetch: those of its own hulpvragen, within its mandate of today."""

from collections.abc import Iterator

from intake.domain.aanduiding import known_faults
from intake.domain.facts import Facts
from shared.contracts.connector import BriefOphalen
from shared.errors import Fault


def letter_faults(command: BriefOphalen, facts: Facts) -> Iterator[Fault]:
    """Judge whether the sender may ask; whether there is such a letter is for documents to say."""
    hulpvraag = facts.hulpvragen.get(command.dossiernummer)
    if hulpvraag is None or hulpvraag.verwijderd:
        yield no_such_letter()
    else:
        yield from known_faults("dossiernummer", hulpvraag, facts)


def no_such_letter() -> Fault:
    """Refuse a letter that is not there, or not the asker's: the same, so that nobody learns which."""
    message = "Onder dit dossiernummer staat geen brief met dit controlegetal (sha256) voor u klaar."
    return Fault(field="dossiernummer", rule="brief-onbekend", message=message)
