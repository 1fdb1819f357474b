"""The index of this instance: embedded, or on Elasticsearch."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings

from catalogue.search.contract import SearchBackend
from catalogue.search.embedded import EmbeddedBackend


def backend() -> SearchBackend:
    """The instance's index, on Elasticsearch where ELASTICSEARCH_URL names a server; one object per process."""
    if settings.ELASTICSEARCH_URL:
        return _elastic(settings.ELASTICSEARCH_URL, _prefix())
    return _embedded(Path(settings.BOUTURE_HOME) / "index")


def public_alias() -> str:
    """What peers may search on Elasticsearch; "" for an embedded index."""
    return f"{_prefix()}-public" if settings.ELASTICSEARCH_URL else ""


def _prefix() -> str:
    """Of the names of this instance's indices: several instances may share a server."""
    return "bouture-" + re.sub(r"[^a-z0-9]+", "-", urlsplit(settings.BOUTURE_URL).netloc.lower()).strip("-")


@cache
def _embedded(folder: Path) -> SearchBackend:
    return EmbeddedBackend(folder)


@cache
def _elastic(url: str, prefix: str) -> SearchBackend:
    # Imported where it is used: an embedded instance stays small without it.
    from catalogue.search.elastic import ElasticBackend

    return ElasticBackend(url, prefix)
