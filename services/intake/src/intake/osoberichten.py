"""The messages of OSO-SWV that Schakel reads and writes, in the envelope of 2018 and of 2020 (domain.md §1.2, §1.8).

==============================  =======================  ==================================================================
message                         from → to                known from
==============================  =======================  ==================================================================
notificatieRequest              LAS → Schakel            Kennisnet's pages of 2018 and 2022, with an example each
documentRequest                 Schakel → LAS            its fields; **the form of its answer is not public: ours**
meldenTerugkoppelingRequest     Schakel → Traffic Center its fields; **the name of the address in its answer: ours**
terugkoppelingRequest           Schakel → LAS            its fields; **what it tells of a hulpvraag: ours** (``EIGEN``)
==============================  =======================  ==================================================================

2018 has ``bronAanleverpuntIndex`` and ``doelAanleverpuntIndex`` where 2020 has a routeringskenmerk, and ``PaO`` where 2020 has
``SWV``. In a terugkoppeling ``bron`` is the system of the SWV and ``doel`` the LAS: the direction of the message, not of the
dossier.

>>> lees_notificatie(data)
Notificatie(versie='20200910', bron_brin='99XA', …)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from intake import soap
from intake.domain.notificatie import Notificatie, Versie
from intake.domain.routering import Kenmerk, is_brin
from intake.soap import Element, Malformed, SoapFault
from shared.errors import Fault, InvalidInput

NAMESPACE = "http://xml.kennisnet.nl/schemas/Overstapservice/"
VERSIES: tuple[Versie, ...] = ("20180404", "20200910")
DOSSIER = "http://www.edustandaard.nl/oso_gegevensset/"
EIGEN = "urn:nl:passend-onderwijs:oso:1"
"""What no public document names: the form that a school fills in for a hulpvraag, and what we tell of it."""
_FIELDS: dict[Versie, tuple[str, str]] = {
    "20180404": ("bronAanleverpuntIndex", "doelAanleverpuntIndex"),
    "20200910": ("bronRouteringsKenmerk", "doelRouteringsKenmerk"),
}
_DOEL: dict[Versie, str] = {"20180404": "PaO", "20200910": "SWV"}
FORMULIER = (
    "samenwerkingsverband",
    "aanvraagtype",
    "datum",
    "omschrijving",
    "contactpersoon",
    "email",
    "telefoon",
    "functie",
    "eigenReferentie",
)
"""The form of a hulpvraag in the school's own system (manual 000:104-121), as far as an OSO dossier has no place for it."""


@dataclass(frozen=True, slots=True)
class Document:
    """A dossier as the LAS gave it. ``school``: six positions, as the dossier says; ``formulier``: by name, may be empty."""

    dossier: bytes
    school: str
    formulier: dict[str, str]


def lees_notificatie(data: bytes) -> Notificatie:
    """Read a notificatieRequest. Raises InvalidInput with every fault of its form."""
    found = soap.body(soap.parse(data))
    versie = None if isinstance(found, SoapFault) else _versie(found, "notificatieRequest")
    if versie is None or isinstance(found, SoapFault):
        text = f"Wij verwachten hier een notificatieRequest in de namespace {NAMESPACE}{VERSIES[1]} of {NAMESPACE}{VERSIES[0]}."
        raise Malformed("onbekend-bericht", text)
    given = found.fields()
    bron, doel = _FIELDS[versie]
    needed = ("bronBrin", bron, "doelBrin", doel, "koppelsleutel", *(("doel",) if versie == "20200910" else ()))
    faults = [Fault(field=name, rule="verplicht", message="Dit veld is verplicht.") for name in needed if not given.get(name)]
    if given.get("doel") and given["doel"] != _DOEL[versie]:
        message = (
            f"Het doel is {given['doel'][:20]}. Wij ontvangen alleen dossiers voor een samenwerkingsverband: {_DOEL[versie]}."
        )
        faults.append(Fault(field="doel", rule="ander-doel", message=message))
    sleutel = _uuid(given.get("koppelsleutel", ""))
    if sleutel is None and given.get("koppelsleutel"):
        faults.append(Fault(field="koppelsleutel", rule="vorm", message="De koppelsleutel is geen GUID."))
    if faults or sleutel is None:
        raise InvalidInput(faults)
    kenmerken = [_kenmerk(versie, given[f"{who}Brin"], given[name]) for who, name in (("bron", bron), ("doel", doel))]
    return Notificatie(versie, given["bronBrin"][:20], kenmerken[0], given["doelBrin"][:20], kenmerken[1], sleutel)


def notificatie(melding: Notificatie) -> bytes:
    """Write one, as a LAS does."""
    return _request("notificatieRequest", melding)


def ontvangen(versie: Versie) -> bytes:
    """Write the answer to a notificatie that is stored."""
    return soap.message(f"{{{NAMESPACE}{versie}}}notificatieResponse", {"resultaat": "NotificatieOntvangen"})


def vraag_document(melding: Notificatie) -> bytes:
    """Ask for the dossier."""
    return _request("documentRequest", melding)


def meld_terugkoppeling(melding: Notificatie) -> bytes:
    """Tell the Traffic Center that a terugkoppeling goes to the LAS, and ask where."""
    return _request("meldenTerugkoppelingRequest", melding, back=True)


def terugkoppeling(melding: Notificatie, inhoud: Mapping[str, str]) -> bytes:
    """Tell the LAS what became of it; ``inhoud`` by name, in our own namespace."""
    return _request("terugkoppelingRequest", melding, soap.element(f"{{{EIGEN}}}terugkoppeling", inhoud), back=True)


def lees_document(data: bytes) -> Document | SoapFault:
    """Read the answer to a documentRequest. Raises Malformed when it is neither a dossier nor a fault."""
    found = soap.body(soap.parse(data))
    if isinstance(found, SoapFault):
        return found
    dossiers = [child for child in found.children if child.name.startswith(f"{{{DOSSIER}") and child.local == "dossier"]
    if len(dossiers) != 1:
        raise Malformed("geen-dossier", "In het antwoord staat niet precies één OSO-dossier.")
    dossier = dossiers[0]
    school = dossier.find(dossier.name.removesuffix("dossier") + "huidigeschool")
    at = school.texts("brincode", "vestigingscode") if school else []
    form = found.find(f"{{{EIGEN}}}hulpvraag")
    given = form.fields() if form else {}
    return Document(dossier.cut(data), "".join(at), {name: given[name][:4000] for name in FORMULIER if given.get(name)})


def lees_adres(data: bytes) -> str | SoapFault:
    """Read where a terugkoppeling must go. Raises Malformed."""
    found = soap.body(soap.parse(data))
    if isinstance(found, SoapFault):
        return found
    adres = found.fields().get("url")
    if not adres:
        raise Malformed("geen-adres", "In het antwoord van het Traffic Center staat geen url.")
    return adres


def lees_bevestiging(data: bytes) -> SoapFault | None:
    """Read the answer to a terugkoppeling: none of it matters but a fault. Raises Malformed."""
    found = soap.body(soap.parse(data))
    return found if isinstance(found, SoapFault) else None


def adressering(melding: Notificatie, *, back: bool) -> dict[str, str]:
    """Return from where to where, as fields of a message; ``back``: it goes from the SWV to the LAS."""
    ends = [(melding.bron_brin, melding.bron_kenmerk), (melding.doel_brin, melding.doel_kenmerk)]
    fields: dict[str, str] = {}
    for who, field, (brin, kenmerk) in zip(
        ("bron", "doel"), _FIELDS[melding.versie], ends[::-1] if back else ends, strict=True
    ):
        fields[f"{who}Brin"] = brin
        fields[field] = kenmerk if melding.versie == "20200910" else str(int(kenmerk[-5:]))
    return fields


def _request(name: str, melding: Notificatie, inside: str = "", *, back: bool = False) -> bytes:
    more = {"koppelsleutel": str(melding.koppelsleutel).upper(), "doel": _DOEL[melding.versie]}
    return soap.message(f"{{{NAMESPACE}{melding.versie}}}{name}", {**adressering(melding, back=back), **more}, inside)


def _versie(found: Element, name: str) -> Versie | None:
    tags = {f"{{{NAMESPACE}{versie}}}{name}": versie for versie in VERSIES}
    return tags.get(found.name)


def _kenmerk(versie: Versie, brin: str, given: str) -> str:
    """Return the routeringskenmerk; of an index of 2018 the one it stands for, or what was given when it stands for none."""
    if versie == "20200910":
        return given[:40]
    is_index = given.isascii() and given.isdecimal() and len(given) <= 5
    return str(Kenmerk(brin, int(given))) if is_index and is_brin(brin) else given[:40]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) == 36 else None
    except ValueError:
        return None
