"""Looking: the list, one hulpvraag, its history. Each look is logged."""

from datetime import date
from itertools import pairwise
from typing import Annotated

import asyncpg
from fastapi import APIRouter, Path, Query, Response
from pydantic import Field

from shared import clock
from shared.auth import CurrentActor
from workflow.access import reach
from workflow.api.ports import UsedPorts, etag
from workflow.api.shapes import Bladzijde, Brief, Historie, HulpvraagDetail, Mailing, Regel, Stap, Wijziging, Words
from workflow.domain.aandacht import aandachtspunten
from workflow.domain.hulpvraag import display_name
from workflow.domain.inhoud import changed
from workflow.domain.ruleset import AANVRAGER, Gebeurtenis
from workflow.store import besluit as besluit_store
from workflow.store import hulpvraag as store
from workflow.store import inzending, lijst
from workflow.usecases.change import step
from workflow.usecases.dossier import Dossier, opened
from workflow.usecases.record import AUTOMATISCH

router = APIRouter(tags=["hulpvragen"])
Dossiernummer = Annotated[int, Path(gt=0, lt=2**63)]
Nummer = Annotated[int, Field(gt=0, lt=2**63)]


@router.get("/hulpvragen")
async def hulpvragen(
    actor: CurrentActor,
    ports: UsedPorts,
    zoek: Annotated[Words, Query(description="naam, dossiernummer, titel, status of school")] = "",
    status: Words | None = None,
    aanvraagtype: Words | None = None,
    afgerond: Annotated[bool | None, Query(description="alleen hulpvragen met, of zonder, een eindstatus")] = None,
    label: Words | None = None,
    coordinator: Words | None = None,
    school: Annotated[str | None, Query(pattern=r"^\d{2}[A-Z]{2}\d{2}$", description="BRIN en vestiging")] = None,
    ingediend_vanaf: Annotated[date | None, Query(alias="ingediendVanaf")] = None,
    ingediend_tot: Annotated[date | None, Query(alias="ingediendTot", description="tot en met deze dag")] = None,
    deadline_tot: Annotated[date | None, Query(alias="deadlineTot", description="termijn loopt af tot en met deze dag")] = None,
    ongesorteerd: Annotated[bool | None, Query(description="met een onbekende titel, nog te sorteren")] = None,
    nummer: Annotated[list[Nummer] | None, Query(max_length=100, description="alleen deze dossiernummers")] = None,
    pagina: Annotated[str | None, Query(pattern=r"^v\d{1,18}$", description="`volgende` van de vorige bladzijde")] = None,
    aantal: Annotated[int, Query(ge=1, le=100)] = 25,
) -> Bladzijde:
    """A page of what this actor may see, newest first."""
    bereik = reach(actor, ports.rulesets.current(actor.swv))
    voor = int(pagina[1:]) if pagina else None
    vraag = lijst.Vraag(
        zoek=zoek,
        status=status,
        aanvraagtype=aanvraagtype,
        einde=afgerond,
        ongesorteerd=ongesorteerd,
        label=label,
        coordinator=coordinator,
        school=school,
        vanaf=ingediend_vanaf,
        tot=ingediend_tot,
        deadline_tot=deadline_tot,
        nummers=tuple(nummer) if nummer else None,
        voor=voor,
        aantal=aantal,
    )
    async with ports.database.transaction() as tx:
        rows = await lijst.page(tx, bereik, vraag)
        shown = [Regel.model_validate(dict(row)) for row in rows[:aantal]]
        numbers = [regel.dossiernummer for regel in shown]
        tx.audit("hulpvragen.doorzocht", subject=actor.organisatie, actor=actor.sub, dossiernummers=numbers)
    return Bladzijde(hulpvragen=shown, volgende=f"v{numbers[-1]}" if len(rows) > aantal else None)


@router.get("/hulpvragen/{dossiernummer}")
async def hulpvraag(actor: CurrentActor, ports: UsedPorts, dossiernummer: Dossiernummer, response: Response) -> HulpvraagDetail:
    """One hulpvraag, its version as ETag, and the steps this actor may take now."""
    async with ports.database.transaction() as tx:
        dossier = await opened(tx, ports.rulesets, actor, dossiernummer, lock=False)
        latest = await store.latest(tx, dossier.hulpvraag)
        brieven = [Brief.model_validate(dict(row)) for row in await besluit_store.letters(tx, dossier.id)]
        names = list((await store.bijlagen(tx, dossier.id)).values())
        tx.audit("hulpvraag.bekeken", subject=dossier.id, actor=actor.sub, dossiernummer=dossiernummer)
    response.headers["ETag"] = etag(dossier.hulpvraag.versie)
    return _detail(dossier, dict(latest), brieven, names)


@router.get("/hulpvragen/{dossiernummer}/statushistorie")
async def statushistorie(actor: CurrentActor, ports: UsedPorts, dossiernummer: Dossiernummer) -> Historie:
    """Every change, oldest first. Mails to roles of the SWV are shown to the SWV only."""
    async with ports.database.transaction() as tx:
        dossier = await opened(tx, ports.rulesets, actor, dossiernummer, lock=False)
        rows = await store.history(tx, dossier.whole().id)
        # each content but the first came with one row: usecases.lvs.take_change
        versions = await inzending.contents(tx, dossier.id) if any(map(_by_school, rows)) else []
        tx.audit("hulpvraag.historie_bekeken", subject=dossier.id, actor=actor.sub, dossiernummer=dossiernummer)
    changes = (changed(before, after) for before, after in pairwise(versions))
    wijzigingen = []
    for row in rows:
        given = dict(row)
        unknown = set(given.pop("zonder_adres"))
        mails = [
            Mailing(**mail, gepland=mail["doelgroep"] not in unknown)
            for mail in given.pop("mails")
            if dossier.toegang.intern or mail["doelgroep"] == AANVRAGER
        ]
        wijziging, rol = given.pop("id"), given.pop("rol")
        velden = next(changes, []) if _by_school(row) else []
        wijzigingen.append(Wijziging(**given, wijziging=wijziging, door=rol or AUTOMATISCH, velden=velden, mails=mails))
    return Historie(dossiernummer=dossiernummer, wijzigingen=wijzigingen)


def _by_school(row: asyncpg.Record) -> bool:
    return bool(row["aanleiding"] == Gebeurtenis.GEWIJZIGD)


def _detail(dossier: Dossier, latest: dict[str, object], brieven: list[Brief], names: list[str]) -> HulpvraagDetail:
    now, data, ruleset = dossier.hulpvraag, dossier.hulpvraag.ingediend, dossier.regels.ruleset
    status = dossier.verloop.statussen.get(now.status or "") if dossier.verloop else None
    besluit = dossier.verloop.type.besluit if dossier.verloop else None
    sorts = now.aanvraagtype is None and not dossier.toegang.rollen.isdisjoint(ruleset.onbekende_titel.sorteren)
    decides = besluit is not None and now.status in besluit.statussen and not dossier.toegang.rollen.isdisjoint(besluit.rollen)
    limited = dossier.toegang.beperkt
    works = dossier.verloop is not None and not now.einde and not limited
    warnings = aandachtspunten(dossier.verloop.type, names, today=clock.today()) if works and dossier.verloop else []
    return HulpvraagDetail.model_validate(
        {
            **latest,
            "dossiernummer": now.dossiernummer,
            "hulpvraag": now.id,
            "dossier": data.dossier,
            "swv": now.swv,
            "titel": data.aanvraagtype,
            "aanvraagtype": now.aanvraagtype,
            "niveau": data.niveau,
            "naam": display_name(data),
            "leerling": data.leerling,
            "groep": data.groep,
            "school": data.school,
            "contactpersoon": data.contactpersoon,
            "omschrijving": "" if limited else data.omschrijving,
            "toelichting": "" if limited else latest["toelichting"],
            "opp": None if limited else data.opp,
            "kanaal": data.kanaal,
            "status": now.status,
            "betekenis": status.betekenis if status else "",
            "einde": now.einde,
            "wacht_op": status.wacht_op if status else None,
            "gevraagde_actie": status.gevraagde_actie if status else None,
            "versie": now.versie,
            "ingediend_op": data.ingediend_op,
            "gewijzigd_op": now.gewijzigd_op,
            "formulieren": list(status.plaatst) if status else [],
            "brieven": [] if limited else brieven,
            "volgende_stappen": [Stap.model_validate(step(stap)) for stap in dossier.stappen],
            "besluitsoort": besluit.soort if besluit else None,
            "mag_besluiten": decides,
            "mag_sorteren": sorts,
            "mag_bijlagen_toevoegen": dossier.toegang.may("bijlage-toevoegen"),
            "mag_labelen": dossier.labels_it,
            "mag_coordinator_kiezen": dossier.assigns,
            "mag_delen": dossier.shares_it,
            "mag_overdragen": not dossier.toegang.rollen.isdisjoint(ruleset.overdragers),
            "mag_logboek": dossier.answers_for_it,
            "mag_oso_downloaden": dossier.toegang.may("oso-dossier-downloaden"),
            "mag_inzage_maken": dossier.toegang.may("inzage-maken"),
            "toegang_tot_en_met": clock.last_day(dossier.toegang.tot) if dossier.toegang.tot else None,
            "deadline": now.deadline,
            "coordinator": now.coordinator,
            "labels": list(now.labels),
            "aandachtspunten": warnings,
            "beperkt": limited,
            "lijkt_op": dossier.regels.nearest(data.niveau, data.aanvraagtype) if sorts else [],
        }
    )
