"""What a school had better not send, or send otherwise: warnings that go with the answer and never refuse.

>>> list(warnings(opgave.omschrijving, opgave.leerling, opgave.contactpersoon))
[Fault(field="contactpersoon.telefoon", rule="mobiel-nummer", …)]

No sentence repeats what was sent.
"""

from collections.abc import Iterable, Iterator

from intake.domain.persoonsnaam import has_voorvoegsel, is_named_in
from shared.contracts.connector import ContactpersoonOpgave, LeerlingOpgave
from shared.contracts.velden import is_mobiel
from shared.errors import Fault
from shared.text import says_nothing


def warnings(omschrijving: str, leerling: LeerlingOpgave | None, contactpersoon: ContactpersoonOpgave) -> Iterator[Fault]:
    """Judge what was typed."""
    if is_mobiel(contactpersoon.telefoon):
        message = "Dit lijkt een mobiel nummer. Geef het nummer van de school: wie de hulpvraag ziet, ziet ook dit nummer."
        yield Fault(field="contactpersoon.telefoon", rule="mobiel-nummer", message=message)
    if leerling is None:
        return
    if is_named_in(leerling, omschrijving):
        message = "Hier lijkt de naam van de leerling te staan. Die is in de omschrijving niet nodig."
        yield Fault(field="omschrijving", rule="leerlingnaam-in-omschrijving", message=message)
    if not leerling.voorvoegsel and has_voorvoegsel(leerling.achternaam):
        message = "De achternaam lijkt met een tussenvoegsel te beginnen. Zet dat in het veld voor het tussenvoegsel."
        yield Fault(field="leerling.achternaam", rule="tussenvoegsel-apart", message=message)


def file_warnings(namen: Iterable[str]) -> Iterator[Fault]:
    """Judge the names of files for which there is a place, in their order."""
    for place, naam in enumerate(namen):
        if says_nothing(naam):
            message = "Deze naam zegt niet wat in het bestand staat. Geef het een naam als OPP-ondertekening.pdf."
            yield Fault(field=f"uploadslots.{place}.naam", rule="naam-zegt-niets", message=message)
