"""The addresses of records and files: a source's own where it can be ours, else one that we give."""

from __future__ import annotations

import uuid

from django.conf import settings

from catalogue.dcat.hosts import is_private
from catalogue.dcat.terms import is_address

LONGEST_ADDRESS = 2_000  # bytes: an index of PostgreSQL holds 2,704


def minted(identifier: uuid.UUID) -> str:
    """The address that we give to what has none of its own."""
    return f"{settings.BOUTURE_URL}/id/{identifier}"


def ownable(uri: str, home: str = "") -> bool:
    """Whether a source's IRI can be the record's address: absolute, http(s), on no private host but that of `Draft.home`."""
    fits = uri.lower().startswith(("http://", "https://")) and len(uri.encode()) <= LONGEST_ADDRESS and is_address(uri)
    return fits and ((bool(home) and uri.startswith(home)) or not is_private(uri))
