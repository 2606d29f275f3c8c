"""``python -m gateway serve | prepare | describe``."""

from pathlib import Path

from gateway.main import make_service
from shared.main import run

run(make_service, migrations=Path(__file__).parents[2] / "migrations")
