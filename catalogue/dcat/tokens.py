"""Terms of RDF as N-Triples spell them: what we write ourselves is written, and checked, without an object for each of them.

A term is an address in angle brackets, a literal between quotes with what follows them, or the label of a blank node.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import pyoxigraph as ox

from catalogue.dcat.canon import canonical, in_order, statements_in
from catalogue.dcat.contexts import WITHOUT_LANGUAGE
from catalogue.dcat.lines import SURE, parsed, token

Said = tuple[str, str, str]  # subject, predicate, value
Nodes = dict[str, dict[str, list[str]]]  # subject -> predicate -> values
STRING = "http://www.w3.org/2001/XMLSchema#string"
LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
LONG = 200  # characters of a term that is not likely to come again
QUOTED = re.compile(r'"(?:[^"\\]++|\\.)*+"', re.S)


@lru_cache(maxsize=5_000)
def address(iri: str) -> str:
    """Raises ValueError for an address that strict parsers refuse."""
    return f"<{iri}>" if SURE.match(iri) else str(ox.NamedNode(iri))


@lru_cache(maxsize=1_000)
def _tag(language: str) -> str:
    """The tag as it is written. Raises ValueError."""
    return ox.Literal("", language=language).language or ""


def literal(text: str, language: str = "", datatype: str = "") -> str:
    """Raises ValueError for a language or a datatype that strict parsers refuse."""
    # What is printed as it is needs no escape but of these two.
    quoted = f'"{text}"' if text.isprintable() and '"' not in text and "\\" not in text else str(ox.Literal(text))
    if language:
        return f"{quoted}@{_tag(language)}"
    return f"{quoted}^^{address(datatype)}" if datatype not in ("", STRING) else quoted


class Parts(NamedTuple):
    """What a literal says; `language` is None without one."""

    text: str
    language: str | None
    datatype: str


def parts(value: str) -> Parts:
    """Those of the token of a literal."""
    quoted = QUOTED.match(value) if "\\" in value else None
    end = quoted.end() if quoted else value.find('"', 1) + 1
    text = value[1 : end - 1]
    if quoted and "\\" in text:
        text = next(_object(value[:end])).value
    if end == len(value):
        return Parts(text, None, STRING)
    return (
        Parts(text, value[end + 1 :], LANG_STRING) if value[end] == "@" else Parts(text, None, iri_of(value[end + 2 :]))
    )


def text_of(value: str) -> str:
    """The text of the token of a literal, "" for another."""
    if value[0] != '"':
        return ""
    return parts(value).text if "\\" in value else value[1 : value.find('"', 1)]


def iri_of(value: str) -> str:
    """The address between the brackets of its token."""
    return next(_object(value)).value if "\\" in value else value[1:-1]


def _object(value: str) -> Iterator[Any]:
    return (triple.object for triple in parsed(f"<x:x> <x:x> {value} .\n"))


def node_of(value: str) -> Any:
    """The term of a token; one and the same object for one that was met a moment ago. Raises SyntaxError."""
    return _met(value) if len(value) < LONG else _made(value)


def _made(value: str) -> Any:
    try:
        if value[0] == "<" and "\\" not in value:
            return ox.NamedNode(value[1:-1])
        if value[0] == "_":
            return ox.BlankNode(value[2:])
        if value[0] == '"':
            text, language, datatype = parts(value)
            if language is not None:
                return ox.Literal(text, language=language)
            return ox.Literal(text, datatype=_datatype(datatype)) if datatype != STRING else ox.Literal(text)
    except ValueError:  # what lenient parsers let through
        pass
    return next(_object(value))


_met = lru_cache(maxsize=5_000)(_made)
name_of = lru_cache(maxsize=1_000)(iri_of)  # of a predicate: there are few
_datatype = lru_cache(maxsize=1_000)(ox.NamedNode)


def told(triples: Iterable[ox.Triple]) -> Nodes:
    """By subject and predicate, whatever strict parsers would say of them."""
    return by_node((token(one.subject), token(one.predicate), token(one.object)) for one in triples)


def in_lines(text: str) -> Nodes:
    """By subject and predicate, of lines of N-Triples as pyoxigraph writes them, each once."""
    return split(statements_in(text))


def split(statements: Iterable[str]) -> Nodes:
    """Of lines without their end (`Lines.statements`). What is said of one node mostly comes together."""
    nodes: Nodes = {}
    last, about = "", {}
    for said in statements:
        subject, predicate, value = said.split(" ", 2)
        if subject != last:
            last, about = subject, nodes.setdefault(subject, {})
        if predicate in about:
            about[predicate].append(value)
        else:
            about[predicate] = [value]
    return nodes


def nodes_in(text: str) -> dict[Any, dict[str, list[Any]]]:
    """The terms of lines of N-Triples as pyoxigraph writes them, by subject and predicate, each line once."""
    return {
        node_of(node): {name_of(name): [node_of(value) for value in values] for name, values in about.items()}
        for node, about in in_lines(text).items()
    }


def by_node(said: Iterable[Said]) -> Nodes:
    nodes: Nodes = {}
    for subject, predicate, value in said:
        tell(nodes, subject, predicate, value)
    return nodes


def tell(nodes: Nodes, subject: str, predicate: str, value: str) -> None:
    about = nodes.get(subject)
    if about is None:
        nodes[subject] = {predicate: [value]}
    elif predicate in about:
        about[predicate].append(value)
    else:
        about[predicate] = [value]


def said_in(nodes: Nodes) -> Iterator[Said]:
    """`by_node` undone, one node after the other."""
    for subject, about in nodes.items():
        for predicate, values in about.items():
            for value in values:
                yield subject, predicate, value


def canonical_lines(nodes: Nodes, others: Iterable[ox.Triple] = ()) -> str:
    """The canonical form of what is said in tokens, and of other triples: both of strict parsers. Raises TooSymmetric."""
    text = "".join(_in_order(nodes))
    if others:
        text += (ox.serialize(others, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    # They end alike, and a short text is found in half the time.
    if "angString>" in text and any(datatype in text for datatype in WITHOUT_LANGUAGE):
        return canonical(parsed(text), sound=True)
    return in_order(text) if others or "_:" in text else text


def _in_order(nodes: Nodes) -> list[str]:
    """Each line once. What follows a term where another one ends is never less than a space: lines are in the order of terms."""
    lines: list[str] = []
    for subject in sorted(nodes):
        about = nodes[subject]
        for predicate in _sorted(tuple(about)):
            values = about[predicate]
            if len(values) == 1:
                lines.append(f"{subject} {predicate} {values[0]} .\n")
            else:
                lines += [f"{subject} {predicate} {value} .\n" for value in sorted(set(values))]
    return lines


@lru_cache(maxsize=2_000)  # nodes of one class say the same few properties
def _sorted(predicates: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted(predicates))
