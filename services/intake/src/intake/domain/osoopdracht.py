"""The command that a dossier of OSO-SWV stands for: the pupil from the dossier, the rest from the form that came along.

>>> list(formulier_faults({"aanvraagtype": "TLV", "datum": "2026-11-27", "contactpersoon": "Ina Bedacht"}))
[Fault(field='email', rule='verplicht', message='…')]

Values go in as they came: whether they are right is for ``domain.reading`` and ``domain.rules``, as with any command.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from intake.oso.dossier import OsoDossier
from shared.errors import Fault

NODIG = ("aanvraagtype", "datum", "contactpersoon", "email")
"""What a school must have filled in, by the names of ``osoberichten.FORMULIER``."""
_LEERLING = {"leerlingid", "roepnaam", "voorvoegsel", "achternaam", "geboortedatum"}


def formulier_faults(formulier: Mapping[str, str]) -> Iterator[Fault]:
    """Name every field of the form that is needed and was not filled in."""
    for name in NODIG:
        if not formulier.get(name):
            yield Fault(field=name, rule="verplicht", message="Dit veld is verplicht en is niet ingevuld.")


def opdracht(
    dossier: OsoDossier, formulier: Mapping[str, str], *, swv: str, school: str, eigen_referentie: str
) -> dict[str, Any]:
    """Return a ``HulpvraagIndienen`` as JSON has it, without its ``osoDossier``; ``school`` in six positions.

    ``eigen_referentie`` counts where the form has none of its own.
    """
    pupil = dossier.leerling
    leerling = pupil.model_dump(mode="json", include=_LEERLING) if pupil else {}
    contact = {
        "naam": formulier.get("contactpersoon"),
        **{name: formulier.get(name) for name in ("email", "telefoon", "functie")},
    }
    given = {name: formulier.get(name) for name in ("aanvraagtype", "datum", "omschrijving")}
    return {
        "swv": swv,
        "eigenReferentie": formulier.get("eigenReferentie") or eigen_referentie,
        **_filled(given),
        "school": {"brin": school[:4], "vestiging": school[4:]},
        "leerling": _filled(leerling),
        "contactpersoon": _filled(contact),
    }


def _filled(fields: Mapping[str, str | None]) -> dict[str, str]:
    """Leave out what is not there, so that the rules say that it is missing."""
    return {name: value for name, value in fields.items() if value}
