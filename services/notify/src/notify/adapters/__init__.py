"""The outside: the mail server and the templates."""
