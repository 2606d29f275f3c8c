"""Bijlagen and letters in S3, behind a virus scan. Start at ``main``, then ``usecases/judging`` and ``letters``."""
