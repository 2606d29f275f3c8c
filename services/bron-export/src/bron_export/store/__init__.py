"""The SQL of bron-export: registrations, the log of attempts and corrections, mandates."""
