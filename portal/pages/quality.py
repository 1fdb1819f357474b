"""The European quality score, as the pages show it: a line to be placed on, dimensions, points to gain in words."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final

from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from catalogue.dcat.classes import EMPTY
from catalogue.models import Dataset, Score
from catalogue.quality.metrics import FILE, V2, VERSIONS, Methodology, Metric
from catalogue.quality.scoring import Assessment, Result, figure, restored
from portal.pages import words
from portal.pages.fields import Field
from portal.pages.nodes import NodesField

WIDTHS: Final = {"roomy": 640, "narrow": 330}
BAR: Final = 100  # length of a whole dimension's bar
FIRST: Final = 6  # gains shown at once
UNCHECKED: Final = gettext_noop("adresse pas encore vérifiée, les points viendront si elle répond")
UNCHECKED_RECORD: Final = gettext_noop("fiche pas encore vérifiée, elle le sera à son prochain enregistrement")
# Where a field stands on the page of a dataset; the others are among its first facts.
PLACES: Final = {"license": "droits", "rights": "droits", "access_rights": "droits", "contact_point": "contact"}


@dataclass(frozen=True)
class Tick:
    x: str
    text_x: str
    name: str
    ours: bool


@dataclass(frozen=True)
class Line:
    """One drawing of the line of the bands. Geometry as text: a template would write numbers with a French comma."""

    kind: str
    width: int
    end: str
    x: str
    leaf: str
    text_x: str
    anchor: str
    ticks: tuple[Tick, ...]


@dataclass(frozen=True)
class Placed:
    """A total of one version: of a dataset, or an average."""

    version: Methodology
    points: str
    most: str
    band: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Bar:
    name: str
    points: str
    most: str
    length: str


@dataclass(frozen=True)
class Gain:
    """Points to gain on one field. `place`: the part of the page where it stands."""

    points: str
    field: str
    advice: str
    files: str
    place: str


@dataclass(frozen=True)
class Shown:
    placed: Placed
    bars: tuple[Bar, ...]
    gains: tuple[Gain, ...]
    more: tuple[Gain, ...]


def drawn(found: Dataset) -> SafeString:
    """That part of its page: each version, the one of today first. Empty while the worker has not scored it. Its score must be at hand."""
    score: Score | None = getattr(found, "score", None)
    return _drawn(score.files, json.dumps(score.lacks), get_language()) if score else SafeString("")


@lru_cache(maxsize=100)
def _drawn(files: int, lacks: str, _language: str | None) -> SafeString:
    """Records of one hand lack the same."""
    said = json.loads(lacks)
    quality = [_shown(restored(version, files, said.get(code, {}))) for code, version in VERSIONS.items()]
    return render_to_string("parts/quality_of.html", {"quality": quality})


def of_assessment(score: Assessment) -> Shown:
    """A score that is in no base yet."""
    return _shown(score)


def of_average(means: Mapping[str, float]) -> list[Placed]:
    """Each version's average (`Score.objects.averages`); empty when nothing has a score."""
    return [placed(version, means[code]) for code, version in VERSIONS.items() if code in means]


def _shown(score: Assessment) -> Shown:
    gains = gains_of(score)
    return Shown(
        placed=placed(score.version, score.total),
        bars=tuple(_bar(name, *score.dimension(code)) for code, name in score.version.dimensions.items()),
        gains=tuple(gains[:FIRST]),
        more=tuple(gains[FIRST:]),
    )


def beside(found: Dataset, fields: Mapping[str, Field]) -> None:
    """Writes on the fields of a form what each would gain. What a file lacks stands beside the empty fields of the files;
    what is given and does not count (a format of no list, an address that does not answer) at the head of the files.
    """
    score: Score | None = getattr(found, "score", None)
    if score is None:
        return
    for group in _by_field(restored(V2, score.files, score.lacks.get(V2.code, {}))):
        metric, gain = group[0].metric, _gain(score.files, group)
        files = f" ({gain.files})" if gain.files else ""
        empty = _empty_in_files(fields, metric) if metric.on == FILE else [fields[metric.term]]
        name = "" if empty else f"{words.field_name(metric.term)}, "
        for one in empty or [fields[FILE]]:
            one.gains.append(
                _("%(points)s point à gagner\u202f: %(advice)s.")
                % {"points": gain.points, "advice": f"{name}{gain.advice}{files}"}
            )


def _empty_in_files(fields: Mapping[str, Field], metric: Metric) -> list[Field]:
    files = fields[FILE]
    inside = [one for node in files.nodes if node.key for one in node.fields] if isinstance(files, NodesField) else []
    return [one for one in inside if one.term.name == metric.term and one.value in EMPTY]


def placed(version: Methodology, points: float) -> Placed:
    lines = tuple(_line(version, points, kind, width) for kind, width in WIDTHS.items())
    return Placed(version, figure(points, version.decimals), figure(version.most), _(version.band(points)), lines)


def _line(version: Methodology, points: float, kind: str, width: int) -> Line:
    def at(value: float) -> float:
        return 2 + value / version.most * (width - 4)

    x, band = at(points), version.band(points)
    right = x > width / 2
    ticks = tuple(
        Tick(f"{at(least):.1f}", f"{at(least) + (6 if least else 0):.1f}", _(name), name == band)
        for least, name in reversed(version.bands)
    )
    # The leaf grows to the right of its stem; at the end of the line it would leave the drawing.
    leaf = f"translate({x:.1f} 52)" + (" scale(-1 1)" if x > width - 20 else "")
    text_x = x - 10 - (14 if x > width - 20 else 0) if right else x + 22
    return Line(kind, width, f"{width - 2}", f"{x:.1f}", leaf, f"{text_x:.1f}", "end" if right else "start", ticks)


def _bar(name: str, points: float, most: float) -> Bar:
    return Bar(_(name), figure(points), figure(most), f"{BAR * points / most:.1f}" if most else "0")


def gains_of(score: Assessment) -> list[Gain]:
    return [_gain(score.files, group) for group in _by_field(score)]


def _by_field(score: Assessment) -> list[list[Result]]:
    """What lacks, by field, the largest gain first: what a missing format costs in four metrics is one thing to do."""
    order = {metric.key: number for number, metric in enumerate(score.version.metrics)}
    lacking = sorted(score.gains, key=lambda r: (r.metric.on, r.metric.term, order[r.metric.key]))
    fields = [list(group) for _, group in groupby(lacking, key=lambda r: (r.metric.on, r.metric.term))]
    fields.sort(key=lambda group: -sum(r.gain for r in group))
    return fields


def _gain(files: int, group: Sequence[Result]) -> Gain:
    first, of_file = group[0], group[0].metric.on == FILE
    waiting = not any(result.at_fault for result in group)
    advice = (UNCHECKED if of_file else UNCHECKED_RECORD) if waiting else first.metric.advice
    share = first.pending if waiting else first.at_fault or 1 - first.met
    lacking = max(1, round(share * files)) if of_file and files > 1 else 0
    return Gain(
        points=figure(sum(result.gain for result in group), 3),
        field=field_name(first.metric),
        advice=_(advice),
        files=ngettext("%(count)s fichier sur %(all)s", "%(count)s fichiers sur %(all)s", lacking)
        % {"count": lacking, "all": files}
        if lacking
        else "",
        place=PLACES.get(first.metric.term) or ("fichiers" if of_file else ""),
    )


def field_name(metric: Metric) -> str:
    """« Fichiers : licence »."""
    name = words.field_name(metric.field) if metric.term else _("toute la fiche")
    return capfirst(name)
