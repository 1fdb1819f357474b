"""What is wrong though each property alone is fine: the official shapes see none of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pyoxigraph as ox

from catalogue.dcat.classes import Profile
from catalogue.dcat.profile import DCAT, DCATAP, DCT
from catalogue.dcat.terms import RDF_TYPE

# Commission Implementing Regulation (EU) 2023/138: what it applies to has a category, and the reverse.
HVD_LAW = ox.NamedNode("http://data.europa.eu/eli/reg_impl/2023/138/oj")
HVD, LAW = DCATAP + "hvdCategory", DCATAP + "applicableLegislation"
Nodes = dict[Any, dict[str, list[Any]]]
Fault = tuple[str, str, str, str, str]


def of_record(nodes: Nodes, subject: Any, profile: Profile, make: Callable[..., Any]) -> Iterator[Any]:
    """What is wrong with the record itself, made with `make(severity, code, path, focus, predicate)`."""
    focus = subject.value if isinstance(subject, ox.NamedNode) else str(subject)
    if not isinstance(subject, ox.NamedNode):
        yield make("violation", "no-address", "", focus)
    said = nodes.get(subject, {})
    declared = {value.value for value in said.get(RDF_TYPE.value, ()) if isinstance(value, ox.NamedNode)}
    if profile.type not in declared and not (profile.name == "dataset" and DCAT + "DatasetSeries" in declared):
        yield make("violation", "untyped", "", focus, RDF_TYPE.value)


def dataset(said: dict[str, list[Any]]) -> Iterator[Fault]:
    if DCT + "license" in said:
        yield "warning", "licence-misplaced", "license", DCT + "license", ""
    yield from high_value(said)
    yield from _dates(said)


def high_value(said: dict[str, list[Any]]) -> Iterator[Fault]:
    categories, laws = said.get(HVD, []), said.get(LAW, [])
    if categories and HVD_LAW not in laws:
        yield "violation", "hvd-without-law", "applicable_legislation", LAW, ""
    if HVD_LAW in laws and not categories:
        yield "violation", "law-without-hvd", "hvd_category", HVD, ""


def _dates(said: dict[str, list[Any]]) -> Iterator[Fault]:
    today = datetime.now(UTC).date().isoformat()
    for name in ("issued", "modified"):
        for value in said.get(DCT + name, ()):
            if isinstance(value, ox.Literal) and value.value[:1].isdigit() and value.value[:10] > today:
                yield "warning", "future", name, DCT + name, value.value[:100]


def period(said: dict[str, list[Any]]) -> Iterator[Fault]:
    """The end must not come before the start; at the precision of the less precise of the two."""
    starts, ends = said.get(DCAT + "startDate", ()), said.get(DCAT + "endDate", ())
    for start in starts:
        for end in ends:
            if isinstance(start, ox.Literal) and isinstance(end, ox.Literal):
                first, last = start.value.strip()[:10], end.value.strip()[:10]
                length = min(len(first), len(last))
                if first[:4].isdigit() and last[:4].isdigit() and last[:length] < first[:length]:
                    yield "violation", "end-before-start", "end", DCAT + "endDate", f"{first} – {last}"
                    return


BY_CLASS: dict[str, Callable[[dict[str, list[Any]]], Iterator[Fault]]] = {
    "dataset": dataset,
    "service": high_value,
    "period": period,
}
