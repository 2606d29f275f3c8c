"""Rules of files and letters. Nothing here talks to a server."""
