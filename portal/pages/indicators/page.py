"""`/indicateurs/<key>/`: one figure of a territory, what it became, how others do, where it comes from and how it was computed."""

from __future__ import annotations

from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from catalogue import granting
from catalogue.indicators.contract import Sense, Status
from catalogue.indicators.totals import total_of
from catalogue.models import Audience
from catalogue.permissions import bodies_where
from portal import languages, schema_org
from portal.charts.figures import figure
from portal.framing import framable
from portal.pages import words
from portal.pages.indicators import asking, computing, drawing, known, saying, values
from portal.pages.indicators.behind import rows_behind
from portal.pages.indicators.composing import Board, Item
from portal.pages.indicators.neighbours import Neighbours, chart_of, mapped, neighbours
from portal.pages.indicators.observing import observed
from portal.pages.indicators.seen import Seen, look
from portal.pages.indicators.whole import whole

GIVERS: Final = 30  # bodies that one who administers the instance is offered
SENSES: Final = {
    Sense.HIGHER: gettext_lazy("Plus la valeur est élevée, mieux c’est."),
    Sense.LOWER: gettext_lazy("Plus la valeur est basse, mieux c’est."),
    Sense.CONTEXT: gettext_lazy("Ni le plus ni le moins n’est mieux en soi : la valeur décrit."),
}


@require_safe
def indicator(request: HttpRequest, key: str) -> HttpResponse:
    """404 for an indicator or a territory that this reader may not know."""
    seen = look(request, key)
    told = {**_told(seen), "givers": _givers(request, seen)}
    return kept(render(request, "indicators/indicator.html", told), seen)


@framable
@require_safe
def embedded(request: HttpRequest, key: str) -> HttpResponse:
    """`/indicateurs/<key>/integrer/`: the chart alone, with its source, for a frame of any page."""
    seen = look(request, key)
    told = {**_named(seen), "chart": chart_of(seen), "page": settings.BOUTURE_URL + _path(seen)}
    return kept(render(request, "indicators/embed.html", told), seen)


def _givers(request: HttpRequest, seen: Seen) -> list[tuple[str, str]]:
    """The bodies whose figures of an internal indicator this reader may open to others, and where."""
    if not seen.indicator.internal:
        return []
    where = bodies_where(request.user, "administer")
    if not (where.everything or where.organisations):
        return []
    found = granting.holders_of(seen.indicator)
    mine = found if where.everything else found.filter(pk__in=where.organisations)
    return [(body.name, reverse("indicator_access", args=[seen.indicator.key, body.slug])) for body in mine[:GIVERS]]


def kept(response: HttpResponse, seen: Seen) -> HttpResponse:
    """No store between us and the reader keeps what is not for all."""
    if seen.indicator.internal or seen.audience != Audience():
        response["Cache-Control"] = "private, no-store"
    return response


def _path(seen: Seen, name: str = "indicator", **more: str) -> str:
    place = asking.code_of(seen.place) if seen.place else ""
    asked = seen.asked.but(**{"place": place, **more})
    return asked.address(reverse(name, args=[seen.indicator.key]))


def _named(seen: Seen) -> dict[str, Any]:
    """What every face of the indicator says: what it is, the answer, where it comes from."""
    return {
        "seen": seen,
        "recipe": seen.recipe,
        "place": seen.place,
        "value": seen.value,
        "said": seen.scale.bare(seen.value.value) if seen.value and seen.value.said else "",
        "state": saying.state(seen.value) if seen.value else "",
        "period": saying.long(seen.period),
        "theme": known.theme_name(seen.recipe.theme),
        "source": computing.source(seen),
        "reason": "" if seen.value and seen.value.said else saying.why_none(seen.value, seen.recipe),
    }


def _told(seen: Seen) -> dict[str, Any]:
    changed = saying.change(seen.until, seen.recipe)
    peers = neighbours(seen) if seen.asked.view != "source" else None
    return {
        **_named(seen),
        "peers": peers,
        "whole": whole(seen),
        "map": mapped(seen, peers.group) if peers and peers.group and seen.asked.view == "carte" else None,
        "answer": _answer(seen, changed, peers),
        "changed": changed,
        "since": saying.long(changed.since) if changed else "",
        "views": [(label, _path(seen, view=view), view == seen.asked.view) for view, label in asking.VIEWS.items()],
        "measures": _measures(seen),
        "chart": drawing.evolution(seen, peers.medians if peers else None) if seen.asked.view == "graphique" else None,
        "lines": _lines(seen),
        "parts": _parts(seen) if seen.asked.view == "table" else [],
        "fraction": computing.fraction(seen),
        "behind": rows_behind(seen) if seen.asked.view in ("source", "table") else ("", False),
        "former": computing.former(seen) if seen.asked.view != "carte" else [],
        "sense": str(SENSES[seen.recipe.sense]),
        "marks": [
            (
                drawing.mark_words(seen, one).capitalize(),
                seen.scale.said(one.value).removesuffix("."),
                languages.said(one.source),
            )
            for one in seen.marks()
        ],
        "breaks": [(saying.long(at), languages.said(why)) for at, why in sorted(seen.recipe.breaks.items())],
        "schema": known.schema_title(seen.recipe.schema),
        "levels": [saying.level(level) for level in seen.recipe.levels if level in saying.LEVELS],
        **_taken(seen),
    }


def _measures(seen: Seen) -> list[tuple[str, str, bool]]:
    """By inhabitant or in all, each with its address; none where there is nothing to choose."""
    if total_of(seen.computed) is None or seen.value is None or seen.value.numerator is None:
        return []
    unit = languages.said(seen.computed.unit.words)
    named = ((capfirst(unit), ""), (_("Total"), asking.TOTAL))
    return [(words, _path(seen, measure=measure), seen.total == bool(measure)) for words, measure in named]


def _taken(seen: Seen) -> dict[str, Any]:
    """What is done with the figure: files, a frame, a board, an alert."""
    return {
        "files": {
            kind: _path(seen, name, view="graphique")
            for kind, name in (("csv", "indicator_figures"), ("svg", "indicator_drawing"))
        },
        "peer_files": {
            kind: _path(seen, name, view="graphique", chart=asking.PEERS)
            for kind, name in (("csv", "indicator_figures"), ("svg", "indicator_drawing"), ("frame", "indicator_embed"))
        },
        "map_files": {
            kind: _path(seen, name, view="graphique", chart=asking.MAP)
            for kind, name in (("csv", "indicator_figures"), ("svg", "indicator_drawing"), ("frame", "indicator_embed"))
        },
        "territory": reverse("territory", args=[asking.code_of(seen.place)]) if seen.place else "",
        "embed": settings.BOUTURE_URL + _path(seen, "indicator_embed", view="graphique"),
        "bare": not seen.asked.pairs,
        "schema_org": schema_org.block(observed(seen, settings.BOUTURE_URL + _path(seen)))
        if seen.value and seen.value.said and not seen.total
        else "",
        "mails": settings.BOUTURE_MAIL and not seen.total,
        "watching": _path(seen, "alert_ask", view="graphique", period=""),
        "bound": next((figure(one.value) for one in seen.marks() if one.legal), ""),
        "board": Board("", (Item(seen.indicator.key, asking.code_of(seen.place)),)).address(reverse("boards"))
        if seen.place
        else "",
    }


def _answer(seen: Seen, changed: saying.Changed | None, peers: Neighbours | None) -> str:
    """The one sentence that one came for; "" when there is no value."""
    if seen.place is None or seen.value is None or not seen.value.said:
        return ""
    value = f"{seen.scale.said(seen.value.value)} {saying.when(seen.period)}".rstrip()
    told = [_("%(label)s : %(value)s") % {"label": seen.place.name, "value": value}]
    if state := saying.state(seen.value):
        told.append(_("valeur estimée") if seen.value.status == Status.ESTIMATED else state)
    if changed:
        told.append(changed.sentence)
    if peers and peers.position:
        place, __, order = peers.position.partition(", ")
        told.append(f"{place} {peers.words} ({order})")
    return ", ".join(told) + "."


def _lines(seen: Seen) -> list[dict[str, str]]:
    """Of the table of years, the last first."""
    return [
        {
            "period": saying.long(one.period),
            "value": seen.scale.bare(one.value) if one.said else _("sans valeur"),
            "state": saying.state(one),
            "reason": saying.reason(one.reason, seen.recipe),
            "computed": words.day(one.computed_at),
            "address": _path(seen, period=one.period),
            "own": "us" if seen.value and one.period == seen.value.period else "",
        }
        for one in reversed(seen.values)
    ]


def _parts(seen: Seen) -> list[dict[str, Any]]:
    """The figure broken down, an axis a table."""
    if seen.place is None or not seen.recipe.axes or not seen.period:
        return []
    names = {axis.name: languages.said(axis.words) for axis in seen.recipe.axes}
    found = values.parts(seen.indicator, seen.place, seen.period, seen.audience)
    return [
        {
            "name": names.get(axis, axis),
            "lines": [
                (one.member or _("(vide)"), seen.scale.bare(seen.figure(one)) if one.said else saying.state(one))
                for one in members
            ],
        }
        for axis, members in found.items()
    ]
