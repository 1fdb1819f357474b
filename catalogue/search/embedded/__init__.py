"""The index in a folder of the instance, by tantivy."""

from catalogue.search.embedded.backend import EmbeddedBackend

__all__ = ["EmbeddedBackend"]
