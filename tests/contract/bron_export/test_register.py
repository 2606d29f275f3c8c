"""The adapter against the register that ships with Schakel, over a real connection.

What this proves: that each thing a register can do, well or badly, is understood as what it is. What it cannot prove: that
DUO's register does the same, as its message for a TLV or an arrangement is not public (docs/architecture/bron-export.md).
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import date
from typing import Any

import httpx
import pytest

from bron_export.adapters.register import HttpRegister
from bron_export.bericht import melding_van
from bron_export.domain.reeks import Handeling, Uitkomst
from bron_export.domain.registratie import Gebeurtenis, Reden, Registratie
from schakel_local.loopback import NO_TLS
from schakel_local.ports import free_ports
from support.bron_export import een_registratie, gegevens
from support.register import RunningSimulator, simulator
from support.sandbox import eventually

QUICK = 0.5
SENDING: list[tuple[str, Handeling]] = [("POST", "aanmelden"), ("PUT", "corrigeren")]


@pytest.fixture(scope="module")
async def running() -> AsyncIterator[RunningSimulator]:
    async with simulator() as found:
        yield found


@pytest.fixture
async def register(running: RunningSimulator) -> RunningSimulator:
    """A register that knows nothing yet."""
    await running.call("DELETE", "/simulator")
    return running


Do = Callable[[Handeling, Registratie], Awaitable[Uitkomst]]


@pytest.fixture(scope="module")
async def done(running: RunningSimulator) -> AsyncIterator[Do]:
    """Carry something out at the register, with all the time it needs."""
    adapter = HttpRegister(running.url, timeout=20)
    async with adapter.opened():
        yield adapter.carry_out


@pytest.fixture(scope="module")
async def done_in_haste(running: RunningSimulator) -> AsyncIterator[Do]:
    """The same, but a silence is soon a silence."""
    adapter = HttpRegister(running.url, timeout=QUICK)
    async with adapter.opened():
        yield adapter.carry_out


async def test_a_right_registration_is_accepted(register: RunningSimulator, done: Do) -> None:
    new = een_registratie()
    assert (await done("aanmelden", new)).gebeurtenis == "geaccepteerd"
    (found,) = await register.registered()
    assert found["melding"]["toelaatbaarheidsverklaring"] == {
        "beschikkingsnummer": "PO2507-2026-00123",
        "bekostigingscategorie": "L",
        "ingangsdatum": "2026-08-01",
        "einddatum": "2028-07-31",
    }
    assert found["melding"]["namens"] == {"brin": "99XA", "vestiging": "00", "mandaat": str(new.mandaat)}


async def test_an_arrangement_is_accepted_with_its_own_fields(register: RunningSimulator, done: Do) -> None:
    new = een_registratie(gegevens=gegevens(soort="arrangement"))
    assert (await done("aanmelden", new)).gebeurtenis == "geaccepteerd"
    (found,) = await register.registered()
    assert found["melding"]["toelaatbaarheidsverklaring"] is None
    assert found["melding"]["onderwijsarrangement"]["begeleider"] == "Bo Verzonnen"


async def test_no_name_birth_date_or_bsn_ever_leaves(register: RunningSimulator, done: Do) -> None:
    await done("aanmelden", een_registratie())
    sent = (await register.registered())[0]["melding"]
    assert set(sent) == {
        "clientReferentie",
        "volgnummer",
        "besluit",
        "besluitversie",
        "namens",
        "leerlingid",
        "samenwerkingsverband",
        "toelaatbaarheidsverklaring",
        "onderwijsarrangement",
    }


async def test_a_refusal_comes_with_its_signals(register: RunningSimulator, done: Do) -> None:
    outcome = await done("aanmelden", een_registratie(gegevens=gegevens(eind=date(2028, 7, 30))))
    assert outcome.gebeurtenis == "afgekeurd"
    assert [(each.code, each.ernst) for each in outcome.signalen] == [(423, "A")]


async def test_the_same_delivery_again_is_registered_once(register: RunningSimulator, done: Do) -> None:
    new = een_registratie()
    outcomes = [await done("aanmelden", new) for _ in range(3)]
    assert {each.gebeurtenis for each in outcomes} == {"geaccepteerd"}
    assert len(await register.registered()) == 1


async def test_what_the_register_never_saw_is_not_known(register: RunningSimulator, done: Do) -> None:
    assert (await done("vragen", een_registratie())).gebeurtenis == "niet-bekend"


async def test_a_correction_that_did_not_arrive_is_not_known_though_the_first_was(register: RunningSimulator, done: Do) -> None:
    await register.behave("keurt-af", signalen=[423])
    new = een_registratie()
    assert (await done("aanmelden", new)).gebeurtenis == "afgekeurd"
    assert (await done("vragen", new)).gebeurtenis == "afgekeurd"
    assert (await done("vragen", replace(new, volgnummer=2))).gebeurtenis == "niet-bekend"
    assert (await done("corrigeren", replace(new, volgnummer=2))).gebeurtenis == "geaccepteerd"
    assert (await done("vragen", replace(new, volgnummer=2))).gebeurtenis == "geaccepteerd"


async def test_a_registration_is_taken_back_once_and_again(register: RunningSimulator, done: Do) -> None:
    new = een_registratie()
    await done("aanmelden", new)
    assert (await done("intrekken", new)).gebeurtenis == "ingetrokken"
    assert (await done("intrekken", new)).gebeurtenis == "ingetrokken"
    assert await register.registered() == []


async def test_a_withdrawal_can_be_refused(register: RunningSimulator, done: Do) -> None:
    new = een_registratie()
    await done("aanmelden", new)
    await register.behave("keurt-af", signalen=[304], methoden=["DELETE"])
    outcome = await done("intrekken", new)
    assert (outcome.gebeurtenis, [each.code for each in outcome.signalen]) == ("niet-ingetrokken", [304])


@pytest.mark.parametrize(("method", "act"), SENDING)
@pytest.mark.parametrize(
    ("soort", "own", "gebeurtenis", "reden", "registered"),
    [
        ("storing", {}, "niet-verzonden", "storing-register", 0),
        ("geen-toegang", {}, "niet-verzonden", "toegang-geweigerd", 0),
        ("doof", {}, "onzeker", "geen-antwoord", 0),
        ("zwijgt", {}, "onzeker", "geen-antwoord", 1),
        ("verbreekt", {}, "onzeker", "geen-antwoord", 1),
        ("stuk", {}, "onzeker", "storing-register", 1),
        ("onzin", {}, "onzeker", "onverwacht-antwoord", 1),
        ("verwisselt", {}, "onzeker", "onverwacht-antwoord", 1),
        ("later", {}, "ontvangen", None, 0),
        ("traag", {"seconden": 0.1}, "geaccepteerd", None, 1),
        ("traag", {"seconden": 30}, "onzeker", "geen-antwoord", 1),
        ("dubbel", {}, "geaccepteerd", None, 1),
        ("keurt-af", {"signalen": [741]}, "afgekeurd", None, 0),
    ],
)
async def test_each_misbehaviour_is_understood_as_what_it_is(
    register: RunningSimulator,
    done: Do,
    done_in_haste: Do,
    method: str,
    act: Handeling,
    soort: str,
    own: dict[str, Any],
    gebeurtenis: Gebeurtenis,
    reden: Reden | None,
    registered: int,
) -> None:
    await register.behave(soort, methoden=[method], **own)
    silent = soort in {"doof", "zwijgt"} or own.get("seconden", 0) > 1
    outcome = await (done_in_haste if silent else done)(act, een_registratie())
    assert (outcome.gebeurtenis, outcome.reden) == (gebeurtenis, reden)

    async def as_many_as_expected() -> bool:
        return len(await register.registered()) == registered

    await eventually(as_many_as_expected)


@pytest.mark.parametrize("soort", ["storing", "geen-toegang", "doof", "zwijgt", "verbreekt", "stuk", "onzin", "verwisselt"])
async def test_a_question_that_goes_wrong_says_nothing_of_the_registration(
    register: RunningSimulator, done: Do, done_in_haste: Do, soort: str
) -> None:
    new = een_registratie()
    await done("aanmelden", new)
    await register.behave(soort, methoden=["GET"])
    asked = await (done_in_haste if soort in {"doof", "zwijgt"} else done)("vragen", new)
    assert asked.gebeurtenis in {"onzeker", "niet-verzonden"}
    assert (await done("vragen", new)).gebeurtenis == "geaccepteerd"


async def test_a_verdict_of_days_later_is_found_by_asking(register: RunningSimulator, done: Do) -> None:
    new = een_registratie()
    await register.behave("later", navragen=3, signalen=[422])
    assert (await done("aanmelden", new)).gebeurtenis == "ontvangen"
    asked = [(await done("vragen", new)).gebeurtenis for _ in range(4)]
    assert asked == ["ontvangen", "ontvangen", "geaccepteerd", "geaccepteerd"]


async def test_nobody_listens_is_certainly_not_sent() -> None:
    adapter = HttpRegister(f"http://127.0.0.1:{free_ports(1)[0]}", timeout=20)
    async with adapter.opened():
        outcome = await adapter.carry_out("aanmelden", een_registratie())
    assert (outcome.gebeurtenis, outcome.reden) == ("niet-verzonden", "geen-verbinding")


async def test_credentials_are_shown_in_the_header_that_was_agreed() -> None:
    async with simulator(credentials="Sleutel geheim") as register:
        for shown, expected in (("", "niet-verzonden"), ("Sleutel geheim", "geaccepteerd")):
            adapter = HttpRegister(register.url, timeout=20, credentials=shown)
            async with adapter.opened():
                assert (await adapter.carry_out("aanmelden", een_registratie())).gebeurtenis == expected


async def test_an_answer_that_comes_twice_is_not_taken_for_the_answer_to_the_next_question(
    register: RunningSimulator, done: Do
) -> None:
    unknown = een_registratie()
    for number in range(5):
        await register.behave("dubbel")
        new = een_registratie(gegevens=gegevens(leerlingid=f"L-{number}"))
        assert (await done("aanmelden", new)).gebeurtenis == "geaccepteerd"
        assert (await done("vragen", unknown)).gebeurtenis == "niet-bekend"


@pytest.mark.parametrize("status", [302, 404, 405, 409, 413])
async def test_an_answer_that_is_no_register_s_is_no_delivery(status: int) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(f"HTTP/1.1 {status} Anders\r\ncontent-length: 0\r\nconnection: close\r\nlocation: /\r\n\r\n".encode())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        adapter = HttpRegister(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", timeout=20)
        async with adapter.opened():
            outcome = await adapter.carry_out("aanmelden", een_registratie())
    assert (outcome.gebeurtenis, outcome.reden) == ("niet-verzonden", "onverwacht-antwoord")


async def test_a_register_that_trickles_its_answer_is_not_waited_for_for_ever() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100000\r\n\r\n")
        while not writer.is_closing():
            writer.write(b" ")
            await asyncio.sleep(0.05)

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        adapter = HttpRegister(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", timeout=QUICK)
        async with adapter.opened(), asyncio.timeout(3):
            outcome = await adapter.carry_out("aanmelden", een_registratie())
    assert outcome.gebeurtenis == "onzeker"


async def test_a_message_that_is_not_in_the_form_is_refused_with_its_fields(register: RunningSimulator) -> None:
    async with httpx.AsyncClient(base_url=register.url, trust_env=False, verify=NO_TLS) as http:
        response = await http.post("/registraties", json={"clientReferentie": "x"})
        mixed_up = await http.put(
            "/registraties/anders", json=melding_van(een_registratie()).model_dump(mode="json", by_alias=True)
        )
    assert response.status_code == mixed_up.status_code == 400
    assert "body.volgnummer" in response.json()["velden"]
    assert response.json()["signalen"][0]["code"] == 359


async def test_the_page_is_served_and_may_run_nothing(register: RunningSimulator, done: Do) -> None:
    await done("aanmelden", een_registratie())
    async with httpx.AsyncClient(base_url=register.url, trust_env=False, verify=NO_TLS) as http:
        page = await http.get("/")
    assert "PO2507-2026-00123" in page.text
    assert page.headers["content-security-policy"].startswith("default-src 'none'")


async def test_the_simulator_begins_with_a_clean_slate_when_it_is_told_to(register: RunningSimulator, done: Do) -> None:
    await done("aanmelden", een_registratie())
    await register.call("DELETE", "/simulator")
    assert await register.registered() == []


async def test_it_runs_as_a_program_and_remembers_over_a_restart(tmp_path: Any) -> None:
    data, port, new = tmp_path / "register.sqlite", free_ports(1)[0], een_registratie()
    adapter = HttpRegister(f"http://127.0.0.1:{port}", timeout=20)
    run = ["-m", "bron_export.simulator", "--port", str(port), "--data", str(data)]
    async with adapter.opened():
        for act in ("aanmelden", "vragen"):
            process = await asyncio.create_subprocess_exec(sys.executable, *run)
            try:

                async def answered(act: Handeling = act) -> bool:
                    return (await adapter.carry_out(act, new)).gebeurtenis == "geaccepteerd"

                await eventually(answered, within=15, every=0.1)
            finally:
                process.kill()
                await process.wait()
