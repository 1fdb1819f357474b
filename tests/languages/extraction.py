"""Every text that the code gives to gettext, found without GNU's programs: a bare machine has none."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.extract import extract_python
from django.utils.translation import templatize

PROJECT: Final = Path(__file__).resolve().parents[2]
PACKAGES: Final = ("portal", "catalogue", "harvesters")
# Which of a function's arguments are texts; `c`: the context.
KEYWORDS: Final = dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop")) | {
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3), "npgettext_lazy": ((1, "c"), 2, 3),
}  # fmt: skip


@dataclass
class Message:
    """A text, with its plural ("" for none) and context (None for none), and the files that say it."""

    text: str
    plural: str = ""
    context: str | None = None
    files: set[str] = field(default_factory=set)


def messages() -> list[Message]:
    """Each once, in the order of their texts."""
    found: dict[tuple[str | None, str], Message] = {}
    for path in sources():
        for context, text, plural in _said(path):
            one = found.setdefault((context, text), Message(text, plural, context))
            one.plural = one.plural or plural
            one.files.add(str(path.relative_to(PROJECT)))
    return [found[key] for key in sorted(found, key=lambda key: (key[1], key[0] or ""))]


def sources() -> Iterator[Path]:
    yield from sorted((PROJECT / "templates").rglob("*.*"))
    for package in PACKAGES:
        yield from sorted(path for path in (PROJECT / package).rglob("*.py") if "migrations" not in path.parts)


def _said(path: Path) -> Iterator[tuple[str | None, str, str]]:
    """Context, text and plural of each call."""
    for function, texts in _in_module(path) if path.suffix == ".py" else _in_template(path):
        context = texts.pop(0) if function.lstrip("n").startswith("pgettext") else None
        if texts and texts[0]:
            yield context, texts[0], texts[1] if function.startswith("n") else ""


def _in_template(path: Path) -> Iterator[tuple[str, list[str]]]:
    code = templatize(path.read_text(), origin=str(path))
    for _, function, texts, _ in extract_python(BytesIO(code.encode()), list(KEYWORDS), [], {"encoding": "utf-8"}):
        if function in KEYWORDS:
            yield function, [texts] if isinstance(texts, str) else [one or "" for one in texts]


def _in_module(path: Path) -> Iterator[tuple[str, list[str]]]:
    """By Python's own reader: what calls gettext within an f-string is seen too."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
            function = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
            if function in KEYWORDS:
                given = [one.value if isinstance(one, ast.Constant) else "" for one in node.args]
                yield function, [one if isinstance(one, str) else "" for one in given]
