"""The servers that the adapters of documents speak to."""

from integration.documents.conftest import clamav, seaweed

__all__ = ["clamav", "seaweed"]
