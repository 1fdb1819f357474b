"""What we say of real catalogues is valid by the official shapes, wherever the source gives what is mandatory."""

from __future__ import annotations

import random
from pathlib import Path

import pyshacl
import pytest
from rdflib import SH, Graph

from catalogue.models import DataService, Dataset
from harvesters.engine import harvest
from harvesters.registry import client_for, find_or_make
from portal.api.statements import exported
from tests.harvesting.test_real_catalogues import FILES

pytestmark = pytest.mark.django_db

# pyshacl takes 13 to 30 ms a dataset: of a large catalogue, the same records at each run.
SAMPLE = 40


@pytest.fixture(scope="module")
def shapes(shared_data: Path) -> Graph:
    return Graph().parse(shared_data / "shapes/dcat-ap-3.0.1/shapes.ttl")


def export(path: Path) -> tuple[Graph, int]:
    """The default form of the records that lack nothing mandatory, as our addresses give it, and how many they are."""
    source = find_or_make(str(path))
    with client_for(source) as client:
        harvest(source, client)
    rows = [row for model in (Dataset, DataService) for row in model.objects.with_forms().order_by("uri")]
    whole = [row for row in rows if not row.missing]
    chosen = whole if len(whole) <= SAMPLE else random.Random(1).sample(whole, SAMPLE)
    graph = Graph()
    for row in chosen:
        graph.parse(data=exported(row), format="nt")
    return graph, len(chosen)


@pytest.mark.parametrize("name", [name for name, *_ in FILES])
def test_the_default_export_has_no_violation(shared_data: Path, shapes: Graph, name: str) -> None:
    data, records = export(shared_data / "catalogues" / name)
    if not records:
        assert not data
        return
    _, results, _ = pyshacl.validate(data, shacl_graph=shapes, inference="none")
    violations = [
        (str(results.value(r, SH.focusNode)), str(results.value(r, SH.resultPath)), str(results.value(r, SH.value)))
        for r in results.subjects(SH.resultSeverity, SH.Violation)
    ]
    assert violations == []
