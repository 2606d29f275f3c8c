"""The five services behind the gateway, put together without a server: for what is decided before anything is asked of one.

>>> documents = {name: service.http.openapi() for name, service in services().items()}
"""

import base64
from typing import Any
from uuid import UUID

import bron_export.main
import bron_export.settings
import documents.main
import documents.settings
import intake.main
import intake.settings
import notify.main
import notify.settings
import workflow.main
import workflow.settings
from shared import auth, tokens
from shared.service import Service
from support.sandbox import GATEWAY_KEY, WORKFLOW_KEY

_CHASSIS: dict[str, Any] = {
    "database_url": "postgresql://x",
    "amqp_url": "amqp://x",
    "log_level": "error",
    "gateway_public_key": tokens.dump_key(GATEWAY_KEY, private=False),
}
_SECRET = base64.b64encode(bytes(32)).decode()


def services() -> dict[str, Service]:
    """Make them anew, by name; they know the keys of the sandbox."""
    capability = tokens.dump_key(WORKFLOW_KEY, private=True)
    return {
        "workflow": workflow.main.make_service(workflow.settings.Settings(**_CHASSIS, capability_key=capability)),
        "intake": intake.main.make_service(intake.settings.Settings(**_CHASSIS)),
        "documents": documents.main.make_service(documents.settings.Settings(**_CHASSIS, workflow_public_key=capability)),
        "notify": notify.main.make_service(notify.settings.Settings(**_CHASSIS, link_key=_SECRET)),
        "bron-export": bron_export.main.make_service(
            bron_export.settings.Settings(**_CHASSIS, register_url="http://127.0.0.1:1")
        ),
    }


def without_epochs(service: Service) -> None:
    """No account has an epoch: which one has stands in a database, and there is none."""

    async def none(_: UUID) -> None:
        return None

    service.http.dependency_overrides[auth.epochs] = lambda: none
