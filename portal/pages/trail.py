"""The audit trail: for who administers the instance, all of it; for who administers bodies, what was done in these."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from catalogue.auditing import ACTIONS
from catalogue.auditing.exporting import COLUMNS, as_plain, chosen
from catalogue.models import AuditEntry, Organisation
from catalogue.models.auditing import AuditQuerySet
from catalogue.permissions import bodies_where
from portal import spelling
from portal.pages.telling import Act, fields, names_of, said, short_sides_of, through

SHOWN: Final = 50
PAGES: Final = {"dataset": "dataset", "source": "harvest", "service": "service"}  # kind -> the page of a thing
DATES: Final = gettext_noop("Une date s’écrit AAAA-MM-JJ, comme 2026-11-26. Les dates n’ont pas été prises en compte.")


@dataclass(frozen=True)
class Asked:
    """What the address asks. `before`: the number below which the page starts, 0 for the newest."""

    body: str = ""
    who: str = ""
    action: str = ""
    since: str = ""
    until: str = ""
    before: int = 0

    @classmethod
    def read(cls, given: QueryDict) -> Asked:
        number = given.get("avant", "")
        names = {"body": "organisme", "who": "qui", "action": "action", "since": "depuis", "until": "jusqua"}
        # No base has text with a NUL in it, and PostgreSQL would not even look.
        typed = {name: spelling.one_line(given.get(said, "")).replace("\0", "")[:200] for name, said in names.items()}
        return cls(**typed, before=spelling.whole(number, 17))

    def address(self, **more: Any) -> str:
        """What the address of another page says."""
        said = {
            "organisme": self.body,
            "qui": self.who,
            "action": self.action,
            "depuis": self.since,
            "jusqua": self.until,
        }
        return urlencode({name: value for name, value in {**said, **more}.items() if value})


@never_cache
@require_safe
@login_required
def trail(request: HttpRequest) -> HttpResponse:
    """`/traces/?organisme=&qui=&action=&depuis=&jusqua=&avant=`. 403 for who administers nothing."""
    asked = Asked.read(request.GET)
    entries, trouble = _found(request, asked)
    below = entries.filter(number__lt=asked.before) if asked.before else entries
    rows = list(below.order_by("-number")[: SHOWN + 1])
    shown = rows[:SHOWN]
    context = {
        "acts": told(shown),
        "asked": asked,
        "bodies": _bodies(request),
        "actions": sorted(((code, _(name)) for code, name in ACTIONS.items()), key=lambda pair: pair[1]),
        "trouble": trouble,
        "first": f"?{asked.address()}" if asked.before else "",
        "next": f"?{asked.address(avant=shown[-1].number)}" if len(rows) > SHOWN else "",
        "exports": [(name, f"{reverse('trail_as', args=[name])}?{asked.address()}") for name in ("csv", "jsonl")],
    }
    return render(request, "trail.html", context, status=400 if trouble else 200)


@never_cache
@require_safe
@login_required
def export(request: HttpRequest, extension: str) -> StreamingHttpResponse:
    """`/traces/traces.<csv|jsonl>`: all that the filters leave, the oldest first."""
    if extension not in ("csv", "jsonl"):
        raise Http404
    entries, __ = _found(request, Asked.read(request.GET))
    rows = entries.order_by("number").iterator(chunk_size=1_000)
    lines = _csv(rows) if extension == "csv" else (json.dumps(as_plain(row), ensure_ascii=False) + "\n" for row in rows)
    kind = "text/csv; charset=utf-8" if extension == "csv" else "application/x-ndjson"
    answer = StreamingHttpResponse(lines, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="traces.{extension}"'
    return answer


class _Line:
    """What csv.writer writes into, to give each line at once."""

    def write(self, text: str) -> str:
        return text


def _csv(rows: Iterator[AuditEntry]) -> Iterator[str]:
    writer = csv.DictWriter(_Line(), COLUMNS)
    yield str(writer.writeheader())
    for row in rows:
        yield str(writer.writerow(as_plain(row, texts=True)))


def _found(request: HttpRequest, asked: Asked) -> tuple[AuditQuerySet, str]:
    """What this reader may read of what is asked, and what is wrong with the question. Raises PermissionDenied."""
    where = bodies_where(request.user, "administer")
    if not (where.everything or where.organisations):
        raise PermissionDenied
    entries, trouble = AuditEntry.objects.held_by(where), ""
    if asked.body:
        entries = entries.filter(body=Organisation.objects.filter(slug=asked.body).values_list("pk", flat=True).first())
    if asked.who:
        entries = entries.filter(actor__icontains=asked.who)
    if asked.action:
        entries = entries.filter(action=asked.action)
    try:
        entries = chosen(entries, asked.since, asked.until)
    except (ValueError, OverflowError):
        trouble = _(DATES)
    return entries, trouble


def _bodies(request: HttpRequest) -> list[Organisation]:
    where = bodies_where(request.user, "administer")
    known = Organisation.objects.filter(tenant=True)
    return list(known if where.everything else known.filter(pk__in=where.organisations))


def told(entries: list[AuditEntry]) -> list[Act]:
    """As pages show them; two queries at most, whatever their number."""
    sides = {entry.number: short_sides_of(entry) for entry in entries}
    names = names_of((side for pair in sides.values() for side in pair), (entry.body for entry in entries))
    return [
        Act(
            entry.number,
            entry.at,
            said(entry.action),
            who=entry.actor or _("le portail lui-même"),
            through=through(entry),
            label=entry.label,
            body=names.bodies.get(entry.body or 0, ""),
            address=reverse(PAGES[entry.kind], args=[entry.key]) if entry.kind in PAGES else "",
            reason=entry.reason,
            fields=fields(*sides[entry.number], names),
        )
        for entry in entries
    ]
