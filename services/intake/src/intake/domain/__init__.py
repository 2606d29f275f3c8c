"""What a message must look like, what it may ask, and what it is called. Pure: no database, no broker, no clock of its own."""
