"""`/recettes/`: the recipes of this instance's own folder, and what is wrong with each, for who runs it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalogue.observing import recipes as observing
from portal.pages.running import for_who_runs_it


@never_cache
@require_safe
@for_who_runs_it
def recipes(request: HttpRequest) -> HttpResponse:
    """As the files are now: mended, a fault is gone at the next look. 403 for who does not run the instance."""
    known = observing.known()
    used = [
        (file, known.recipes[key], reverse("indicator", args=[key])) for key, file in sorted(known.files.items(), key=lambda one: one[1])
    ]  # fmt: skip
    return render(
        request, "indicators/recipes.html", {"faulty": known.faults, "used": used, "folder": observing.folder()}
    )
