"""Quality in the Data Quality Vocabulary (W3C, DQV §4): totals with each record, the rest at an address of its own.

A record's own address says its two totals; `/id/<uuid>/quality` says every dimension and every metric. The catalogue and
the bodies say their averages. Pages and dumps of records say nothing of it: sixty measurements a dataset would make them
three times as long, for what changes with each check of a link.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Final

import pyoxigraph as ox
from django.conf import settings
from django.urls import reverse

from catalogue.dcat.contexts import PREFIXES, expanded
from catalogue.dcat.formats import Text
from catalogue.dcat.terms import RDF_TYPE, XSD
from catalogue.models import Dataset, Record, Score
from catalogue.quality.metrics import V1, VERSIONS, Methodology, anchor
from catalogue.quality.scoring import Assessment, restored
from portal.api.statements import instant, link, subject_of

A: Final = RDF_TYPE.value
DQV: Final = PREFIXES["dqv"]
# What the totals and dimensions of version 1 are called where they are measured for all of Europe.
PIVEAU: Final = "https://piveau.eu/ns/voc#"


def metric_address(version: Methodology, name: str = "") -> str:
    """Of the whole version, of a dimension or of a metric; ours lead to the page that explains them."""
    if version is V1 and (not name or name in version.dimensions):
        return f"{PIVEAU}{f'{name}Scoring' if name else 'scoring'}"
    return f"{settings.BOUTURE_URL}{reverse('quality')}#{anchor(version, name)}"


def _measured(subject: str, base: str, version: Methodology, name: str, value: float) -> str:
    node = f"{base}#mqa-{anchor(version, name)}"
    lines = [
        link(subject, DQV + "hasQualityMeasurement", node),
        link(node, A, DQV + "QualityMeasurement"),
        link(node, DQV + "computedOn", subject),
        link(node, DQV + "isMeasurementOf", metric_address(version, name)),
        f'<{node}> <{DQV}value> "{round(value, 6):f}"^^<{XSD}decimal> .\n',
    ]
    return "".join(lines)


def totals(record: Record, score: Score) -> str:
    """Both totals of a dataset, N-Triples."""
    base = f"{settings.BOUTURE_URL}/id/{record.pk}"
    values = {code: getattr(score, code) for code in VERSIONS}
    return "".join(_measured(subject_of(record), base, v, "", values[code]) for code, v in VERSIONS.items())


def averages(subject: str, base: str, means: Mapping[str, float]) -> str:
    """The averages of a body or of the catalogue (`Score.objects.averages`), N-Triples; none when nothing is scored."""
    return "".join(_measured(subject, base, v, "", means[code]) for code, v in VERSIONS.items() if code in means)


def whole(record: Dataset, score: Score) -> Iterator[Text]:
    """All that is measured of a dataset, then what each metric is."""
    yield Text(totals(record, score) + _when(record, score.at), str(record.pk))
    for code, version in VERSIONS.items():
        found = restored(version, score.files, score.lacks.get(code, {}))
        yield Text(_parts(record, found), str(record.pk))
        yield Text(_defined(version))


def _when(record: Record, at: datetime) -> str:
    base = f"{settings.BOUTURE_URL}/id/{record.pk}"
    predicate = expanded("prov:generatedAtTime")
    return "".join(
        f'<{base}#mqa-{anchor(version)}> <{predicate}> "{instant(at)}"^^<{XSD}dateTime> .\n'
        for version in VERSIONS.values()
    )


def _parts(record: Record, found: Assessment) -> str:
    subject, base, version = subject_of(record), f"{settings.BOUTURE_URL}/id/{record.pk}", found.version
    lines = [_measured(subject, base, version, name, found.dimension(name)[0]) for name in version.dimensions]
    for result in found.results:
        lines.append(_measured(subject, base, version, result.metric.key, result.points))
        if result.pending:
            node = f"{base}#mqa-{anchor(version, result.metric.key)}"
            lines.append(f"<{node}> <{expanded('rdfs:comment')}> {_french('Pas encore vérifié.')} .\n")
    return "".join(lines)


def _defined(version: Methodology) -> str:
    lines = []
    for name, label in version.dimensions.items():
        node = f"{settings.BOUTURE_URL}{reverse('quality')}#{name}"
        lines += [link(node, A, DQV + "Dimension"), f"<{node}> <{expanded('skos:prefLabel')}> {_french(label)} .\n"]
    named = [("", version.name, ""), *((name, label, name) for name, label in version.dimensions.items())]
    named += [(metric.key, metric.name, metric.dimension) for metric in version.metrics]
    for name, label, dimension in named:
        node = metric_address(version, name)
        lines += [
            link(node, A, DQV + "Metric"),
            link(node, DQV + "expectedDataType", XSD + "decimal"),
            f"<{node}> <{expanded('skos:prefLabel')}> {_french(label)} .\n",
        ]
        if dimension:
            where = f"{settings.BOUTURE_URL}{reverse('quality')}#{dimension}"
            lines.append(link(node, DQV + "inDimension", where))
    return "".join(lines)


def _french(text: str) -> str:
    return str(ox.Literal(text, language="fr"))
