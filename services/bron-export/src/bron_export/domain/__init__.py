"""The rules of registering a decision, pure: what is registered, its states, its checks. No I/O in here."""
