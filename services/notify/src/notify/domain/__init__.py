"""What a mail says, to whom it may go, and what becomes of it. Pure: no database, no network, no clock of its own."""
