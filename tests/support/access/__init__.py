"""Who may do what: the matrix as data (``matrix.yaml``), how it is read and drawn, and the people who try it."""
