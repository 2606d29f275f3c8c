"""``python -m intake serve | prepare | describe``."""

from pathlib import Path

from intake.main import make_service
from shared.main import run

run(make_service, migrations=Path(__file__).parents[2] / "migrations")
