"""What this service does: one function per use case, with its transaction and rules given by name."""
