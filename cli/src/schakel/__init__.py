"""The command line of Schakel: for operators (dead letters, outbox, rules, accounts) and for connector builders (lvs)."""
