"""What the documentation lacks fails the suite. `WRITE_DOCS=1 pytest tests/test_docs.py` writes its tables again."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from catalogue.dcat.contexts import PREFIXES
from catalogue.indicators.language.functions import FUNCTIONS, OVER
from catalogue.indicators.recipe import shipped
from catalogue.indicators.recipe.reading import KEYS
from catalogue.indicators.themes import THEMES
from catalogue.indicators.units import UNITS, Per
from catalogue.permissions import ROLES
from catalogue.quality.facts import ASKED
from catalogue.quality.metrics import VERSIONS
from catalogue.tables.schemas.repairs import DONE
from harvesters.faults import MENDED, SEEN_IN
from harvesters.options import Declared
from harvesters.rules import Rules
from harvesters.sources import KINDS
from portal.api.writing.problems import CODES, FAULTS
from tests.conftest import PROJECT
from tests.harvesting.hostilities import CASES

HARVEST, QUALITY = PROJECT / "docs" / "harvest.md", PROJECT / "docs" / "metadata-quality.md"
RECIPES = PROJECT / "docs" / "recipes.md"
SCHEMAS = PROJECT / "docs" / "schemas.md"
WRITING = PROJECT / "docs" / "api-writing.md"


def repairs_table() -> str:
    lines = [f"| `{name}` | {said} | {SEEN_IN.get(name, '')} |" for name, said in sorted(MENDED.items())]
    return "\n".join(["| name | as the report says it | first met in |", "|---|---|---|", *lines]) + "\n"


def metrics_tables() -> str:
    predicates = {on: {term.name: term.predicate for term in asked.terms} for on, asked in ASKED.items()}
    prefixes = sorted(PREFIXES.items(), key=lambda pair: -len(pair[1]))
    said = []
    for version in VERSIONS.values():
        said.append(
            f"\n## {version.name}: {len(version.metrics)} metrics\n\n| of | metric | property | dimension | worth |"
        )
        said.append("|---|---|---|---|---|")
        for m in version.metrics:
            address = predicates[m.on].get(m.term, "")
            short = next((f"`{p}:{address.removeprefix(ns)}`" for p, ns in prefixes if address.startswith(ns)), "all")
            said.append(f"| {m.on} | {m.name} | {short} | {m.dimension} | {m.most:g} |")
        bands = ", ".join(f"{name} from {least:g}" for least, name in version.bands)
        said.append(f"\nBands: {bands}.")
    return "\n".join(said) + "\n\n"


def kinds_table() -> str:
    lines = [
        f"| `{kind}` | {source.label} | {source.reads} | {'yes' if source.seen_live else 'pas encore vu en vrai (not yet seen live)'} |"
        for kind, source in sorted(KINDS.items())
    ]
    head = ["| kind | as people read it | what it reads | real answers among the tests |", "|---|---|---|---|"]
    return "\n".join([*head, *lines]) + "\n"


def declared_row(option: Declared) -> str:
    choices = f"Choix : {', '.join(code for code, _ in option.choices)}." if option.choices else ""
    default = {True: "oui", False: "non", "": "", (): ""}.get(option.default, option.default)
    said = " ".join(filter(None, (f"{option.label[:1].upper()}{option.label[1:]}.", option.help, choices)))
    default = ", ".join(default) if isinstance(default, tuple) else default
    return f"`{option.name}` | {option.kind} | {default} | {said} |"


def rules_table() -> str:
    lines = [f"| {declared_row(rule)}" for rule in Rules.declared()]
    return "\n".join(["| rule | type | default | what it does |", "|---|---|---|---|", *lines]) + "\n"


def options_table() -> str:
    lines = [
        f"| `{kind}` | {declared_row(option)}"
        for kind, source in sorted(KINDS.items())
        for option in source.options_type.declared()
    ]
    head = ["| kind | option | type | default | what it does |", "|---|---|---|---|---|"]
    return "\n".join([*head, *lines]) + "\n"


def hostilities_table() -> str:
    cases: dict[str, list[str]] = {}
    for case in CASES:
        cases.setdefault(case.of, []).append(f"`{case.name}`")
    lines = [f"| {of} | {', '.join(names)} |" for of, names in cases.items()]
    return "\n".join(["| refused | cases of the hostile server |", "|---|---|", *lines]) + "\n"


def readings_table() -> str:
    lines = [f"| `{code}` | {said} |" for code, said in DONE.items()]
    return "\n".join(["| reading | as people are told |", "|---|---|", *lines]) + "\n"


def units_table() -> str:
    asks = {
        Per.NOTHING: "nothing, a number or rows",
        Per.INHABITANT: "a population",
        Per.AREA: "`area`",
        Per.SHARE: "a quantity of the same sort, `factor: 100`, bounds",
        Per.OTHER: "sums or counts of the same rows",
    }
    lines = [
        f"| `{key}` | {one.unit.words.fr} | {asks[one.per]}{f', `factor: {one.factor:g}`' if one.factor else ''} |"
        for key, one in UNITS.items()
    ]
    return "\n".join(["| unit | as people read it | divides by |", "|---|---|---|", *lines]) + "\n"


def themes_list() -> str:
    return ", ".join(f"`{key}`" for key in THEMES) + ".\n"


def recipes_table() -> str:
    made = sorted(shipped().values(), key=lambda each: (list(THEMES).index(each.theme), each.key))
    lines = [
        f"| {THEMES[each.theme].fr} | `{each.key}` | {each.title.fr} | {each.unit.sign or each.unit.words.fr} | `{each.schema}` |"
        for each in made
    ]
    head = ["| theme | recipe | as people read it | unit | schema |", "|---|---|---|---|---|"]
    return "\n".join([*head, *lines]) + "\n"


def codes_table() -> str:
    lines = [f"| {code.status} | `{name}` | {code.en.title} | {code.en.detail} |" for name, code in CODES.items()]
    return "\n".join(["| status | code | | what to do |", "|---|---|---|---|", *lines]) + "\n"


def faults_table() -> str:
    lines = [f"| `{name}` | {english} |" for name, (_, english) in FAULTS.items()]
    return "\n".join(["| code | |", "|---|---|", *lines]) + "\n"


GENERATED = (
    (WRITING, "codes", codes_table),
    (WRITING, "faults", faults_table),
    (RECIPES, "recipes", recipes_table),
    (RECIPES, "themes", themes_list),
    (RECIPES, "units", units_table),
    (HARVEST, "hostilities", hostilities_table),
    (HARVEST, "repairs", repairs_table),
    (HARVEST, "kinds", kinds_table),
    (HARVEST, "options", options_table),
    (HARVEST, "rules", rules_table),
    (QUALITY, "quality", metrics_tables),
    (SCHEMAS, "readings", readings_table),
)


@pytest.mark.parametrize(("document", "name", "table"), GENERATED, ids=[name for _, name, _ in GENERATED])
def test_generated_tables_are_true(document: Path, name: str, table: Callable[[], str]) -> None:
    marks = re.compile(rf"(<!-- {name}: begin[^\n]*-->\n).*?(<!-- {name}: end -->)", re.S)
    written = marks.sub(lambda found: found[1] + table() + found[2], document.read_text())
    if os.environ.get("WRITE_DOCS"):
        document.write_text(written)
    assert table() in document.read_text(), "run `WRITE_DOCS=1 pytest tests/test_docs.py`"


def test_every_word_of_a_recipe_is_documented() -> None:
    text = RECIPES.read_text()
    assert {name for name in (*FUNCTIONS, *OVER) if not re.search(rf"`{name}[`(]", text)} == set()
    assert {key for key in KEYS if f"`{key}`" not in text} == set()


@pytest.mark.parametrize("key", shipped())
def test_every_recipe_is_held_against_figures_made_by_hand(key: str) -> None:
    tests = (PROJECT / "tests" / "indicators").rglob("test_*.py")
    assert any(f'"{key}"' in path.read_text() for path in tests)


@pytest.mark.parametrize("role", ROLES)
def test_every_role_is_documented(role: str) -> None:
    assert f"| `{role}` |" in (PROJECT / "docs" / "rights.md").read_text()


def test_every_command_is_documented() -> None:
    text = "".join(path.read_text() for path in [PROJECT / "README.md", *(PROJECT / "docs").glob("*.md")])
    commands = {path.stem for path in PROJECT.glob("*/management/commands/*.py")} - {"__init__"}
    assert commands == {name for name in commands if re.search(rf"manage\.py {name}\b", text)}


def test_every_benchmark_is_documented() -> None:
    text = (PROJECT / "docs" / "benchmarks.md").read_text()
    # One that cannot be started is a part of the others.
    names = {path.name for path in (PROJECT / "benchmarks").glob("*.py") if "__main__" in path.read_text()}
    assert names == {name for name in names if f"benchmarks/{name}" in text}
