"""Private PostgreSQL, RabbitMQ, S3, virus scanner and mail sink on this machine, for the demo and for the tests.

Use: ``Stack(folder)`` in a test, ``python -m schakel_local up|status|logs|down`` by hand. See deploy/local/README.md.
This file imports nothing: install.py runs before there is a virtual environment.
"""
