"""What is wrong though each property alone is fine: the official shapes see none of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pyoxigraph as ox

from catalogue.dcat.classes import Profile
from catalogue.dcat.lines import TYPE
from catalogue.dcat.profile import DCAT, DCATAP, DCT
from catalogue.dcat.terms import RDF_TYPE
from catalogue.dcat.tokens import Nodes, parts

# Commission Implementing Regulation (EU) 2023/138: what it applies to has a category, and the reverse.
HVD_LAW = ox.NamedNode("http://data.europa.eu/eli/reg_impl/2023/138/oj")
HVD, LAW = DCATAP + "hvdCategory", DCATAP + "applicableLegislation"
LAW_NAMED = str(HVD_LAW)
HVD_SAID, LAW_SAID, LICENCE, START, END = (
    f"<{name}>" for name in (HVD, LAW, DCT + "license", DCAT + "startDate", DCAT + "endDate")
)
SERIES = f"<{DCAT}DatasetSeries>"
DATES = tuple((name, f"<{DCT}{name}>") for name in ("issued", "modified"))
Fault = tuple[str, str, str, str, str]


def of_record(nodes: Nodes, subject: str, focus: str, profile: Profile, make: Callable[..., Any]) -> Iterator[Any]:
    """What is wrong with the record itself, made with `make(severity, code, path, focus, predicate)`."""
    if subject[0] != "<":
        yield make("violation", "no-address", "", focus)
    declared = nodes.get(subject, {}).get(TYPE, ())
    if f"<{profile.type}>" not in declared and not (profile.name == "dataset" and SERIES in declared):
        yield make("violation", "untyped", "", focus, RDF_TYPE.value)


def dataset(said: dict[str, list[str]]) -> Iterator[Fault]:
    if LICENCE in said:
        yield "warning", "licence-misplaced", "license", DCT + "license", ""
    yield from high_value(said)
    yield from _dates(said)


def high_value(said: dict[str, list[str]]) -> Iterator[Fault]:
    categories, laws = said.get(HVD_SAID, []), said.get(LAW_SAID, [])
    if categories and LAW_NAMED not in laws:
        yield "violation", "hvd-without-law", "applicable_legislation", LAW, ""
    if LAW_NAMED in laws and not categories:
        yield "violation", "law-without-hvd", "hvd_category", HVD, ""


def _dates(said: dict[str, list[str]]) -> Iterator[Fault]:
    today = datetime.now(UTC).date().isoformat()
    for name, predicate in DATES:
        for value in said.get(predicate, ()):
            # Before it is taken apart: nearly all are of the past.
            if value[0] == '"' and value[1:2].isdigit() and value[1:11] > today:
                text = parts(value).text
                if text[:10] > today:
                    yield "warning", "future", name, DCT + name, text[:100]


def period(said: dict[str, list[str]]) -> Iterator[Fault]:
    """The end must not come before the start; at the precision of the less precise of the two."""
    starts, ends = said.get(START, ()), said.get(END, ())
    for start in starts:
        for end in ends:
            if start[0] == end[0] == '"':
                first, last = parts(start).text.strip()[:10], parts(end).text.strip()[:10]
                length = min(len(first), len(last))
                if first[:4].isdigit() and last[:4].isdigit() and last[:length] < first[:length]:
                    yield "violation", "end-before-start", "end", DCAT + "endDate", f"{first} – {last}"
                    return


BY_CLASS: dict[str, Callable[[dict[str, list[str]]], Iterator[Fault]]] = {
    "dataset": dataset,
    "service": high_value,
    "period": period,
}
