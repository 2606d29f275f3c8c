"""What bron-export does, one function per use case; each takes its transaction and what else it needs."""
