"""Everything that travels, one module per sender: data only, no behaviour.

A field may be added; a change that breaks a reader is a new type (``.v2``) beside the old one for a while.
"""
