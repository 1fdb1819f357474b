"""docs/security.md: each line names tests that exist, and each test of this folder stands in it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from tests.conftest import PROJECT

HERE = Path(__file__).resolve().parent
MODEL = (PROJECT / "docs" / "security.md").read_text("utf-8")
NAMED = set(re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", MODEL))


def written_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")}


def test_each_line_names_a_test_that_exists() -> None:
    lines = [line for line in MODEL.splitlines() if line.startswith("| ") and not line.startswith("| what they try")]
    assert len(lines) > 30
    assert [line for line in lines if not re.search(r"`tests/[\w/]+\.py::\w+`", line)] == []
    assert [f"{path}::{name}" for path, name in sorted(NAMED) if name not in written_in(PROJECT / path)] == []


def test_each_test_of_this_folder_is_named() -> None:
    ours = {(str(path.relative_to(PROJECT)), name) for path in HERE.glob("test_*.py") for name in written_in(path)}
    assert ours - NAMED == set()
