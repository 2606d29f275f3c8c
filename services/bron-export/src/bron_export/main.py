"""The composition root: every concrete thing of bron-export is named here."""

from bron_export import api, handlers
from bron_export.adapters.register import HttpRegister
from bron_export.sender import Sender
from bron_export.settings import Settings
from shared.contracts.bron_export import RegistratieGewijzigd
from shared.service import Service


def make_service(settings: Settings) -> Service:
    """Put bron-export together."""
    service = Service("bron-export", settings, title="Registraties bij het register (BRON)")
    register = HttpRegister(
        settings.register_url,
        timeout=settings.register_timeout,
        header=settings.register_header,
        credentials=settings.register_credentials.get_secret_value(),
    )
    service.during(register.opened)
    sender = Sender(
        service.database,
        register,
        tijden=settings.wachttijden,
        lease=settings.register_lease,
        parallel=settings.register_parallel,
    )
    worker = service.worker("registraties", sender.step, every=settings.poll)
    service.worker("registratiecijfers", sender.measure, every=15.0)
    service.publishes(RegistratieGewijzigd)
    handlers.install(service, worker.wake)
    service.http.state.wake = worker.wake
    service.http.include_router(api.router)
    service.shows_log()
    service.erases()
    service.honours_tokens()
    return service
