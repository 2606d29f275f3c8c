"""The public API, ``/api/v1``, after the NL API Design Rules 2.x."""
