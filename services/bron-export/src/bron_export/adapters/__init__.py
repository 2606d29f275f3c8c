"""What lies outside: the register."""
