"""What the gateway asks of the other services is what they offer: routes, bodies and answers, field by field.

Read from the services' own OpenAPI documents, so that a change on either side shows here and not on a page. It cannot see what
a field means, nor which errors come when; the tests in ``tests/integration/gateway`` can.
"""

from typing import Any

import pytest
from pydantic import BaseModel

from gateway.models import (
    aanvraagtypen,
    beheer,
    bijlagen,
    cijfers,
    hulpvragen,
    indienen,
    koppelingen,
    leerlingen,
    logboek,
    mails,
    organisaties,
    osodossiers,
    overdrachten,
    overleg,
    registraties,
    rondom,
    toegang,
    verhuizingen,
)
from support.apart import services


@pytest.fixture(scope="module")
def documents_of() -> dict[str, dict[str, Any]]:
    return {name: service.http.openapi() for name, service in services().items()}


ASKED: list[tuple[str, str, str, type[BaseModel] | None, type[BaseModel] | None]] = [
    ("workflow", "get", "/hulpvragen", None, hulpvragen.HulpvragenPagina),
    ("workflow", "get", "/hulpvragen", None, hulpvragen.HulpvragenPagina),  # which of these numbers may be seen
    ("workflow", "get", "/hulpvragen/{dossiernummer}", None, hulpvragen.Hulpvraag),
    ("workflow", "get", "/hulpvragen/{dossiernummer}/statushistorie", None, hulpvragen.Statushistorie),
    ("workflow", "post", "/hulpvragen/{dossiernummer}/statuswijzigingen", hulpvragen.StatuswijzigingOpgave, None),
    ("workflow", "put", "/hulpvragen/{dossiernummer}/aanvraagtype", hulpvragen.AanvraagtypeKeuze, None),
    ("workflow", "get", "/hulpvragen/{dossiernummer}/besluiten", None, hulpvragen.Besluiten),
    ("workflow", "post", "/hulpvragen/{dossiernummer}/besluiten", hulpvragen.BesluitOpgave, None),
    ("workflow", "post", "/hulpvragen/{dossiernummer}/besluiten/{besluit_id}/versies", hulpvragen.BesluitOpgave, None),
    ("workflow", "get", "/aanvraagtypes", None, aanvraagtypen.Aanvraagtypen),
    ("workflow", "put", "/hulpvragen/{dossiernummer}/labels", rondom.LabelsOpgave, rondom.Labels),
    ("workflow", "put", "/hulpvragen/{dossiernummer}/coordinator", rondom.CoordinatorOpgave, rondom.Coordinator),
    ("workflow", "get", "/hulpvragen/{dossiernummer}/notities", None, rondom.Notities),
    ("workflow", "post", "/hulpvragen/{dossiernummer}/notities", rondom.NotitieOpgave, rondom.Notitie),
    ("workflow", "put", "/hulpvragen/{dossiernummer}/notities/{notitie_id}", rondom.NotitieOpgave, None),
    ("workflow", "delete", "/hulpvragen/{dossiernummer}/notities/{notitie_id}", None, None),
    ("workflow", "get", "/hulpvragen/{dossiernummer}/termijnen", None, rondom.HulpvraagTermijnen),
    ("workflow", "get", "/gedeeld", None, toegang.Gedeeld),
    ("workflow", "get", "/hulpvragen/{dossiernummer}/toegang", None, toegang.Toegangen),
    ("workflow", "post", "/hulpvragen/{dossiernummer}/toegang", None, None),
    ("workflow", "delete", "/hulpvragen/{dossiernummer}/toegang/{toegang_id}", None, None),
    ("workflow", "get", "/hulpvragen/{dossiernummer}/overlegrondes", None, overleg.Overlegrondes),
    ("workflow", "post", "/hulpvragen/{dossiernummer}/overlegrondes", overleg.OverlegrondeOpgave, overleg.Begonnen),
    ("workflow", "get", "/hulpvragen/{dossiernummer}/overlegrondes/{overlegronde}", None, overleg.Overlegronde),
    ("workflow", "put", "/hulpvragen/{dossiernummer}/overlegrondes/{overlegronde}/deadline", overleg.DeadlineOpgave, None),
    ("workflow", "post", "/hulpvragen/{dossiernummer}/overlegrondes/{overlegronde}/sluiting", None, None),
    ("workflow", "post", "/hulpvragen/{dossiernummer}/overlegrondes/{overlegronde}/deelnemers", None, None),
    ("workflow", "delete", "/hulpvragen/{dossiernummer}/overlegrondes/{overlegronde}/deelnemers/{deelnemer}", None, None),
    ("workflow", "put", "/hulpvragen/{dossiernummer}/overlegrondes/{overlegronde}/mails", overleg.MailsOpgave, None),
    (
        "workflow",
        "post",
        "/hulpvragen/{dossiernummer}/overlegrondes/{overlegronde}/reacties",
        overleg.ReactieOpgave,
        overleg.Reactie,
    ),
    ("documents", "post", "/overlegverslagen", None, overleg.Verslag),
    ("workflow", "get", "/overeenkomsten", None, beheer.Overeenkomsten),
    ("workflow", "put", "/overeenkomsten/{bestuur}", beheer.OvereenkomstOpgave, beheer.Overeenkomst),
    ("workflow", "get", "/cijfers", None, cijfers.Cijfers),
    ("workflow", "get", "/hulpvragen/{dossiernummer}/logboek", None, logboek.Logboek),
    ("notify", "get", "/logboek", None, logboek.Logboek),
    ("workflow", "get", "/kringen", None, beheer.Kringen),
    ("workflow", "put", "/kringen/{naam}", beheer.KringOpgave, beheer.Kring),
    ("workflow", "get", "/postbussen", None, beheer.Postbussen),
    ("workflow", "put", "/postbussen/{rol}", beheer.PostbusOpgave, beheer.Postbus),
    ("workflow", "get", "/overdrachten", None, overdrachten.Overdrachten),
    ("workflow", "post", "/overdrachten/voorbeeld", overdrachten.OverdrachtOpgave, overdrachten.Voorbeeld),
    ("workflow", "post", "/overdrachten", overdrachten.NieuweOverdracht, overdrachten.OverdrachtDetail),
    ("workflow", "get", "/overdrachten/{overdracht_id}", None, overdrachten.OverdrachtDetail),
    ("workflow", "post", "/overdrachten/{overdracht_id}/ongedaan", None, overdrachten.OverdrachtDetail),
    ("workflow", "get", "/contactnummers", None, overdrachten.Nummers),
    ("workflow", "put", "/contactnummers", overdrachten.NummerOpgave, overdrachten.Contactnummer),
    ("intake", "post", "/hulpvragen", indienen.HulpvraagOpgave, indienen.Ingediend),
    ("intake", "get", "/scholen", None, indienen.Scholen),
    ("intake", "get", "/dossiers/{dossier}", None, indienen.Dossier),
    ("intake", "get", "/osodossiers", None, osodossiers.OsoDossiers),
    ("documents", "post", "/oso-dossiers/{osodossier}/originelen", None, None),
    ("intake", "get", "/dossiers/{dossier}/wijzigingen", None, leerlingen.Wijzigingen),
    ("intake", "get", "/dossiers/{dossier}/inhouden", None, leerlingen.EerdereInhouden),
    ("intake", "post", "/dossiers/{dossier}/kennisname", leerlingen.Kennisname, None),
    ("intake", "get", "/gelijkenissen", None, leerlingen.Gelijkenissen),
    ("intake", "put", "/gelijkenissen/{gelijkenis}", leerlingen.GelijkenisBeslissing, None),
    ("intake", "get", "/organisaties", None, organisaties.Organisaties),
    ("intake", "post", "/organisaties", organisaties.NieuweOrganisatie, organisaties.Organisatie),
    ("intake", "get", "/organisaties/{code}", None, organisaties.Organisatie),
    ("intake", "put", "/organisaties/{code}", organisaties.OrganisatieOpgave, organisaties.Organisatie),
    ("intake", "get", "/verhuizingen", None, verhuizingen.Verhuizingen),
    ("intake", "post", "/verhuizingen/voorbeeld", verhuizingen.VerhuizingOpgave, verhuizingen.VerhuizingPlan),
    ("intake", "post", "/verhuizingen", verhuizingen.VerhuizingOpgave, verhuizingen.Verhuizing),
    ("intake", "delete", "/verhuizingen/{verhuizing}", None, None),
    ("intake", "get", "/scholen/{school}/verificatiecodes", None, koppelingen.Verificatiecodes),
    ("intake", "post", "/scholen/{school}/verificatiecodes", koppelingen.CodeOpgave, koppelingen.NieuweCode),
    ("intake", "delete", "/scholen/{school}/verificatiecodes/{verificatiecode}", None, None),
    ("workflow", "get", "/scholen/{school}/aantallen", None, verhuizingen.Aantallen),
    ("documents", "get", "/bijlagen", None, bijlagen.Bijlagen),
    ("documents", "post", "/bijlagen", None, bijlagen.BijlagenAangenomen),
    ("notify", "get", "/mails", None, mails.Mails),
    ("notify", "get", "/inzage", None, mails.Mails),
    ("notify", "get", "/voorkeuren", None, mails.Voorkeuren),
    ("notify", "put", "/voorkeuren", mails.VoorkeurenOpgave, mails.Voorkeuren),
    ("bron-export", "get", "/registraties", None, registraties.Registraties),
    ("bron-export", "get", "/registraties/{registratie}", None, registraties.Registratie),
    ("bron-export", "post", "/registraties/{registratie}/verzendingen", None, registraties.Registratie),
    ("bron-export", "patch", "/registraties/{registratie}", registraties.RegistratieCorrectie, registraties.Registratie),
    ("bron-export", "get", "/mandaten/{school}", None, beheer.Mandaat),
    ("bron-export", "put", "/mandaten/{school}", beheer.MandaatOpgave, beheer.Mandaat),
]


@pytest.mark.parametrize(("service", "method", "path", "sent", "read"), ASKED)
def test_a_service_offers_what_the_gateway_asks(
    documents_of: dict[str, dict[str, Any]],
    service: str,
    method: str,
    path: str,
    sent: type[BaseModel] | None,
    read: type[BaseModel] | None,
) -> None:
    document = documents_of[service]
    operation = document["paths"][path][method]
    if sent is not None:
        theirs = _schema(document, operation["requestBody"]["content"])
        ours = sent.model_json_schema(by_alias=True, mode="validation")
        unknown = _fields(ours, ours) - _fields(theirs, document)
        assert not unknown, f"{service} would refuse {sorted(unknown)}"
        assert _required(theirs) <= _required(ours) | _fields(ours, ours)
    if read is not None:
        good = next(code for code in operation["responses"] if code.startswith("2"))
        theirs = _schema(document, operation["responses"][good]["content"])
        ours = read.model_json_schema(by_alias=True, mode="validation")
        missing = _fields(ours, ours, required=True) - _fields(theirs, document)
        assert not missing, f"{service} does not say {sorted(missing)}"


def test_every_question_of_the_gateway_is_on_the_list() -> None:
    """Counted in the source: a new question gets its row above. Without a model: capabilities, slots, links, scanner."""
    import re  # noqa: PLC0415 - beside its one use
    from pathlib import Path  # noqa: PLC0415 - the same

    import gateway.usecases  # noqa: PLC0415 - the same

    folder = Path(gateway.usecases.__path__[0])
    source = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
    assert len(re.findall(r"services\.ask\(", source)) == len(ASKED) + 5


def _schema(document: dict[str, Any], content: dict[str, Any]) -> dict[str, Any]:
    return _resolved(content["application/json"]["schema"], document)


def _resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    if "$ref" in schema:
        _, first, *rest = schema["$ref"].split("/")
        found = document[first]
        for part in rest:
            found = found[part]
        return _resolved(found, document)
    for option in schema.get("anyOf", ()):
        if option.get("type") != "null":
            return _resolved(option, document)
    return schema


def _fields(schema: dict[str, Any], document: dict[str, Any], prefix: str = "", *, required: bool = False) -> set[str]:
    """Every field below a schema, as dotted paths; with ``required`` only those that must be there."""
    schema = _resolved(schema, document)
    if schema.get("type") == "array":
        return _fields(schema["items"], document, prefix, required=required)
    wanted = set(schema.get("required", ())) if required else set(schema.get("properties", ()))
    found = {prefix + name for name in wanted}
    for name in wanted:
        found |= _fields(schema["properties"][name], document, f"{prefix}{name}.", required=required)
    return found


def _required(schema: dict[str, Any]) -> set[str]:
    return set(schema.get("required", ()))
