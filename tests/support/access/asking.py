"""How each route of the matrix is asked, so that only access decides: well-formed, and of no consequence where it can be.

>>> answer = await ask(world, cell, target)

What may be done is mostly refused for another reason (an old version, a form that is missing), after access was decided; the
matrix names that status.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID, uuid4

import httpx

from shared import clock, tokens
from support.access.matrix import MACHINE, NOBODY, Cell
from support.access.world import BESLUIT, OPEN, OWN, PLATFORM, ROLELESS, SCHOOL, Target, World
from support.documents import PDF
from support.intake import leerling
from support.portal import COOKIE, opgave
from support.sandbox import WORKFLOW_KEY, token_for

STALE = {"if-match": '"999"'}
KRING = {"coordinator": "Cor Bedacht", "email": "cor@swv.example", "scholen": [SCHOOL]}
WHO = {"naam": "Cor Bedacht", "email": "cor@swv.example"}
MANDATE = {"van": "2020-01-01", "tot": "2031-01-01"}
"""Another period than there is: with the version that was not seen it changes nothing."""
_BRIEF = {"soort": "TLV", "toegekend": False, "motivering": "Het advies."}
_STEP = {"status": "TLV aanvraag in behandeling", "bespreekdatum": clock.today().isoformat()}
_OPENS = ("statuswijzigingen", "/status", "/besluit", "/besluiten", "/aanvraagtype")


async def ask(world: World, cell: Cell, target: Target) -> httpx.Response:
    """Do what the cell is about."""
    route, person = cell.route, cell.person
    if cell.relation == "own" and route.method != "GET" and route.path.endswith(_OPENS):
        target = world.at[OPEN]  # undecided, at its first status
    client = world.browsers[person] if route.service == "gateway" else world.services[route.service]
    path = await _filled(world, cell, target)
    content = _content(world, cell, target)
    headers = dict(content.pop("headers", {}))
    if route.service != "gateway" and person != NOBODY:
        headers |= token_for(world.actors[person], route.service)
    if (route.service == "documents" or route.path in BY_LEAVE) and person != NOBODY:
        headers |= _leave(world, cell, target)
    if route.path == "/uitloggen" and person != NOBODY:
        _, token = await world.session(person)
        client = httpx.AsyncClient(transport=client._transport, base_url=client.base_url, headers=client.headers)
        client.cookies.set(COOKIE, token, domain="portal.example")
    return await client.request(route.method, path, headers=headers, **content)


async def _filled(world: World, cell: Cell, target: Target) -> str:
    path, person = cell.route.path, cell.person
    is_own = cell.relation in {"own", "limited"}
    given = {
        "dossiernummer": str(target.number),
        "dossier": target.dossier,
        "besluit": target.besluit,
        "besluit_id": target.besluit,
        "bijlage": target.bijlage,
        "registratie": target.registratie,
        "school": target.school,
        "mail": target.mail,
        "account": str(world.actors["elders" if is_own else "ver"].sub),
        "rol": "administratie",
        "rol:path": "administratie",
        "naam": "Noord",
        "overdracht": str(uuid4()),
        "overdracht_id": str(uuid4()),
        "bestuur": "70001",
        **{name: str(uuid4()) for name in ("overlegronde", "ronde", "deelnemer", "reactie", "osodossier")},
        "code": "99XA00",
        "verhuizing": str(uuid4()),
        "gelijkenis": str(uuid4()),
        "wanted": str(uuid4()),
        "verificatiecode": str(uuid4()),
        "token": "zomaar",
        "version": "x",
        "name:path": "portaal.css",
    }
    if "{notitie" in path:
        has_own = is_own and person not in {NOBODY, MACHINE, *ROLELESS}
        given["notitie"] = given["notitie_id"] = await world.noted(person, target) if has_own else target.note
    if "{toegang_id}" in path:
        given["toegang_id"] = await world.opened_for(target, uuid4(), days=9)
    if "tokens/{token}" in path:
        mine = person if is_own and person != NOBODY else "ver"
        owner = world.actors[mine].sub if path.startswith("/mijn-account") else UUID(given["account"])
        given["token"] = await world.program_of(owner)
    if "{sessie}" in path:
        mine = person if is_own and person != NOBODY else "ver"
        given["sessie"], _ = await world.session(mine)
    return re.sub(r"\{([\w:]+)\}", lambda found: quote(given[found[1]], safe=""), path)


def _content(world: World, cell: Cell, target: Target) -> dict[str, Any]:
    """Body, form, query and headers: of the first line of CONTENT that fits."""
    asked = f"{cell.route.service} {cell.route.method} {cell.route.path}"
    return next((make(target) for pattern, make in CONTENT if re.fullmatch(pattern, asked)), {})


def _nowhere() -> dict[str, str]:
    """A move that moves nothing: refused for who may ask it."""
    return {"school": "99XA00", "naar": "99XA00", "per": clock.today().isoformat()}


def _invited() -> dict[str, str]:
    tot = (clock.today() + timedelta(days=5)).isoformat()
    return {"naam": "Mila Nieuw", "email": "mila.nieuw@thuis.example", "reden": "ouder", "totEnMet": tot}


def _round() -> dict[str, str]:
    return {"onderwerp": "MDO", "deadline": (clock.today() + timedelta(days=5)).isoformat()}


def _report(target: Target) -> dict[str, Any]:
    text = dict.fromkeys(("onderwerp", "omschrijving", "organisator"), "x")
    who = {"overlegronde": str(uuid4()), "dossiernummer": target.number, "deadline": _round()["deadline"]}
    return {**text, **who, "alleenEigen": False, "deelnemers": [], "reacties": []}


def _pupil() -> dict[str, Any]:
    return leerling(roepnaam="Nieuw", leerlingid=str(uuid4()))


def _somebody() -> dict[str, str]:
    return {"organisatie": "PO2507", "gebruikersnaam": str(uuid4()), "wachtwoord": "x", "code": "123456"}


def _typed_in(_: Target) -> dict[str, Any]:
    person = {f"leerling.{name}": value for name, value in _pupil().items()}
    contact = {"contactpersoon.naam": "Iris Bedacht", "contactpersoon.email": "iris@linde.example"}
    return {"data": {"soort": "leerling:A&K", "omschrijving": "Wij vragen advies.", "school": SCHOOL, **person, **contact}}


def _batch(target: Target) -> dict[str, Any]:
    return {"hulpvraag": target.hulpvraag, "dossiernummer": target.number, "uploadslots": [str(uuid4())]}


def _once() -> dict[str, str]:
    return {"idempotency-key": str(uuid4())}


def _stale_form(**given: str) -> dict[str, Any]:
    return {"data": {**given, "versie": "999", "sleutel": str(uuid4())}}


LEAVER = f"{uuid4()}@linde.example"
"""Of whom nothing is in the name of."""
_CHANGE = {"soort": "school", "school": SCHOOL, "van": LEAVER, "toegang": "blijft", "datum": clock.today().isoformat()}
_COUNTED = {"hulpvragen": 9, "kringen": 0, "postbussen": 0, "toegangMelden": 0, "toegang": 0}
_COUNTED |= {"overlegrondes": 0, "deelnames": 0}
_NUMBER = {"school": SCHOOL, "email": LEAVER, "telefoon": "000-7654321"}


def _taken_over(**more: Any) -> dict[str, Any]:
    return {"json": {**_CHANGE, "naar": {"naam": "Nina Nieuw", "email": "nina@linde.example"}, **more}}


def _taken_over_form(_: Target) -> dict[str, Any]:
    counts = {f"telling.{name}": str(count) for name, count in _COUNTED.items()}
    return {"data": {**_CHANGE, "naar.naam": "Nina Nieuw", "naar.email": "nina@linde.example", **counts}}


BY_LEAVE = {
    "/logboek": "logboek-bekijken",
    "/inzage": "inzage-maken",
    "/osodossiers": "oso-dossier-bekijken",
    "/oso-dossiers/{osodossier}/originelen": "oso-dossier-downloaden",
}
"""What leave is for, by path, where the method does not say it."""
_API = r"(workflow \w+ |gateway \w+ /api/v1)"
_FORM = r"gateway POST "
_SCHOOL = {"soort": "school", "naam": "De Verzonnen Linde", "bestuur": "70001", "platform": PLATFORM}
"""As it is: the other rows count on its platform."""
_FILES = [{"naam": "x.pdf", "grootte": len(PDF), "sha256": "0" * 64}]
CONTENT: list[tuple[str, Callable[[Target], dict[str, Any]]]] = [
    (f"{_API}.*/statuswijzigingen", lambda to: {"json": _STEP, "headers": {"if-match": f'"{to.version}"'}}),
    (f"{_API}.*/aanvraagtype", lambda _: {"json": {"aanvraagtype": "TLV"}, "headers": STALE}),
    (f"{_API}.*/(besluiten|versies)", lambda _: {"json": _BRIEF, "headers": STALE}),
    (r"workflow .*/reacties/{reactie}/machtigingen", lambda _: {"json": {}}),
    (r".* PUT .*/overeenkomsten/.*", lambda _: {"json": {"van": "2020-01-01"}}),
    (r"gateway POST /overeenkomsten/.*", lambda _: {"data": {"van": "2020-01-01"}}),
    (f"{_API}.*/overlegrondes", lambda _: {"json": _round()}),
    (f"{_API}.*/deadline", lambda _: {"json": {"deadline": _round()["deadline"]}}),
    (r"workflow .*/deelnemers", lambda _: {"json": {**WHO, "account": str(uuid4())}}),
    (f"{_API}.*/deelnemers", lambda _: {"json": {**WHO, "soort": "extern"}}),
    (f"{_API}.*/reacties", lambda _: {"json": {"tekst": "Ik ben erbij."}}),
    (f"{_API}.*/{{overlegronde}}/mails", lambda _: {"json": {"mails": False}}),
    (r"gateway POST .*/overlegrondes", lambda _: {"data": _round()}),
    (r"gateway POST .*/deadline", lambda _: {"data": {"deadline": _round()["deadline"]}}),
    (r"gateway POST .*/deelnemers", lambda _: {"data": {**WHO, "soort": "extern"}}),
    (r"gateway POST .*/reacties", lambda _: {"data": {"tekst": "Ik ben erbij."}}),
    (r"documents POST /overlegverslagen", lambda to: {"json": _report(to)}),
    (f"{_API}.*/machtigingen", lambda _: {"json": {"handeling": "bijlagen-bekijken"}}),
    (f"{_API}.*/labels", lambda _: {"json": {"labels": ["spoed"]}}),
    (f"{_API}.*/coordinator", lambda _: {"json": WHO}),
    (f"{_API}.*/notities.*", lambda _: {"json": {"tekst": "Nog bellen."}}),
    (r"workflow POST .*/toegang", lambda _: {"json": {**_invited(), "account": str(uuid4())}}),
    (r".* PUT .*/postbussen/.*", lambda _: {"json": {"email": None}}),
    (r".* PUT .*/kringen/.*", lambda _: {"json": KRING}),
    (r"(intake POST|gateway POST /api/v1)( )?/organisaties", lambda _: {"json": {**_SCHOOL, "code": "99XA00"}}),
    (r"(intake PUT|gateway PUT /api/v1)( )?/organisaties/{code}", lambda _: {"json": _SCHOOL}),
    (r"intake POST .*/verificatiecodes", lambda _: {"json": {"naam": "Esis"}}),
    (rf"{_FORM}/scholen/.*/koppelingen", lambda _: {"data": {"naam": "Esis"}}),
    (r"(intake|gateway) POST (/api/v1)?/verhuizingen.*", lambda _: {"json": _nowhere()}),
    (r"(intake|gateway) POST (/api/v1)?/hulpvragen", lambda _: {"json": opgave(leerling=_pupil()), "headers": _once()}),
    (f"{_API}/overdrachten/voorbeeld", lambda _: _taken_over()),
    (f"{_API}/overdrachten", lambda _: _taken_over(telling=_COUNTED)),
    (f"{_API}/contactnummers", lambda _: {"json": _NUMBER}),
    (rf"{_FORM}/overdrachten(/voorbeeld)?", _taken_over_form),
    (rf"{_FORM}/overdrachten/nummer", lambda _: {"data": _NUMBER}),
    (rf"{_FORM}/contactnummer", lambda _: {"data": {"telefoon": ""}}),
    (r"documents GET /bijlagen", lambda to: {"params": {"hulpvraag": to.hulpvraag}}),
    (r"\S+ GET /logboek", lambda to: {"params": {"hulpvraag": to.hulpvraag, "dossiernummer": to.number}}),
    (r"intake GET /osodossiers", lambda to: {"params": {"hulpvraag": to.hulpvraag}}),
    (r"documents POST /oso-dossiers/{osodossier}/originelen", lambda to: {"params": {"hulpvraag": to.hulpvraag}}),
    (r"documents POST /oso-dossiers/{osodossier}/uploadslots", lambda _: {"json": {"bestanden": _FILES}}),
    (r"notify GET /inzage", lambda to: {"params": {"hulpvraag": to.hulpvraag}}),
    (r"documents POST /uploadslots", lambda to: {"json": {"hulpvraag": to.hulpvraag, "bestanden": _FILES}, "headers": _once()}),
    (r"documents POST /bijlagen", lambda to: {"json": _batch(to), "headers": _once()}),
    (r".*/verzendingen", lambda _: {"headers": {**STALE, **_once()}}),
    (r".* PATCH .*", lambda _: {"json": {"reden": "Einddatum", "eind": BESLUIT["eind"]}, "headers": STALE}),
    (r".* PUT .*/mandaten/.*", lambda _: {"json": MANDATE, "headers": STALE}),
    (r".* PUT .*/voorkeuren", lambda _: {"json": {"statusmails": True}}),
    (rf"{_FORM}/api/v1/sessies", lambda _: {"json": _somebody()}),
    (
        rf"{_FORM}/(inloggen|wachtwoord-vergeten|telefoon-kwijt)",
        lambda _: {"data": _somebody()},
    ),
    (r".*/kennisname", lambda _: {"json": {"versie": 1}}),
    (rf"{_FORM}.*/dossier", lambda _: {"data": {"versie": "1"}}),
    (r".* PUT .*/gelijkenissen/.*", lambda _: {"json": {"staat": "bevestigd"}}),
    (rf"{_FORM}/gelijkenissen/.*", lambda _: {"data": {"staat": "bevestigd"}}),
    (rf"{_FORM}/hulpvragen/nieuw", _typed_in),
    (rf"{_FORM}/mandaten/.*", lambda _: {"data": {**MANDATE, "versie": "999"}}),
    (rf"{_FORM}/mails", lambda _: {"data": {"statusmails": "ja"}}),
    (rf"{_FORM}.*/status", lambda to: {"data": {**_STEP, "versie": str(to.version), "sleutel": str(uuid4())}}),
    (rf"{_FORM}.*/aanvraagtype", lambda _: _stale_form(aanvraagtype="TLV")),
    (rf"{_FORM}.*/besluit", lambda _: _stale_form(soort="TLV", uitkomst="afgewezen", motivering="Het advies.")),
    (rf"{_FORM}.*/labels", lambda _: {"data": {"labels": "spoed"}}),
    (rf"{_FORM}.*/coordinator", lambda _: {"data": WHO}),
    (rf"{_FORM}.*/notities.*", lambda _: {"data": {"tekst": "Nog bellen."}}),
    (rf"{_FORM}.*/toegang", lambda _: {"data": {**_invited(), "soort": "extern"}}),
    (rf"{_FORM}.*/bijlagen", lambda _: {"files": {"bestand": (f"{uuid4()}.pdf", PDF, "application/pdf")}}),
    (rf"{_FORM}/kringen/.*", lambda _: {"data": KRING}),
    (rf"{_FORM}/postbussen", lambda _: {"data": {"postbus-administratie": f"{uuid4()}@swv.example"}}),
    (
        r"gateway GET /hulpvragen/{dossiernummer}/bijlagen",
        lambda to: {"params": {"hulpvraag": to.hulpvraag}, "headers": {"hx-request": "true"}},
    ),
    (r"gateway GET /hulpvragen/verzonden", lambda _: {"params": {"dossiernummer": "1"}}),
]
"""What goes along, by service, method and path; what is not here needs nothing."""


def _leave(world: World, cell: Cell, target: Target) -> dict[str, str]:
    """Leave of workflow: for this and the asker; for the same by someone else, and for another thing; and one that is over."""
    acts = {"GET": "bijlagen-bekijken", "POST": "bijlage-toevoegen"}
    is_download = cell.route.path == "/bijlagen/{bijlage}/downloads"
    act = "bijlage-downloaden" if is_download else BY_LEAVE.get(cell.route.path) or acts[cell.route.method]
    actor = world.actors[cell.person]
    resource = f"bijlage:{target.bijlage}" if is_download else f"hulpvraag:{target.hulpvraag}"
    if cell.relation == "foreign":
        mine = world.at[OWN]
        resource = f"bijlage:{mine.bijlage}" if is_download else f"hulpvraag:{mine.hulpvraag}"
    bij = UUID(target.hulpvraag) if target.hulpvraag else uuid4()
    granted = tokens.Capability(act=act, resource=resource, bij=bij, actor=actor.sub, swv=actor.swv)
    moment = clock.now() - timedelta(minutes=2) if cell.relation == "ended" else clock.now()
    with clock.use(lambda: moment):
        token = tokens.grant(granted, issuer="workflow", audience=cell.route.service, key=WORKFLOW_KEY)
    return {"schakel-machtiging": token}
