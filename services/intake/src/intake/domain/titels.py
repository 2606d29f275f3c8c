"""Under which title something may be asked of an SWV, and what becomes of any other (manuals 000:252, 002:78, 003:496).

>>> list(title_faults(regels, "TLV SBOO", "leerling", "LVS", leerling))
[Fault(field="aanvraagtype", rule="onbekend-aanvraagtype", message="… Bedoelt u ‘TLV SBO’ of ‘TLV SO’? …")]
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

from intake.domain.persoonsnaam import names_of, words
from shared.contracts.common import Niveau
from shared.contracts.connector import LeerlingOpgave
from shared.contracts.workflow import VereisteBijlage
from shared.errors import Fault

Kanaal = Literal["LVS", "direct"]
FIELD = "aanvraagtype"


@dataclass(frozen=True, slots=True)
class Titelregels:
    """What an SWV's rules say of titles: ``titels`` maps level and exact title to LVS, direct or beide.

    ``bijlagen`` are those that must come along from an LVS, by level and exact title.
    """

    swv: str
    weigeren: bool
    zonder_leerlingnaam: bool
    titels: Mapping[tuple[str, str], str]
    bijlagen: Mapping[tuple[str, str], tuple[VereisteBijlage, ...]] = field(default_factory=dict)


def title_faults(
    regels: Titelregels | None, titel: str, niveau: Niveau, kanaal: Kanaal, leerling: LeerlingOpgave | None
) -> Iterator[Fault]:
    """Judge a title. Where an SWV's rules are not known yet, any will do: a person sorts it."""
    if regels is None:
        return
    way = regels.titels.get((niveau, titel)) or next((way for (_, known), way in regels.titels.items() if known == titel), None)
    if way is None:
        yield from _unknown(regels, titel, niveau, kanaal, leerling)
    elif way == "direct" and kanaal == "LVS":
        message = f"‘{titel}’ kan niet vanuit het leerlingvolgsysteem. Dien deze aanvraag rechtstreeks in het portaal in."
        yield Fault(field=FIELD, rule="alleen-rechtstreeks", message=message)
    elif way == "LVS" and kanaal == "direct":
        message = f"‘{titel}’ kan alleen vanuit het leerlingvolgsysteem worden ingediend."
        yield Fault(field=FIELD, rule="alleen-lvs", message=message)
    elif (niveau, titel) not in regels.titels:
        levels = " of ".join(sorted({level for level, known in regels.titels if known == titel}))
        yield Fault(field=FIELD, rule="ander-niveau", message=f"‘{titel}’ is er alleen voor niveau {levels}.")


def _unknown(
    regels: Titelregels, titel: str, niveau: Niveau, kanaal: Kanaal, leerling: LeerlingOpgave | None
) -> Iterator[Fault]:
    if regels.weigeren:
        other = "direct" if kanaal == "LVS" else "LVS"
        offered = {known.casefold(): known for (level, known), way in regels.titels.items() if level == niveau and way != other}
        near = [offered[found] for found in get_close_matches(titel.casefold(), offered, n=3, cutoff=0.3)]
        hint = f" Bedoelt u {' of '.join(f'‘{one}’' for one in near)}?" if near else ""
        message = f"Dit aanvraagtype kent {regels.swv} niet.{hint} Neem de titel letterlijk over."
        yield Fault(field=FIELD, rule="onbekend-aanvraagtype", message=message)
    elif regels.zonder_leerlingnaam and leerling is not None and names_of(leerling) & words(titel):
        message = "Zet de naam van de leerling niet in de titel."
        yield Fault(field=FIELD, rule="leerlingnaam-in-titel", message=message)
