"""`/frequentation/`: what is read, taken and asked here, month by month. Counts alone: docs/search.md tells what is kept."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_safe

from catalogue import use, used
from catalogue.used import Month
from portal import spelling
from portal.charts.sparks import spark
from portal.csv_lines import csv_line
from portal.pages import words

MONTHS: Final = 13  # that the table shows: a year, and the same month of the year before
SHOWN: Final = 20  # datasets of a month
COLUMNS: Final = ("mois", "jeu_de_donnees", "organisation", "adresse", "lectures", "telechargements", "appels")
USE: Final = ("views", "downloads", "calls")
SEARCHES: Final = ("searches", "unfound")
NAMES: Final = {
    "views": gettext_noop("lectures de fiches"),
    "downloads": gettext_noop("téléchargements"),
    "calls": gettext_noop("appels de l’interface"),
    "searches": gettext_noop("recherches"),
    "unfound": gettext_noop("recherches sans réponse exacte"),
}
FIRST: Final = date(2020, 1, 1)  # no portal counted before
NOT_A_MONTH: Final = gettext_noop("Un mois s’écrit 2026-11, et n’est pas à venir. Voici le mois en cours.")


@dataclass(frozen=True)
class Measure:
    """One thing that is counted, this month and the one before. `course`: the months of the table, the oldest first."""

    name: str
    now: int
    before: int
    course: SafeString


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """`/frequentation/?mois=2026-11`, the current month unless another is asked. Four queries."""
    month, trouble = _month(request.GET.get("mois", ""))
    months = used.months(month, MONTHS)
    latest, shown = timezone.localdate().replace(day=1), _shown(months)
    context = {
        "month": month,
        "said": _said(month),
        "running": month == latest,
        "previous": _link(used.before(month)),
        "next": _link(used.after(month)) if month < latest else None,
        "trouble": trouble,
        "measures": list(_measures(months, shown)),
        "months": [(*_link(one.first), one) for one in months],
        "csv": f"{reverse('attendance_csv')}?mois={month:%Y-%m}",
        "most": used.most(month, SHOWN),
        "shown": shown,
        "kept": use.KEPT.days,
    }
    return render(request, "attendance.html", context, status=400 if trouble else 200)


@require_safe
def as_csv(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """`/frequentation.csv?mois=2026-11`: each public dataset that was used in that month. 400 for what is no month."""
    month, trouble = _month(request.GET.get("mois", ""))
    if trouble:
        return HttpResponse(f"{trouble}\n", status=400, content_type="text/plain; charset=utf-8")
    answer = StreamingHttpResponse(
        () if request.method == "HEAD" else _csv(month), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = f'attachment; filename="frequentation-{month:%Y-%m}.csv"'
    return answer


def _month(asked: str) -> tuple[date, str]:
    """The first day of the month that is asked, the current one where it is none; and what is wrong."""
    now = timezone.localdate().replace(day=1)
    text = spelling.one_line(asked)
    if not text:
        return now, ""
    try:
        found = date.fromisoformat(f"{text}-01") if len(text) == 7 else None  # 2026-11
    except ValueError:
        found = None
    if found is None or found > now or found < FIRST:
        return now, _(NOT_A_MONTH)
    return found, ""


def _said(month: date) -> str:
    return words.said_date(f"{month:%Y-%m}")


def _link(month: date) -> tuple[str, str]:
    """Its name and what the address says."""
    return _said(month), f"?mois={month:%Y-%m}"


def _shown(months: Sequence[Month]) -> list[str]:
    """The columns of what is counted here, and of what was."""
    shown: list[str] = []
    for setting, names in ((settings.BOUTURE_USE_COUNTS, USE), (settings.BOUTURE_SEARCH_COUNTS, SEARCHES)):
        if setting or any(getattr(one, name) for one in months for name in names):
            shown += names
    return shown


def _measures(months: Sequence[Month], shown: Sequence[str]) -> Iterator[Measure]:
    for column in shown:
        course = [getattr(one, column) for one in reversed(months)]
        yield Measure(_(NAMES[column]), course[-1], course[-2], spark(course))


def _csv(month: date) -> Iterator[bytes]:
    yield csv_line(COLUMNS)
    for one in used.every(month):
        row = one.dataset
        counts = (str(one.views), str(one.downloads), str(one.calls))
        address = settings.BOUTURE_URL + row.get_absolute_url()
        yield csv_line((f"{month:%Y-%m}", row.label, row.published_by.name, address, *counts))
