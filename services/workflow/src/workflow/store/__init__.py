"""The SQL of this service: one named constant per statement, and a thin function around each."""
