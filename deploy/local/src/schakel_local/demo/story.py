"""What happens: three hulpvragen from three schools, each as the manual of the SWV (000) tells it.

A&K, ch. 1: incomplete, filled up from the LVS, treated, finished. TLV, ch. 5: discussed, granted, letter, registration.
Arrangement, ch. 2: by hand, granted, school letter, registration. Every step looks first whether it was taken in an
earlier run; messages are sent again as they were.
"""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import httpx
import typst

from schakel_local.demo import world
from schakel_local.demo.people import Colleague, StoryError
from schakel_local.demo.site import Site
from schakel_local.demo.world import BO, NOOR, SAM, SWV, Pupil
from schakel_local.loopback import NO_TLS
from schakel_lvs import Connector, Store, announce, message, upload
from schakel_lvs import berichten as contract
from shared import clock

Say = Callable[[str], None]


async def tell(site: Site, say: Say) -> list[int]:
    """Let it happen; return the dossiernummers. Raises StoryError with the step that did not work."""
    async with (
        httpx.AsyncClient(timeout=30, trust_env=False, verify=NO_TLS) as http,
        Connector.open(site.environment["SCHAKEL_LVS_AMQP_URL"], world.CONNECTOR, Store(":memory:")) as lvs,
    ):
        people = {}
        for one in ("a.drost", "c.arends", "i.linde", "f.fabriek"):
            people[one] = await Colleague.log_in(site, http, one)
        story = (
            _support(site, lvs, people["a.drost"], people["i.linde"], say),
            _admission(site, lvs, people["a.drost"], say),
            _arrangement(site, people["f.fabriek"], people["c.arends"], say),
        )
        return list(await asyncio.gather(*story))


async def _support(site: Site, lvs: Connector, clerk: Colleague, school: Colleague, say: Say) -> int:
    number = await _submit(site, lvs, NOOR, "A&K", ())
    say(f"{number}  A&K, from the LVS: aanvaard")
    await clerk.until(number, "A&K aanmelding")
    missing = "Het Groeidocument-OPP deel 1 ontbreekt."
    await clerk.change(number, "A&K aanvraag incompleet", reden=missing, toelichting="Stuur het als pdf mee uit ParnasSys.")
    say(f"{number}  incompleet: {missing}")
    slots = await _place(site, lvs, "noor", ["Groeidocument-OPP deel 1"])
    more = contract.BijlagenToevoegen(dossiernummer=number, uploadslots=slots)
    _accepted(await lvs.ask(message(more, id_=site.id_of("noor: bijlagen"))))
    await clerk.until(number, "A&K aanvraag aangevuld")
    say(f"{number}  bijlage from the LVS, scanned: aangevuld by itself")
    await clerk.change(number, "A&K in behandeling")
    await school.change(number, "A&K afgerond")
    say(f"{number}  in behandeling, afgerond")
    return number


async def _admission(site: Site, lvs: Connector, clerk: Colleague, say: Say) -> int:
    slots = await _place(site, lvs, "sam", ["Ontwikkelingsperspectief", "Aanvraagformulier TLV ondertekend"])
    number = await _submit(site, lvs, SAM, "TLV", slots)
    say(f"{number}  TLV with two bijlagen, from the LVS: aanvaard")
    await clerk.until(number, "TLV Aanmelding")
    meeting = (clock.today() + timedelta(days=14)).isoformat()
    await clerk.change(number, "TLV aanvraag in behandeling", within=30, bespreekdatum=meeting)
    year = site.begun.year + (site.begun.month >= 8)
    await clerk.decide(
        number,
        soort="TLV",
        toegekend=True,
        categorie="L",
        begin=site.begun.isoformat(),
        eind=f"{year + 1}-07-31",
        omschrijving="Toelaatbaar tot het speciaal onderwijs.",
        motivering="De deskundigen adviseren kleinere groepen en meer structuur dan de basisschool kan bieden.",
        genomenOp=site.begun.isoformat(),
    )
    await clerk.change(number, "TLV afgegeven")
    found = await clerk.registration(number, "geaccepteerd")
    say(f"{number}  besluit {found['nummer']}, letter, registration accepted")
    return number


async def _arrangement(site: Site, school: Colleague, committee: Colleague, say: Say) -> int:
    command = _hulpvraag(site, BO, "ARR Werkhouding en taakgedrag", ())
    hulpvraag = command.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"eigen_referentie"})
    number = await school.submit(str(site.id_of("bo")), hulpvraag)
    say(f"{number}  arrangement, by hand in the portal: 202")
    await committee.until(number, "ARR Aanmelding")
    await committee.change(number, "Arrangementsaanvraag in behandeling")
    await committee.decide(
        number,
        soort="arrangement",
        toegekend=True,
        begin=site.begun.isoformat(),
        eind=(site.begun + timedelta(days=180)).isoformat(),
        omschrijving="Begeleiding bij werkhouding, twee uur per week.",
        begeleider="Robin Raadgever",
        motivering="De school heeft gedaan wat zij kon; extra begeleiding helpt leerling en leerkracht verder.",
        genomenOp=site.begun.isoformat(),
    )
    await committee.change(number, "Arrangement toegekend")
    await committee.registration(number, "geaccepteerd")
    say(f"{number}  arrangement granted, school letter, registration accepted")
    return number


def _hulpvraag(site: Site, pupil: Pupil, title: str, slots: Sequence[UUID]) -> contract.HulpvraagIndienen:
    sender = next(one for one in world.PEOPLE if one.organisatie == pupil.school)
    return contract.HulpvraagIndienen(
        swv=SWV,
        eigen_referentie=f"demo-{pupil.leerlingid}",
        aanvraagtype=title,
        datum=site.begun,
        omschrijving="Een verzonnen hulpvraag voor de demo.",
        school=contract.SchoolOpgave(brin=pupil.school[:4], vestiging=pupil.school[4:]),
        leerling=contract.LeerlingOpgave(
            leerlingid=pupil.leerlingid,
            roepnaam=pupil.roepnaam,
            voorvoegsel=pupil.voorvoegsel,
            achternaam=pupil.achternaam,
            geboortedatum=pupil.geboren,
        ),
        contactpersoon=contract.ContactpersoonOpgave(
            naam=sender.naam, email=sender.email, telefoon="000-1234567", functie="IB"
        ),
        uploadslots=tuple(slots),
    )


async def _submit(site: Site, lvs: Connector, pupil: Pupil, title: str, slots: Sequence[UUID]) -> int:
    sent = message(_hulpvraag(site, pupil, title, slots), id_=site.id_of(pupil.leerlingid))
    return _accepted(await lvs.ask(sent))


def _accepted(answer: contract.Antwoord) -> int:
    if not isinstance(answer, contract.Aanvaard):
        faults = "; ".join(f"{fault.field}: {fault.message}" for fault in getattr(answer, "fouten", ()))
        raise StoryError(f"the LVS was refused: {faults or answer.TYPE}")
    return answer.dossiernummer


async def _place(site: Site, lvs: Connector, key: str, titles: Sequence[str]) -> tuple[UUID, ...]:
    """Ask places for these files and put them there; the same request again gives the same places."""
    files = [await asyncio.to_thread(_pdf, site.data / "demo-files", title) for title in titles]
    asked = contract.UploadslotsAanvragen(swv=SWV, bestanden=tuple(map(announce, files)))
    answer = await lvs.ask(message(asked, id_=site.id_of(f"{key}: uploadslots")))
    if not isinstance(answer, contract.Uploadslots):
        raise StoryError(f"no place for {key}'s files: {answer}")
    for slot, path in zip(answer.uploadslots, files, strict=True):
        if str(slot.uploadslot) not in site.memory["geplaatst"]:
            await upload(slot, path)
            site.memory["geplaatst"].append(str(slot.uploadslot))
    site.remember()
    return tuple(slot.uploadslot for slot in answer.uploadslots)


def _pdf(folder: Path, title: str) -> Path:
    """A one-page PDF that says it is made up; the same bytes each time."""
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / f"{title}.pdf"
    if not path.exists():
        head = f'#set document(title: "{title}", date: none)\n#set text(lang: "nl")\n'
        text = f"{head}= {title}\n\nEen verzonnen bijlage voor de demo."
        content = typst.compile(text.encode())
        path.write_bytes(bytes(content) if content else b"")
    return path
