"""What the documentation lacks fails the suite. `WRITE_DOCS=1 pytest tests/test_docs.py` writes its tables again."""

from __future__ import annotations

import os
import re

import pytest

from catalogue.permissions import ROLES
from harvesters.repairs import REPAIRS
from harvesters.sources import KINDS
from tests.conftest import PROJECT

HARVEST = PROJECT / "docs" / "harvest.md"
MARKS = re.compile(r"(<!-- repairs: begin[^\n]*-->\n).*?(<!-- repairs: end -->)", re.S)


def repairs_table() -> str:
    lines = [f"| `{name}` | {said} |" for name, said in sorted(REPAIRS.items())]
    return "\n".join(["| name | as the report says it |", "|---|---|", *lines]) + "\n"


def written() -> str:
    return MARKS.sub(lambda found: found[1] + repairs_table() + found[2], HARVEST.read_text())


def test_the_table_of_repairs_is_true() -> None:
    if os.environ.get("WRITE_DOCS"):
        HARVEST.write_text(written())
    assert HARVEST.read_text() == written(), "run `WRITE_DOCS=1 pytest tests/test_docs.py`"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_source_is_documented(kind: str) -> None:
    assert f"| `{kind}` |" in HARVEST.read_text()


@pytest.mark.parametrize("role", ROLES)
def test_every_role_is_documented(role: str) -> None:
    assert f"| `{role}` |" in (PROJECT / "docs" / "rights.md").read_text()


def test_every_command_is_documented() -> None:
    text = "".join(path.read_text() for path in [PROJECT / "README.md", *(PROJECT / "docs").glob("*.md")])
    commands = {path.stem for path in PROJECT.glob("*/management/commands/*.py")} - {"__init__"}
    assert commands == {name for name in commands if re.search(rf"manage\.py {name}\b", text)}


def test_every_benchmark_is_documented() -> None:
    text = (PROJECT / "docs" / "benchmarks.md").read_text()
    names = {path.name for path in (PROJECT / "benchmarks").glob("*.py")} - {"instance.py"}
    assert names == {name for name in names if f"benchmarks/{name}" in text}
