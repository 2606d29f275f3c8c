"""Which messages notify reads."""

from collections.abc import Callable

from notify import usecases
from shared.contracts.gateway import AccountMailGevraagd
from shared.contracts.workflow import OverdrachtGedaan, OverlegGemeld, StatusGewijzigd, TermijnBereikt, ToegangGemeld
from shared.envelope import Event
from shared.service import Service, Tx


def register(service: Service, *, domain: str, wake: Callable[[], None]) -> None:
    """Bind the handlers; ``domain`` is that of Message-IDs, ``wake`` tells the postman that there are mails."""

    @service.on(StatusGewijzigd, "status-gewijzigd", together=True)
    async def status_gewijzigd(event: Event[StatusGewijzigd], tx: Tx) -> None:
        await usecases.plan_mails(tx, event.data, domain=domain, wake=wake)

    @service.on(TermijnBereikt, "termijn-bereikt")
    async def termijn_bereikt(event: Event[TermijnBereikt], tx: Tx) -> None:
        await usecases.plan_mails(tx, event.data, domain=domain, wake=wake)

    @service.on(ToegangGemeld, "toegang-gemeld")
    async def toegang_gemeld(event: Event[ToegangGemeld], tx: Tx) -> None:
        await usecases.plan_mails(tx, event.data, domain=domain, wake=wake)

    @service.on(OverdrachtGedaan, "overdracht-gedaan")
    async def overdracht_gedaan(event: Event[OverdrachtGedaan], tx: Tx) -> None:
        await usecases.plan_handover_mail(tx, event.data, domain=domain, wake=wake)

    @service.on(OverlegGemeld, "overleg-gemeld")
    async def overleg_gemeld(event: Event[OverlegGemeld], tx: Tx) -> None:
        await usecases.plan_mails(tx, event.data, domain=domain, wake=wake)

    @service.on(AccountMailGevraagd, "account-mail-gevraagd")
    async def account_mail_gevraagd(event: Event[AccountMailGevraagd], tx: Tx) -> None:
        await usecases.plan_account_mail(tx, event.data, domain=domain, wake=wake)
