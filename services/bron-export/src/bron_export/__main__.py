"""``python -m bron_export serve | prepare | describe``; the simulator is ``python -m bron_export.simulator``."""

from pathlib import Path

from bron_export.main import make_service
from bron_export.settings import Settings
from shared.main import run

run(lambda: make_service(Settings()), migrations=Path(__file__).parents[2] / "migrations")
