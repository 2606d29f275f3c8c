"""Load the world: organisations, connector, accounts, mail boxes, mandates. May be repeated; nothing comes twice."""

import asyncio
from datetime import timedelta

import httpx

from gateway.adapters.passwords import Passwords
from gateway.usecases.accounts import NewAccount, create_account
from intake.las import LasOpgave, add_las
from intake.organisations import load as load_organisations
from schakel_local.demo import world
from schakel_local.demo.people import Colleague
from schakel_local.demo.site import Site
from schakel_local.fleet import LAS_OIN, OIN
from schakel_local.loopback import NO_TLS
from shared.database import Database
from shared.secretbox import SecretBox, read_keys

_KNOWN = "SELECT true FROM rollen WHERE swv = $1"


async def load(site: Site) -> None:
    """Put the world in. Raises httpx.HTTPError, StoryError and the services' own errors."""
    await _organisations(site)
    await _accounts(site)
    await _until_roles_are_known(site)
    await _until_the_connector_is_served(site)
    await _boxes_and_mandates(site)
    await _oso(site)


async def _organisations(site: Site) -> None:
    database = Database(site.environment["SCHAKEL_INTAKE_DATABASE_URL"], size=2)
    await database.connect()
    async with database.transaction() as tx:
        await load_organisations(tx, world.organisaties(f"lvs-{world.CONNECTOR}"), actor="demo")
    await database.close()


async def _oso(site: Site) -> None:
    """Let the demo's LAS speak OSO-SWV too: a new key each time, and every school's mandates."""
    database = Database(site.environment["SCHAKEL_INTAKE_DATABASE_URL"], size=1)
    await database.connect()
    opgave = LasOpgave.model_validate({"connector": world.CONNECTOR, "oin": LAS_OIN, "adres": f"{site.url('oso')}/las"})
    async with database.transaction() as tx:
        key = await add_las(tx, opgave, actor="demo")
    await database.close()
    brins = sorted({code[:4] for code, _, _ in world.SCHOLEN})
    mandates = [{"brin": brin, "leverancier": oin} for brin in brins for oin in (OIN, LAS_OIN)]
    async with httpx.AsyncClient(base_url=site.url("oso"), trust_env=False, verify=NO_TLS) as http:
        (await http.put("/simulator/koppeling", json={"schakel": site.url("intake"), "sleutel": key})).raise_for_status()
        (await http.put("/simulator/mandaten", json=mandates)).raise_for_status()


async def _accounts(site: Site) -> None:
    database = Database(site.environment["SCHAKEL_GATEWAY_DATABASE_URL"], size=2)
    await database.connect()
    passwords, box = Passwords(), SecretBox(read_keys(site.keys["totp"]))
    for one in world.PEOPLE:
        new = NewAccount(one.organisatie, one.gebruikersnaam, one.naam, one.email, one.soort, world.SWV, one.rollen)
        password = site.password(one.gebruikersnaam)
        async with database.transaction() as tx:
            secret = site.totp(one.gebruikersnaam)
            await create_account(tx, passwords, box, new, password=password, secret=secret, by="demo")
    await database.close()
    site.remember()


async def _until_roles_are_known(site: Site) -> None:
    """Wait for what workflow tells of the roles at its first start. Raises TimeoutError."""
    for service in ("INTAKE", "BRON_EXPORT", "GATEWAY"):
        database = Database(site.environment[f"SCHAKEL_{service}_DATABASE_URL"], size=1)
        await database.connect()
        async with asyncio.timeout(20):
            while not await database.pool.fetchval(_KNOWN, world.SWV):  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(0.1)
        await database.close()


async def _until_the_connector_is_served(site: Site) -> None:
    """Wait for intake to notice the connector and make its queues. Raises TimeoutError."""
    broker = site.parts["rabbitmq"]
    url = f"{broker['management_url']}/api/queues/%2F/lvs.{world.CONNECTOR}.uit"
    async with (
        httpx.AsyncClient(auth=(broker["admin"], broker["admin_password"]), trust_env=False, verify=NO_TLS) as http,
        asyncio.timeout(20),
    ):
        while (await http.get(url)).status_code != httpx.codes.OK:  # noqa: ASYNC110 - another process makes it
            await asyncio.sleep(0.1)


async def _boxes_and_mandates(site: Site) -> None:
    async with httpx.AsyncClient(timeout=20, trust_env=False, verify=NO_TLS) as http:
        clerk = await Colleague.log_in(site, http, "a.drost")
        for rol, email in world.POSTBUSSEN.items():
            await clerk.set_box(rol, email)
        for code, _, _ in world.SCHOLEN:
            await clerk.give_mandate(code, site.begun - timedelta(days=1))
