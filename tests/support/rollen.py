"""The roles of the rule sets that ship, as workflow tells them: for tests of services that are told of them.

>>> await tell_roles(sandbox, "intake", "PO2507")           # before the service starts, or while it runs
"""

from shared import roles
from shared.contracts.workflow import RegelsGepubliceerd, Rolnaam
from shared.database import Database
from support.sandbox import Sandbox, eventually, schema_of
from workflow.registry import read_all
from workflow.usecases.publish import told


def roles_that_ship() -> tuple[Rolnaam, ...]:
    """Every role of every rule set that ships, once."""
    return tuple(dict.fromkeys(rol for one in read_all(None) for rol in told(one.ruleset).rollen))


async def tell_roles(sandbox: Sandbox, service: str, *swvs: str) -> None:
    """Have a service know these roles for these SWVs, in version 0: what workflow tells goes before it."""
    database = Database(sandbox.database_url(service), size=1)
    await database.connect()
    async with database.transaction() as tx:
        for swv in swvs:
            told_of = RegelsGepubliceerd(swv=swv, versie=0, onbekende_titel="aanvaarden", titels=(), rollen=roles_that_ship())
            await roles.keep(tx, told_of)
    await database.close()


async def roles_told(sandbox: Sandbox, *services: str) -> None:
    """Wait until these services were told of the roles of PO2507 by a workflow that runs."""
    async with sandbox.connect() as connection:
        for service in services:
            query = f"SELECT true FROM {schema_of(service)}.rollen WHERE swv = 'PO2507'"
            await eventually(lambda query=query: connection.fetchval(query))
