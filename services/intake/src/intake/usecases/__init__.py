"""What intake does: one function per use case, each inside a transaction of the caller."""
