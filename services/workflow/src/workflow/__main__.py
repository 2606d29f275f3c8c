"""``python -m workflow serve | prepare | asyncapi | openapi``."""

from shared.main import run
from workflow.main import MIGRATIONS, make_service
from workflow.settings import Settings

run(lambda: make_service(Settings()), migrations=MIGRATIONS)
