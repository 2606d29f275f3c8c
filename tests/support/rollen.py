"""The roles of the rule sets that ship, as workflow tells them: for tests of services that are told of them.

>>> await tell_roles(sandbox, "intake", "PO2507")           # before the service starts, or while it runs
"""

from shared.contracts.workflow import RegelsGepubliceerd, Rolnaam
from support.sandbox import Sandbox, eventually, schema_of
from workflow.registry import read_all
from workflow.usecases.publish import told


def roles_that_ship() -> tuple[Rolnaam, ...]:
    """Every role of every rule set that ships, once."""
    return tuple(dict.fromkeys(rol for one in read_all(None) for rol in told(one.ruleset).rollen))


async def tell_roles(sandbox: Sandbox, service: str, *swvs: str) -> None:
    """Have a service know these roles for these SWVs, in version 0: what workflow tells goes before it."""
    async with sandbox.connect() as connection:
        for swv in swvs:
            namen = RegelsGepubliceerd(swv=swv, versie=0, onbekende_titel="aanvaarden", titels=(), rollen=roles_that_ship())
            await connection.execute(
                f"INSERT INTO {schema_of(service)}.rollen (swv, versie, namen) VALUES ($1, 0, $2::jsonb -> 'rollen')",
                swv,
                namen.model_dump_json(),
            )


async def roles_told(sandbox: Sandbox, *services: str) -> None:
    """Wait until these services were told of the roles of PO2507 by a workflow that runs."""
    async with sandbox.connect() as connection:
        for service in services:
            query = f"SELECT true FROM {schema_of(service)}.rollen WHERE swv = 'PO2507'"
            await eventually(lambda query=query: connection.fetchval(query))
