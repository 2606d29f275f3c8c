"""The SQL of documents, one module per table."""
