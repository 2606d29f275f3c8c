"""From the LVS to the SWV and back: a hulpvraag is changed, withdrawn, and taken off the list."""

from datetime import date
from typing import TypeVar
from uuid import uuid4

from schakel_local.demo import world
from schakel_lvs import Connector, Store, message
from schakel_lvs import berichten as contract
from schakel_lvs.base import Command, Heard
from shared import clock
from support.fleet import System
from support.sandbox import eventually

Answer = TypeVar("Answer", bound=Heard)


async def test_what_a_school_changes_and_withdraws_in_its_lvs_comes_back_as_statuses(system: System) -> None:
    async with Connector.open(system.site.environment["SCHAKEL_LVS_AMQP_URL"], world.CONNECTOR, Store(":memory:")) as lvs:

        async def ask(command: Command, kind: type[Answer]) -> Answer:
            answer = await lvs.ask(message(command))
            assert isinstance(answer, kind), answer
            return answer

        async def stands(status: str, versie: int) -> contract.StatusBericht | None:
            answer = await ask(contract.StatusOpvragen(dossiernummers=(number,)), contract.Statussen)
            found = answer.hulpvragen[0].status
            return found if found and (found.status, found.versie) == (status, versie) else None

        reference = str(uuid4())
        first = contract.HulpvraagIndienen(
            swv="PO2507",
            eigen_referentie=reference,
            aanvraagtype="A&K",
            datum=clock.today(),
            school=contract.SchoolOpgave(brin="99XA", vestiging="00"),
            leerling=contract.LeerlingOpgave(
                leerlingid=reference, roepnaam="Stoer", achternaam="Verzonnen", geboortedatum=date(2016, 5, 4)
            ),
            contactpersoon=contract.ContactpersoonOpgave(naam="Iris Linde", email="i.linde@99xa00.example"),
        )
        number = (await ask(first, contract.Aanvaard)).dossiernummer
        await eventually(lambda: stands("A&K aanmelding", 1))
        changed = first.model_copy(update={"aanvraagtype": "TLV", "omschrijving": "Bij nader inzien een TLV."})
        assert (await ask(changed, contract.Aanvaard)).dossiernummer == number
        await eventually(lambda: stands("TLV Aanmelding", 2))
        named = {"eigen_referentie": reference, "school": first.school}
        refused = await ask(contract.HulpvraagVerwijderen(**named), contract.Geweigerd)
        assert [fault.rule for fault in refused.fouten] == ["niet-afgesloten"]
        await ask(contract.HulpvraagIntrekken(**named, reden="Er komt een arrangement."), contract.Aanvaard)
        last = await eventually(lambda: stands("TLV aanvraag ingetrokken", 3))
        assert last.reden == "Er komt een arrangement."
        await ask(contract.HulpvraagVerwijderen(**named), contract.Aanvaard)
        gone = await ask(contract.StatusOpvragen(dossiernummers=(number,)), contract.Statussen)
        assert (gone.hulpvragen, gone.onbekend) == ((), (number,))
        statuses: list[str | None] = []
        async for received in lvs.incoming():
            match received.content:
                case contract.StatusBericht(dossiernummer=about, status=status) if about == number:
                    statuses.append(status)
            if len(statuses) == 3:
                break
    assert statuses == ["A&K aanmelding", "TLV Aanmelding", "TLV aanvraag ingetrokken"]
    kept = "SELECT omschrijving FROM hulpvraag WHERE dossiernummer = $1"
    assert await system.value("intake", kept, number) == "Bij nader inzien een TLV.", "the dossier of the SWV stays"
