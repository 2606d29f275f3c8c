"""One function per use case, each with its ports named."""
