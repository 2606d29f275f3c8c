"""The SQL of intake, one module per group of tables."""
