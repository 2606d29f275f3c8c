"""The rules, pure: what an SWV may say in its rule set, and what follows from it."""
