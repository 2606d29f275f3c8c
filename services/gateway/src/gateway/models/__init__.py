"""What the API takes and gives, and the pages show: one module per subject."""
