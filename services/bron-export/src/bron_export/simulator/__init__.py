"""A register to work against where no real one can be reached: for ``make up``, for tests, for whoever builds on Schakel.

It keeps to ``bron_export.bericht``, judges by the signal codes of BRON-PO 2014–2016, remembers what it registered in a file,
and can be told to be slow, deaf, down, forgetful or wrong. What it cannot prove is what the real register does:
docs/architecture/bron-export.md says which part is public and which is ours.

::

    python -m bron_export.simulator --port 8090 --data register.sqlite
    curl -X POST localhost:8090/simulator/gedrag -d '{"soort": "zwijgt", "keren": 1}'

Not for real children's data: its own routes under ``/simulator`` and its page ask nobody who they are.
"""
