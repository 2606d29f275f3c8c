"""The HTTP side of documents."""
