"""What is searched here and not found: for the instance's administrators, and for all where they wish it."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalogue.search import tallies

PERIODS: Final = {"30": gettext_noop("30 jours"), "90": gettext_noop("trois mois"), "365": gettext_noop("un an")}
SHOWN: Final = 100


@never_cache
@require_safe
def searches(request: HttpRequest) -> HttpResponse:
    """`/recherches/?jours=90`. Strangers see what is not found alone, and only where the instance publishes it."""
    administrator = request.user.is_authenticated and request.user.is_superuser
    if not administrator and not settings.BOUTURE_SEARCH_COUNTS_PUBLIC:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        raise PermissionDenied
    days = request.GET.get("jours", "")
    days = days if days in PERIODS else "90"
    since = timezone.localdate() - timedelta(days=int(days))
    total = tallies.totals(since)
    shown = {
        "missed": tallies.questions(since, SHOWN, missed=True),
        "most": tallies.questions(since, SHOWN) if administrator else [],
        "asked": total.asked,
        "unfound": total.unfound,
        "counting": settings.BOUTURE_SEARCH_COUNTS,
        "days": days,
        "period": _(PERIODS[days]),
        "periods": [(value, _(name)) for value, name in PERIODS.items()],
        "least": tallies.TIMES,
        "least_days": tallies.DAYS,
    }
    return render(request, "searches.html", shown)
