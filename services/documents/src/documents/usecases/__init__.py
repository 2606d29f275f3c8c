"""One function per thing documents does."""
