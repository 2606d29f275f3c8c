"""Workflow: each SWV's own rules, the hulpvragen that follow them, and the decisions."""
