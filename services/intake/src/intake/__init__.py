"""Intake: takes hulpvragen from connectors and by hand, and gives each its dossiernummer."""
