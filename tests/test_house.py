"""The rules of the house, run: who may import whom, how long things are, what the pages and the README promise."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.core.management import get_commands

from portal.leaving.declared import DECLARED, KNOWN, SUSPECT, kept, models

PROJECT = Path(__file__).resolve().parent.parent
PACKAGES = ("catalogue", "harvesters", "portal")
MODULE_LINES = 300
FUNCTION_LINES = 40
Function = ast.FunctionDef | ast.AsyncFunctionDef


def modules() -> list[Path]:
    found = [path for package in PACKAGES for path in (PROJECT / package).rglob("*.py")]
    return sorted(path for path in found if "migrations" not in path.parts)


def templates() -> list[Path]:
    return sorted((PROJECT / "templates").rglob("*.html"))


def name(path: Path) -> str:
    return str(path.relative_to(PROJECT))


@cache
def nodes(path: Path) -> tuple[Function | ast.ExceptHandler, ...]:
    """What the rules look at, of a module read once."""
    tree = ast.parse(path.read_text("utf-8"))
    return tuple(node for node in ast.walk(tree) if isinstance(node, Function | ast.ExceptHandler))


def functions(path: Path) -> Iterator[Function]:
    return (node for node in nodes(path) if isinstance(node, Function))


def test_imports_go_one_way() -> None:
    # In a process of its own: it configures logging, which silences every logger there is for the tests that come after.
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]
    run = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr


def test_modules_and_functions_stay_short() -> None:
    long = [
        f"{name(path)}: {lines} lines"
        for path in modules()
        if (lines := len(path.read_text("utf-8").splitlines())) > MODULE_LINES
    ]
    for path in modules():
        for function in functions(path):
            lines = (function.end_lineno or function.lineno) - function.lineno + 1
            if lines > FUNCTION_LINES:
                long.append(f"{name(path)}:{function.lineno} {function.name}: {lines} lines")
    assert long == []


def test_every_function_is_annotated() -> None:
    bare = []
    for path in modules():
        for function in functions(path):
            given = function.args
            arguments = [*given.posonlyargs, *given.args, *given.kwonlyargs, *filter(None, (given.vararg, given.kwarg))]
            silent = [a.arg for a in arguments if a.annotation is None and a.arg not in ("self", "cls")]
            if silent or function.returns is None:
                bare.append(f"{name(path)}:{function.lineno} {function.name} {silent}")
    assert bare == []


def test_no_module_is_a_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helpers", "services", "common", "misc", "signals"}
    assert [name(path) for path in modules() if drawers & {path.stem, *path.relative_to(PROJECT).parts}] == []


def test_no_broad_except() -> None:
    broad = []
    for path in modules():
        for node in nodes(path):
            if isinstance(node, ast.ExceptHandler):
                kinds = node.type.elts if isinstance(node.type, ast.Tuple) else [node.type]
                if any(
                    k is None or (isinstance(k, ast.Name) and k.id in ("Exception", "BaseException")) for k in kinds
                ):
                    broad.append(f"{name(path)}:{node.lineno}")
    assert broad == []


FORBIDDEN_IN_TEMPLATES = {
    "inline style": r"\sstyle\s*=|<style\b",
    "inline script": r"<script\b(?![^>]*\bsrc=)",
    "inline handler": r"<[^>]*\son[a-z]+\s*=",
    "javascript address": r"javascript:",
    "asset from elsewhere": (
        r"<(?:script|img|link|source|iframe|video|audio|use|object|embed)\b[^>]*"
        r"\b(?:src|srcset|href|data)\s*=\s*[\"']?(?:https?:)?//"
    ),
    "query": r"\.objects\b|_set\.",  # the others are caught as they run (tests/pages/conftest.py)
    "unescaped": r"\|\s*safe\b|{%\s*autoescape off",
}


@pytest.mark.parametrize("what", FORBIDDEN_IN_TEMPLATES)
def test_templates_hold_no(what: str) -> None:
    pattern = re.compile(FORBIDDEN_IN_TEMPLATES[what], re.IGNORECASE)
    assert [name(path) for path in templates() if pattern.search(path.read_text("utf-8"))] == []


def test_style_sheets_fetch_nothing_from_elsewhere() -> None:
    elsewhere = re.compile(r"url\(\s*[\"']?(?:https?:)?//|@import", re.IGNORECASE)
    sheets = sorted((PROJECT / "portal" / "static").rglob("*.css"))
    assert [name(path) for path in sheets if elsewhere.search(path.read_text("utf-8"))] == []


def shell_lines(document: str) -> list[str]:
    blocks = re.findall(r"```(?:sh|bash)\n(.*?)```", (PROJECT / document).read_text("utf-8"), re.DOTALL)
    return [line.strip() for block in blocks for line in block.splitlines() if line.strip()]


def test_the_commands_of_the_readme_exist() -> None:
    text = "\n".join(shell_lines("README.md"))
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    asked = set(re.findall(r"\bmake ([a-z]+)", text))
    commands = set(re.findall(r"manage\.py ([a-z_]+)", text))
    assert {"run", "test"} <= asked <= targets
    assert commands
    assert commands <= set(get_commands())


def test_the_readme_knows_every_setting() -> None:
    sources = "".join(path.read_text("utf-8") for path in (PROJECT / "portal").glob("*.py"))
    read = set(re.findall(r"(?:env\.\w+\()\s*\"([A-Z_]+)\"", sources))
    assert read, "the pattern no longer finds how settings are read"
    table = set(re.findall(r"^\| `([A-Z_]+)`", (PROJECT / "README.md").read_text("utf-8"), re.MULTILINE))
    assert table == read


def tracked() -> list[Path]:
    listing = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, check=True, capture_output=True, text=True).stdout
    return [path for line in listing.split("\0") if line and (path := PROJECT / line).is_file()]


def test_nothing_names_the_machine_it_was_written_on() -> None:
    # Spelled in pieces, or this file would name them too.
    hosts = [
        ".".join(pair)
        for pair in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("npmjs", "org"),
            ("npmjs", "com"),
            ("deb.debian", "org"),
        )
    ]
    paths = ["/" + folder + "/" for folder in ("root", "work/main", "work/shared")]
    words = re.compile("|".join(map(re.escape, [*hosts, *paths])).encode())
    assert [name(path) for path in tracked() if words.search(path.read_bytes())] == []


def test_the_units_of_systemd_call_what_exists() -> None:
    units = sorted((PROJECT / "deploy").glob("*.service"))
    text = "\n".join(unit.read_text("utf-8") for unit in units)
    assert len(units) == 6
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= set(get_commands())
    for program in re.findall(r"^ExecStart(?:Pre)?=/opt/bouture/\.venv/bin/(\S+)", text, re.M):
        assert (Path(sys.executable).parent / program).exists(), program


def test_every_model_says_what_becomes_of_it_when_an_instance_leaves() -> None:
    # A line in portal/leaving/declared.py: Kept, Derived or Stays; a column that may be a secret or a lease, in `without` or KNOWN.
    every = models()
    assert every.keys() - DECLARED.keys() == set()
    assert DECLARED.keys() - every.keys() == set()
    unsaid, columns = [], set()
    for label, model, line in kept():
        names = {column.name for column in model._meta.local_concrete_fields}
        columns |= {f"{label}.{name}" for name in names}
        assert line.without.keys() <= names, label
        unsaid += [
            found
            for name in sorted(names - line.without.keys())
            if SUSPECT.search(name) and (found := f"{label}.{name}") not in KNOWN
        ]
    assert unsaid == []
    assert KNOWN.keys() <= columns
