"""How Schakel's services talk, and nothing else.

Read in this order: ``envelope`` and ``contracts`` (what travels), ``database`` and ``outbox`` (how it is written), ``relay``
(how it leaves), ``inbox`` (how it arrives), ``service`` (how a process is put together). No business rule and no service's
SQL lives here.
"""
