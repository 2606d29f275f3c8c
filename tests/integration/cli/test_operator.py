"""What an operator types to fill an empty system, on the real database and broker; then the world uses it."""

import asyncio
import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

import aio_pika
import pyotp
import pytest

from intake.connectors import permissions
from schakel.config import SERVICES
from shared import clock
from support.cli import schakel
from support.mails import LINK_KEY
from support.portal import TOTP_KEY, make_gateway
from support.sandbox import Sandbox, running

ORGANISATIES = """
swv: [{code: PO2507, naam: SWV De Proef}]
besturen: [{code: "12345", naam: Stichting De Verzonnen Kring}]
scholen: [{code: 99XA00, naam: De Verzonnen Linde, bestuur: "12345", swv: PO2507}]
"""
ACCOUNT = (
    *("account", "add", "PO2507", "a.jansen", "--naam", "Anna Jansen", "--email", "a.jansen@po2507.example"),
    *("--soort", "swv", "--swv", "PO2507", "--rol", "administratie", "--by", "beheer"),
)
API = "/api/v1/sessies"


@dataclass
class Typed:
    exit_code: int
    output: str


class Operator:
    def __init__(self, folder: Path) -> None:
        self.file = folder / "organisaties.yaml"
        self.file.write_text(ORGANISATIES)

    async def types(self, *words: str, stdin: str = "") -> Typed:
        ran = await schakel(*words, stdin=stdin)
        return Typed(ran.code, ran.out + ran.err)

    async def loads(self) -> None:
        done = await self.types("organisaties", "load", str(self.file), "--by", "beheer")
        assert done.exit_code == 0, done.output


@pytest.fixture
def operator(sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Operator:
    for name in SERVICES:
        monkeypatch.setenv(f"SCHAKEL_{name.replace('-', '_').upper()}_DATABASE_URL", sandbox.database_url(name))
    own = sandbox.rabbitmq.management
    for name, value in (("MANAGEMENT_URL", own.url), ("ADMIN_USER", own.user), ("ADMIN_PASSWORD", own.password)):
        monkeypatch.setenv(f"SCHAKEL_{name}", value)
    monkeypatch.setenv("SCHAKEL_TOTP_KEYS", TOTP_KEY)
    monkeypatch.setenv("SCHAKEL_LINK_KEY", LINK_KEY)
    return Operator(tmp_path)


async def test_organisations_come_from_a_file_or_from_stdin_and_may_come_again(operator: Operator, sandbox: Sandbox) -> None:
    for done in (
        await operator.types("organisaties", "load", str(operator.file), "--by", "beheer"),
        await operator.types("organisaties", "load", "-", "--by", "beheer", stdin=ORGANISATIES),
    ):
        assert (done.exit_code, done.output) == (0, "1 swv, 1 besturen, 1 scholen\n")
    async with sandbox.connect() as connection:
        rows = await connection.fetch("SELECT code, naam, bestuur, swv FROM intake.school")
        actors = await connection.fetch("SELECT DISTINCT actor FROM intake.audit_log")
    assert [tuple(row) for row in rows] == [("99XA00", "De Verzonnen Linde", "12345", "PO2507")]
    assert [row["actor"] for row in actors] == ["operator:beheer"]


async def test_a_file_with_a_fault_is_refused_whole_with_field_and_rule(operator: Operator, sandbox: Sandbox) -> None:
    wrong = ORGANISATIES.replace("99XA00", "99X")
    done = await operator.types("organisaties", "load", "-", "--by", "beheer", stdin=wrong)
    assert done.exit_code == 1
    assert "scholen.0.code" in done.output
    async with sandbox.connect() as connection:
        assert await connection.fetchval("SELECT count(*) FROM intake.swv") == 0


async def test_a_connector_gets_a_user_that_logs_in_and_keeps_its_password(operator: Operator, sandbox: Sandbox) -> None:
    await operator.loads()
    name = f"lvs-{sandbox.name}".replace("_", "-")
    words = ("connectors", "add", name, "--naam", "Proef", "--swv", "PO2507", "--school", "99XA00", "--by", "beheer")
    first = await operator.types(*words)
    assert first.exit_code == 0, first.output
    password = re.search(r"password (\S+) \(shown once\)", first.output)
    assert password is not None

    again = await operator.types(*words)
    assert "password as it was" in again.output
    async with await aio_pika.connect(sandbox.rabbitmq.amqp_url(f"lvs-{name}", password[1])):
        pass

    management = sandbox.rabbitmq.management
    given = await asyncio.to_thread(management.request, "GET", "permissions", "/", f"lvs-{name}")
    assert {key: given[key] for key in ("configure", "write", "read")} == permissions(name)
    async with sandbox.connect() as connection:
        row = await connection.fetchrow("SELECT gebruiker, actief FROM intake.connector WHERE id = $1", name)
        assert row is not None
        assert tuple(row) == (f"lvs-{name}", True)
    await asyncio.to_thread(management.delete_user, f"lvs-{name}")


async def test_a_las_gets_a_key_that_is_shown_once_and_is_kept_as_a_hash(operator: Operator, sandbox: Sandbox) -> None:
    words = ("las", "add", "las", "--oin", "00000003999999990001", "--adres", "https://oso.las.example", "--by", "beheer")
    missing = await operator.types(*words)
    assert (missing.exit_code, "there is no connector las" in missing.output) == (1, True)
    unsafe = await operator.types(*words[:6], "http://oso.las.example", *words[7:])
    assert (unsafe.exit_code, "https://" in unsafe.output) == (1, True)
    async with sandbox.connect() as connection:
        await connection.execute("INSERT INTO intake.connector VALUES ('las', 'LAS', 'lvs-las', true, now())")
        keys = []
        for _ in range(2):
            done = await operator.types(*words)
            shown = re.search(r"key (\S+) \(shown once\)", done.output)
            assert shown is not None, done.output
            keys.append(shown[1])
            assert await connection.fetchval("SELECT sleutel FROM intake.las") == hashlib.sha256(keys[-1].encode()).digest()
        assert len(set(keys)) == 2


async def test_a_connector_for_an_unknown_swv_is_refused_and_gets_no_user(operator: Operator, sandbox: Sandbox) -> None:
    done = await operator.types("connectors", "add", "nergens", "--naam", "Proef", "--swv", "PO9999", "--by", "beheer")
    assert done.exit_code == 1
    assert "PO9999" in done.output
    users = await asyncio.to_thread(sandbox.rabbitmq.management.request, "GET", "users")
    assert "lvs-nergens" not in {user["name"] for user in users}


async def test_the_first_account_logs_in_with_what_was_shown(operator: Operator, sandbox: Sandbox) -> None:
    made = await operator.types(*ACCOUNT)
    assert made.exit_code == 0, made.output
    shown = dict(re.findall(r"^(password|TOTP)\s+(\S+)$", made.output, re.MULTILINE))
    repeated = await operator.types(*ACCOUNT)
    assert repeated.output == "changed; password and TOTP secret as they were\n"

    async with running(make_gateway(sandbox)) as http:

        def login(shown: dict[str, str], steps: int = 0) -> dict[str, str]:
            code = pyotp.TOTP(shown["TOTP"]).at(clock.now(), counter_offset=steps)
            who = {"organisatie": "PO2507", "gebruikersnaam": "a.jansen"}
            return {**who, "wachtwoord": shown["password"], "code": code}

        session = await http.post(API, json=login(shown))
        assert session.status_code == 201, session.text
        header = {"Authorization": f"Bearer {session.json()['token']}"}

        renewed = await operator.types("account", "renew", "po2507", "a.jansen", "--by", "beheer")
        fresh = dict(re.findall(r"^(password|TOTP)\s+(\S+)$", renewed.output, re.MULTILINE))
        assert (await http.get(API, headers=header)).status_code == 401
        assert (await http.post(API, json=login(shown))).status_code == 401
        again = await http.post(API, json=login(fresh, steps=1))  # a step counts once for an account, whatever its secret
        assert again.status_code == 201, again.text
        header = {"Authorization": f"Bearer {again.json()['token']}"}
        assert (await http.get(API, headers=header)).status_code == 200

        stopped = await operator.types("account", "stop", "PO2507", "a.jansen", "--by", "beheer")
        assert stopped.output == "stopped\n"
        assert (await http.get(API, headers=header)).status_code == 401


async def test_an_account_that_is_not_there_is_said_to_be_so(operator: Operator) -> None:
    done = await operator.types("account", "stop", "PO2507", "niemand", "--by", "beheer")
    assert (done.exit_code, "bestaat niet" in done.output) == (1, True)


async def test_other_keys_than_the_gateway_has_are_refused(operator: Operator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SCHAKEL_TOTP_KEYS", "te kort")
    done = await operator.types(*ACCOUNT)
    assert (done.exit_code, "32 bytes" in done.output) == (1, True)


CSV = """soort;organisatie;gebruikersnaam;naam;email;rollen
school;99XA00;i.bedacht;Iris Bedacht;iris@linde.example;IB'er
swv;;a.drost;Anna Drost;anna@po2507.example;administratie|SCP
ouder;;mila@thuis.example;Mila Ouder;mila@thuis.example;
"""
ROLLEN = """
INSERT INTO gateway.rollen VALUES ('PO2507', 1, '[{"naam": "IB''er", "soort": "school"},
    {"naam": "administratie", "soort": "swv"}, {"naam": "SCP", "soort": "swv"}]')
"""


async def accounts(sandbox: Sandbox) -> list[tuple[str, ...]]:
    async with sandbox.connect() as connection:
        rows = await connection.fetch(
            "SELECT organisatie, gebruikersnaam, state, tweede_factor, array_to_string(rollen, '|') AS rollen"
            " FROM gateway.account ORDER BY 1, 2"
        )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("delimiter", [";", ","])
async def test_people_come_from_a_csv_with_an_invitation_each_and_may_come_again(
    operator: Operator, sandbox: Sandbox, delimiter: str
) -> None:
    async with sandbox.connect() as connection:
        await connection.execute(ROLLEN)
    file = operator.file.with_name("people.csv")
    file.write_text(CSV.replace(";", delimiter), encoding="utf-8-sig")
    done = await operator.types("account", "invite", str(file), "--swv", "PO2507", "--by", "beheer")
    assert (done.exit_code, done.output) == (0, "3 invited, 0 were there already\n")
    assert await accounts(sandbox) == [
        ("99XA00", "i.bedacht", "invited", "app", "IB'er"),
        ("PO2507", "a.drost", "invited", "app", "administratie|SCP"),
        ("PO2507", "mila@thuis.example", "invited", "mail", ""),
    ]
    asked = await sandbox.published("gateway", "nl.passend-onderwijs.account.mail-gevraagd.v1")
    assert sorted(event["data"]["email"] for event in asked) == [
        "anna@po2507.example",
        "iris@linde.example",
        "mila@thuis.example",
    ]
    more = CSV + "school;99XB00;b.beuk;Bram Bedacht;bram@beuk.example;IB'er\n"
    again = await operator.types("account", "invite", "-", "--swv", "PO2507", "--by", "beheer", stdin=more)
    assert (again.exit_code, again.output) == (0, "1 invited, 3 were there already\n")
    assert len(await sandbox.published("gateway", "nl.passend-onderwijs.account.mail-gevraagd.v1")) == 4


async def test_a_csv_with_faults_invites_nobody_and_names_line_and_field(operator: Operator, sandbox: Sandbox) -> None:
    async with sandbox.connect() as connection:
        await connection.execute(ROLLEN)
    wrong = CSV.replace("99XA00", "99X").replace("anna@po2507.example", "geen adres").replace("IB'er", "directeur")
    done = await operator.types("account", "invite", "-", "--swv", "PO2507", "--by", "beheer", stdin=wrong)
    assert done.exit_code == 1
    assert "line 2: organisatie: Deze organisatie past niet bij het soort gebruiker." in done.output
    assert "line 2: rollen: Deze rol kent het samenwerkingsverband hier niet: directeur." in done.output
    assert "line 3: email:" in done.output
    assert done.output.endswith("nobody was invited\n")
    assert await accounts(sandbox) == []
    for text in ("", "naam,email\nx,y\n", CSV.replace("\n", ";;;;\n", 1)):
        faulty = await operator.types("account", "invite", "-", "--swv", "PO2507", "--by", "beheer", stdin=text)
        assert "Traceback" not in faulty.output
        assert await accounts(sandbox) == []
    none = await operator.types("account", "invite", "-", "--swv", "PO9999", "--by", "beheer", stdin=CSV)
    assert (none.exit_code, "PO9999 has no rules" in none.output) == (1, True)
