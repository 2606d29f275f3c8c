"""Figures on real servers with fsync on, with the physical floor of this machine in the same run: ``make bench``."""
