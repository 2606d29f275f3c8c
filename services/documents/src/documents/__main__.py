"""``python -m documents serve | prepare | describe``."""

from pathlib import Path

from documents.main import make_service
from shared.main import run

if __name__ == "__main__":
    run(make_service, migrations=Path(__file__).parents[2] / "migrations")
