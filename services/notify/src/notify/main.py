"""The composition root: every concrete thing of notify is named here, and only here."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from notify import api, handlers
from notify.adapters.smtp import Envelope, Server
from notify.adapters.templates import Templates
from notify.claims import Mail
from notify.compose import Composer
from notify.pool import Pool
from notify.postman import Postman
from notify.settings import Settings
from shared import clock
from shared.service import Service


def make_service(settings: Settings | None = None) -> Service:
    """Put the service together."""
    settings = settings or Settings()
    service = Service("notify", settings, title="Schakel: statusmails")
    composer = Composer(settings, Templates())
    pool = Pool(
        Server.of(settings),
        connections=settings.smtp_connections,
        slowest_probe=settings.smtp_probe_every,
        rate=settings.smtp_rate,
    )

    def envelope(mail: Mail) -> Envelope:
        return Envelope(settings.mail_from, mail.email, composer.compose(mail, clock.now()))

    postman = Postman(service.database, pool, envelope, lease=settings.mail_lease, poll=settings.poll)
    worker = service.worker("mail", postman.step, every=settings.poll)
    service.worker("mail-figures", postman.measure, every=5.0)

    @asynccontextmanager
    async def until_all_is_written() -> AsyncIterator[None]:
        try:
            yield
        finally:
            await postman.close()

    service.during(until_all_is_written)

    def wake() -> None:
        postman.wake()
        worker.wake()

    handlers.register(service, domain=settings.domain, wake=wake)
    service.http.include_router(api.router)
    service.shows_log()
    service.erases()
    service.honours_tokens()
    return service
