"""What we say of real catalogues is valid by the official shapes, wherever the source gives what is mandatory.

The files of fewer than a hundred records, in full; `benchmarks/validity.py` judges all of them, in `.ci/run`.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.judging import Verdict, judge
from catalogue.models import DataService, Dataset
from harvesters.engine import harvest
from harvesters.registry import client_for, find_or_make
from tests.conftest import PROJECT
from tests.harvesting.test_real_catalogues import FILES

pytestmark = pytest.mark.django_db


def harvested(path: Path) -> None:
    source = find_or_make(str(path))
    with client_for(source) as client:
        harvest(source, client)


def verdict_on(name: str, shared_data: Path) -> Verdict:
    verdict = Verdict(name)
    judge(verdict, shared_data)
    return verdict


def documented() -> dict[str, Counter[str]]:
    """The table of incomplete records in docs/validate.md: by file, how many lack which field."""
    text = (PROJECT / "docs" / "validate.md").read_text()
    rows = re.findall(r"^\| `(\S+)` \| (\d+) \| ([^|]+) \|", text, re.M)
    return {
        name: Counter({field.strip(" `"): int(times) for field in fields.split(",")}) for name, times, fields in rows
    }


@pytest.mark.parametrize("name", [name for name, datasets, *_ in FILES if datasets < 100])
def test_the_default_export_has_no_violation(shared_data: Path, name: str) -> None:
    harvested(shared_data / "catalogues" / name)
    verdict = verdict_on(name, shared_data)
    assert verdict.records == Dataset.objects.count() + DataService.objects.count()
    assert verdict.violations == []
    fields = Counter(field for lacking in verdict.lacks.values() for field in {lack.split(" (")[0] for lack in lacking})
    assert fields == documented().get(name, Counter()), verdict.lacks


def test_a_value_that_we_lose_is_a_violation(shared_data: Path) -> None:
    """The judge believes the shapes, not what the record says of itself."""
    name = "udata/harvest/tests/dcat/flat.jsonld"
    harvested(shared_data / "catalogues" / name)
    row = Dataset.objects.with_forms().order_by("uri").first()
    lost = "".join(line for line in row.repaired.splitlines(keepends=True) if "/terms/title>" not in line)
    Dataset.objects.filter(pk=row.pk).update(repaired=lost)
    [fault] = verdict_on(name, shared_data).violations
    assert (fault.shapes, fault.record, fault.path, fault.component) == (
        "shapes",
        row.uri,
        "http://purl.org/dc/terms/title",
        "MinCount",
    )


def test_a_category_of_high_value_calls_for_its_shapes(shared_data: Path) -> None:
    name = "semiceu-iso-19139-to-dcat-ap/tests/test-cases/hvd_dataset_non_multilingual/expected_output.ttl"
    harvested(shared_data / "catalogues" / name)
    verdict = verdict_on(name, shared_data)
    assert verdict.hvd == 1
    assert {(fault.shapes, fault.excuse) for fault in verdict.faults} == {
        ("hvd", "distribution.applicable_legislation")
    }
    row = Dataset.objects.with_forms().get()
    law = [line for line in row.repaired.splitlines(keepends=True) if "applicableLegislation" not in line]
    Dataset.objects.filter(pk=row.pk).update(repaired="".join(law))
    assert [fault.record for fault in verdict_on(name, shared_data).violations] == [row.uri]
