"""Run workflow: ``python -m workflow serve | prepare | describe``."""

from pathlib import Path

from shared.main import run
from workflow.main import make_service

if __name__ == "__main__":
    run(make_service, migrations=Path(__file__).parents[2] / "migrations")
