"""OSO-SWV put together: the entrance for notificaties, and the workers that fetch dossiers, hand them in, and tell of it.

>>> install(service, settings, documents)     # nothing of it runs when settings.oso_oin is empty
"""

from intake.adapters.documents import Documents
from intake.adapters.keten import Kanaal, Keten
from intake.adapters.osr import Osr
from intake.domain.geduld import Geduld
from intake.doorgeven import Doorgever
from intake.melding import Loket
from intake.ophalen import Ophaler
from intake.settings import Settings
from intake.terugmelden import Terugmelder
from intake.usecases.mandaten import Mandaten
from shared.service import Service


def install(service: Service, settings: Settings, documents: Documents) -> None:
    """Add it to intake, when it is set up here."""
    service.http.state.oso_loket = None
    if not settings.oso_oin:
        return
    kanaal = Kanaal(certificate=settings.oso_certificate, key=settings.oso_certificate_key, authority=settings.oso_ca_file)
    service.during(kanaal.opened)
    osr = Osr(settings.oso_osr_url, kanaal, dienst=settings.oso_dienst, timeout=settings.oso_osr_timeout)
    keten = Keten(settings.oso_traffic_center_url, kanaal, timeout=settings.oso_timeout, most=settings.oso_max_dossier)
    mandaten = Mandaten(service.database, osr, oin=settings.oso_oin, age=settings.oso_mandate_age)
    geduld = Geduld(settings.oso_retry, settings.oso_longest)
    lease = 2 * (settings.oso_timeout + settings.oso_osr_timeout) + 10
    doorgever = Doorgever(service.database, documents, settings)
    ophaler = Ophaler(service.database, mandaten, osr, keten, doorgever, geduld=geduld, lease=lease)
    fetching = service.worker("notificaties", ophaler.step, every=settings.poll)
    service.worker("notificatiecijfers", ophaler.measure, every=15.0)
    service.worker(
        "terugkoppelingen", Terugmelder(service.database, keten, geduld=geduld, lease=lease).step, every=settings.poll
    )
    service.http.state.oso_loket = Loket(service.database, mandaten, settings.oso_doelen, fetching.wake)
