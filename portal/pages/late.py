"""Datasets older than the rhythm that they state, for who publishes in the bodies that hold them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalogue.late import late as late_among
from catalogue.late import rhythms
from catalogue.models import Dataset
from catalogue.permissions import bodies_where
from portal.pages import words

SHOWN: Final = 100


@dataclass(frozen=True)
class Row:
    dataset: Dataset
    rhythm: str
    modified: str


@never_cache
@require_safe
@login_required
def late(request: HttpRequest) -> HttpResponse:
    """`/retards/`, the oldest first."""
    audience = bodies_where(request.user, "publish")
    held = Dataset.objects.published()
    if not audience.everything:
        held = held.filter(owner__in=audience.organisations)
    names = rhythms()
    found = late_among(held, timezone.now())
    rows = [
        Row(row, names.get(row.frequency, words.last_part(row.frequency)), words.said_date(row.modified))
        for row in found.select_related("published_by").order_by("modified", "pk")[:SHOWN]
    ]
    return render(request, "late.html", {"rows": rows, "total": len(rows) if len(rows) < SHOWN else found.count()})
