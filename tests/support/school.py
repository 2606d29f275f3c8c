"""Who keeps a whole system at work in chaos tests: a school's LVS, a person at the portal, and a clerk.

>>> school = School(system, person, clerk)
>>> await school.work(5, "first")             # from the LVS; returns when everything is answered
>>> await decide(system, school.arrangements[:3])
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date
from functools import partial
from typing import TypeVar
from uuid import uuid4

import httpx

from schakel_local.demo import story, world
from schakel_local.demo.people import Colleague, StoryError
from schakel_local.loopback import NO_TLS
from schakel_lvs import Connector, LvsError, NoAnswer, Sent, Store, announce, message, upload
from schakel_lvs import berichten as contract
from shared import clock, tokens
from support.fleet import System

CLERK = tokens.Actor(
    sub=uuid4(), naam="Anna Drost", organisatie="PO2507", soort="swv", swv="PO2507", rollen=("administratie", "AC")
)
RATE = 15.0
ARRANGEMENT = "ARR Didactische ondersteuning"
KINDS = ("A&K", "A&K", "A&K", ARRANGEMENT)

T = TypeVar("T")


class School:
    """A school's system: keeps what it sent, and sends it again until it is answered."""

    def __init__(self, system: System, person: Colleague, clerk: Colleague) -> None:
        self.system = system
        self.person = person
        self.clerk = clerk
        self.url = system.site.environment["SCHAKEL_LVS_AMQP_URL"]
        self.sent: list[Sent] = []
        self.numbers: dict[str, int] = {}
        self.arrangements: list[int] = []
        self.taken: list[float] = []
        """When what the LVS has an aanvaard for was sent."""

    async def work(self, seconds: float, name: str) -> None:
        """Submit for so long, through whatever happens; return when everything is answered."""
        deadline = time.monotonic() + seconds
        waiting: list[tuple[Sent, str, float]] = []
        number = 0
        while time.monotonic() < deadline or waiting:
            with suppress(LvsError):
                async with Connector.open(self.url, world.CONNECTOR, Store(":memory:")) as lvs:
                    while time.monotonic() < deadline or waiting:
                        if time.monotonic() < deadline and len(waiting) < 40:
                            kind = KINDS[number % len(KINDS)]
                            waiting.append((message(self._command(f"{name}-{number}", kind)), kind, time.monotonic()))
                            number += 1
                        batch = waiting[:20]
                        answers = await asyncio.gather(
                            *(lvs.ask(sent, timeout=5) for sent, _, _ in batch), return_exceptions=True
                        )
                        for (sent, kind, at), answer in zip(batch, answers, strict=True):
                            if isinstance(answer, contract.Aanvaard):
                                self.numbers[str(sent.id)] = answer.dossiernummer
                                self.arrangements += [answer.dossiernummer] if kind == ARRANGEMENT else []
                                self.taken.append(at)
                                waiting.remove((sent, kind, at))
                            elif isinstance(answer, BaseException) and not isinstance(answer, NoAnswer):
                                raise answer  # the connection is gone: open another
                        await asyncio.sleep(1 / RATE)
            await asyncio.sleep(0.3)

    async def has_taken_since(self, moment: float) -> bool:
        """Tell whether the LVS has an aanvaard for something it sent after this moment."""
        return any(at > moment for at in self.taken)

    async def work_by_hand(self, seconds: float, name: str) -> None:
        """Submit through the gateway for so long, each until it is answered: the same key makes it once."""
        deadline = time.monotonic() + seconds
        number = 0
        while time.monotonic() < deadline:
            await patiently(partial(self.by_hand, f"{name}-{number}", str(uuid4())))
            number += 1
            await asyncio.sleep(0.1)

    async def by_hand(self, name: str, key: str) -> None:
        """Submit once through the gateway."""
        form = self._command(f"hand-{name}", "A&K")
        body = form.model_dump(mode="json", by_alias=True, exclude_defaults=True, exclude={"eigen_referentie"})
        self.numbers[key] = await self.person.submit(key, body)

    async def by_lvs(self, name: str, kind: str) -> int:
        """Submit once from the LVS, which is not at ``work``; return the dossiernummer."""
        sent = message(self._command(name, kind))
        async with Connector.open(self.url, world.CONNECTOR, Store(":memory:")) as lvs:
            answer = await lvs.ask(sent)
        assert isinstance(answer, contract.Aanvaard)
        self.numbers[str(sent.id)] = answer.dossiernummer
        return answer.dossiernummer

    def _command(self, reference: str, kind: str) -> contract.HulpvraagIndienen:
        return contract.HulpvraagIndienen(
            swv="PO2507",
            eigen_referentie=reference,
            aanvraagtype=kind,
            datum=clock.today(),
            school=contract.SchoolOpgave(brin="99XA", vestiging="00"),
            leerling=contract.LeerlingOpgave(
                leerlingid=reference, roepnaam="Stoer", achternaam="Verzonnen", geboortedatum=date(2016, 5, 4)
            ),
            contactpersoon=contract.ContactpersoonOpgave(naam="Iris Linde", email="i.linde@99xa00.example"),
        )

    async def add_file(self, number: int) -> None:
        """Add a bijlage to a hulpvraag."""
        path = await asyncio.to_thread(story._pdf, self.system.site.data / "files", f"Bijlage {number}")
        async with Connector.open(self.url, world.CONNECTOR, Store(":memory:")) as lvs:
            slots = await lvs.ask(message(contract.UploadslotsAanvragen(swv="PO2507", bestanden=(announce(path),))))
            assert isinstance(slots, contract.Uploadslots)
            await upload(slots.uploadslots[0], path)
            more = contract.BijlagenToevoegen(dossiernummer=number, uploadslots=(slots.uploadslots[0].uploadslot,))
            assert isinstance(await lvs.ask(message(more)), contract.Aanvaard)


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask until there is an answer; while a part is away there is none, or a 503."""
    for _ in range(100):
        try:
            return await ask()
        except httpx.TransportError:
            pass
        except StoryError as error:
            if ": 503 " not in str(error) and ": 504 " not in str(error):
                raise
        await asyncio.sleep(0.3)
    raise AssertionError("no answer")


def besluit() -> dict[str, object]:
    """An arrangement from today on."""
    today = clock.today()
    return {
        "soort": "arrangement", "toegekend": True, "begin": today.isoformat(), "eind": f"{today.year + 2}-07-31",
        "omschrijving": "Twee uur per week.", "motivering": "Zoals besproken.",
    }  # fmt: skip


async def decide(system: System, numbers: list[int]) -> None:
    """The clerk grants each, trying again when a replica is away; the same key makes it once."""
    key = tokens.load_key(system.site.keys["gateway private"])
    urls = [service.url for name, service in system.services.items() if name.startswith("workflow")]
    async with httpx.AsyncClient(timeout=10, trust_env=False, verify=NO_TLS) as http:
        for number in numbers:
            steps = (
                (f"/hulpvragen/{number}/statuswijzigingen", {"status": "Arrangementsaanvraag in behandeling"}, 1),
                (f"/hulpvragen/{number}/besluiten", besluit(), 2),
            )
            for path, content, version in steps:
                once = str(uuid4())
                for attempt in range(60):
                    headers = {
                        "Authorization": f"Bearer {tokens.sign(CLERK, audience='workflow', key=key)}",
                        "If-Match": f'"{version}"',
                        "Idempotency-Key": once,
                    }
                    with suppress(httpx.TransportError):
                        answer = await http.post(urls[attempt % len(urls)] + path, json=content, headers=headers)
                        if answer.status_code == 201:
                            break
                        assert answer.status_code in {404, 503}, f"{answer.text}\n{_failures(system)}"
                    await asyncio.sleep(0.3)
                else:
                    raise AssertionError(path)


def _failures(system: System) -> str:
    """What the services logged of requests that failed: an error of ours, by kind and place."""
    return "\n".join(line for line in system.logs().splitlines() if "request_failed" in line)
