"""The sentences of the mail to who takes over from somebody. It counts, and names no pupil and no dossiernummer.

>>> lines(OverdrachtContent(soort="school", hulpvragen=1, kringen=0, toegangen=0))
['U bent nu contactpersoon van 1 open hulpvraag.']
"""

from notify.domain.content import OverdrachtContent

TEMPLATE = "overdracht"
SUBJECT = "U neemt het werk van een collega over in Schakel"


def lines(content: OverdrachtContent) -> list[str]:
    """What came to them, one sentence each."""
    role = "U bent nu contactpersoon van" if content.soort == "school" else "U bent nu coördinator van"
    told = [
        (content.hulpvragen, f"{role} {_counted(content.hulpvragen, 'open hulpvraag', 'open hulpvragen')}."),
        (content.kringen, f"U bent nu coördinator van {_counted(content.kringen, 'scholenkring', 'scholenkringen')}."),
        (content.overlegrondes, f"U leidt nu {_counted(content.overlegrondes, 'overlegronde', 'overlegrondes')}."),
        (content.toegangen, f"U kunt nu meekijken met {_counted(content.toegangen, 'hulpvraag', 'hulpvragen')}."),
    ]
    return [sentence for count, sentence in told if count] or ["De mails die uw collega kreeg, krijgt u nu."]


def _counted(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"
