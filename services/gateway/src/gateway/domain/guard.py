"""Where guessing is slowed down: at a name and at an address.

An attempt is counted before the password is looked at, and forgotten when it was right: a hundred attempts at the same
moment get no further than five in a row.
"""

from datetime import timedelta

from shared.guard import Guard

NAME = Guard(free=5, window=timedelta(hours=24), first=timedelta(seconds=30))
"""Per name as typed, whether it exists or not."""
ADDRESS = Guard(free=50, window=timedelta(hours=1), first=timedelta(minutes=1))
"""Per network address: a whole school may sit behind one."""
