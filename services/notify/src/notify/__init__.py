"""Notify: a mail per change of status and recipient, and what becomes of it.

Read in this order: ``domain/fate`` (what can become of a mail), ``usecases`` (planning), ``postman`` and ``adapters/smtp``
(sending).
"""
