"""One file per thing outside: S3, clamd, typst."""
