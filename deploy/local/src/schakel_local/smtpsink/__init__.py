"""A mail server that keeps every mail to itself: for the demo, with an inbox for people, and for tests, with faults on demand.

Use: ``sink = SmtpSink(folder); sink.start()``; the program itself is ``python -m schakel_local.smtpsink CONFIGURATION``.
"""

from schakel_local.smtpsink.server import SmtpSink

__all__ = ["SmtpSink"]
