"""Who is reading, as a value that queries and the index understand."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Q


@dataclass(frozen=True)
class Audience:
    """Who is reading, reduced to what a query needs. Made by `catalogue.permissions.audience_of`, nowhere else."""

    everything: bool = False
    organisations: frozenset[int] = frozenset()
    datasets: frozenset[uuid.UUID] = frozenset()
    tokens: frozenset[str] = frozenset({"public"})
    # (indicator, body): what that body keeps of an internal indicator, opened to this reader by a grant.
    figures: frozenset[tuple[int, int]] = frozenset()
    drafts: frozenset[int] = frozenset()  # the bodies whose drafts this reader may see

    def sees_published(self, path: str = "") -> Q:
        """Of the published records, those that this reader may know to exist; not for one who sees everything.

        `path`: to the record, "" or "dataset__".
        """
        allowed = Q((f"{path}private", False))
        if self.organisations:
            allowed |= Q((f"{path}owner__in", self.organisations))
        if self.datasets:
            allowed |= Q((f"{path}pk__in", self.datasets))
        return allowed


PUBLIC = Audience()
