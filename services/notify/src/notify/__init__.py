"""Notify: a mail per change of status and recipient, and what becomes of it.

Read in this order: ``domain/fate`` (what can become of a mail), ``usecases`` (planning), ``postman``, ``claims`` and
``adapters/smtp`` (sending).
"""
