"""Texts that a page would say in French whatever the reader's language: nothing gives them to gettext."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Final

from django.template.base import Lexer, TokenType

WORD: Final = re.compile(r"[^\W\d_]{2,}")
# The same in every language: names of formats, standards and licences.
NAMES: Final = frozenset(
    """
    API CSV JSON LD GeoJSON RDF XML TTL Turtle TriG DCAT AP OGC ISO WMS WFS CSW STAC LDES SHACL PDF XLSX Excel Parquet
    Markdown HTML SVG PNG CORS SIRET SIREN INSEE SCDL RSS Atom ODS OpenAPI REST IRI URI URL QR SPARQL PROV TOTP
    ProconnectProConnect ProConnect OpenID Connect Bouture bouture CC BY Etalab https http
    """.split()
)
READ: Final = frozenset({"alt", "aria-label", "aria-description", "placeholder", "title", "data-label", "summary"})
UNREAD: Final = frozenset({"script", "style", "code", "kbd", "samp", "pre", "textarea"})
LITERAL: Final = re.compile(r'(?<!_\()"([^"]*)"')
# Of a template tag, arguments that nobody reads.
SILENT: Final = re.compile(
    r"(load|url|static|icon|include|extends|block|endblock|translate|trans|blocktranslate|if|elif|ifchanged|cycle|with|mark|now|get_\w+)\b"
)
FRENCH: Final = re.compile(
    r"[àâçèéêëîïôùûœ’«»\u00a0\u202f]|\b(de|du|des|le|la|les|un|une|et|ou|est|pas|pour|par|dans|sur|avec|sans|vous|ce|cette|ne)\b"
)
GETTEXT: Final = re.compile(r"_|n?p?gettext(_lazy|_noop)?")


def in_template(source: str) -> list[str]:
    """The texts of a template that `translate` and `blocktranslate` do not hold, and the literals given to filters and tags."""
    found: list[str] = []
    whole: list[str] = []
    inside = ""  # the block that nothing outside of it reads
    for token in Lexer(source).tokenize():
        kind = token.token_type
        if kind == TokenType.BLOCK:
            name = token.contents.split()[0]
            if inside:
                inside = "" if name == f"end{inside}" else inside
                continue
            if name in ("blocktranslate", "blocktrans", "comment"):
                inside = name
            if not SILENT.match(token.contents):
                found += (text for text in LITERAL.findall(token.contents) if _french(text))
            elif name in ("include", "with"):
                found += (text for text in LITERAL.findall(token.contents) if " " in text and _french(text))
            # Within a tag it gives attributes, or nothing.
            so_far = "".join(whole)
            whole.append(" " if so_far.rfind("<") > so_far.rfind(">") else "\0")
        elif inside or kind == TokenType.COMMENT:
            continue
        elif kind == TokenType.VAR:
            found += (
                text for text in LITERAL.findall(token.contents) if _french(text) or (WORD.search(text) and " " in text)
            )
            whole.append("\0")
        else:
            whole.append(token.contents)
    reader = _Reader()
    reader.feed(re.sub(r"(<[a-z0-9]+)\0", r"\1 ", "".join(whole)))  # `<td{% if right %} class="n"{% endif %}>`
    return [*reader.found, *found]


def _french(text: str) -> bool:
    return bool(WORD.search(text) and FRENCH.search(text))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in UNREAD:
            self.silent.append(tag)
        given = dict(attrs)
        for name, value in attrs:
            if name in READ or (name == "value" and tag == "input" and given.get("type") == "submit"):
                self._look(value or "")
        if tag == "meta" and given.get("name") == "description":
            self._look(given.get("content") or "")

    def handle_endtag(self, tag: str) -> None:
        if self.silent and self.silent[-1] == tag:
            self.silent.pop()

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self._look(data)

    def _look(self, text: str) -> None:
        if any(word not in NAMES for word in WORD.findall(text)):
            self.found.append(" ".join(text.replace("\0", "…").split()))


def in_module(path: Path) -> Iterator[tuple[int, str]]:
    """Lines and French texts of a module that no call of gettext holds. What is told to its log and its docstrings are not read."""
    tree = ast.parse(path.read_text())
    silent = set(_silent(tree))
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and node not in silent
            and _french(node.value)
        ):
            yield node.lineno, node.value


def _silent(tree: ast.Module) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            yield node.value  # a docstring
        elif isinstance(node, ast.Call):
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            of = getattr(getattr(node.func, "value", None), "id", "")
            if GETTEXT.fullmatch(name) or of in ("logger", "re") or name in ("Problem", "NotImplementedError"):
                for part in [*node.args, *(each.value for each in node.keywords)]:
                    yield from ast.walk(part)
