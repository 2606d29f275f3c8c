"""The education chain around OSO-SWV, simulated in one process: a Traffic Center, a LAS, and the register of mandates (OSR).

``python -m intake.simulator --port 8091``. It checks what the real ones are known to check, remembers in memory, misbehaves
when it is told to (``gedrag.py``), and shows on its page what passed. For demos and tests, with made-up children; its own
routes ask nobody who they are.

What tests against it prove: that our side does the right thing with every answer, silence and fault. What they cannot prove:
the forms that are not public (``osoberichten.py`` says which), certificates, and WS-Security.
"""
