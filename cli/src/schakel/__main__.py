"""``python -m schakel``."""

from schakel.main import main

main()
