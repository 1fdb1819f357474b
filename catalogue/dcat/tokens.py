"""Terms of RDF as N-Triples spell them: what we write ourselves is written, and checked, without an object for each of them.

A term is an address in angle brackets, a literal between quotes with what follows them, or the label of a blank node.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

import pyoxigraph as ox

from catalogue.dcat.canon import WITHOUT_LANGUAGE, canonical, in_order
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
    if "\\" in text:
        text = next(_object(value[:end])).value
    if end == len(value):
        return Parts(text, None, STRING)
    return (
        Parts(text, value[end + 1 :], LANG_STRING) if value[end] == "@" else Parts(text, None, iri_of(value[end + 2 :]))
    )


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
_name = lru_cache(maxsize=1_000)(iri_of)
_datatype = lru_cache(maxsize=1_000)(ox.NamedNode)


def told(triples: Iterable[ox.Triple]) -> Nodes:
    """By subject and predicate, whatever strict parsers would say of them."""
    return by_node((token(one.subject), token(one.predicate), token(one.object)) for one in triples)


def in_lines(text: str) -> Nodes:
    """By subject and predicate, of lines of N-Triples as pyoxigraph writes them."""
    return by_node((s, p, o[:-2]) for s, p, o in (line.split(" ", 2) for line in text.split("\n")[:-1]))


def nodes_in(text: str) -> dict[Any, dict[str, list[Any]]]:
    """The terms of lines of N-Triples as pyoxigraph writes them, by subject and predicate, each line once."""
    said: dict[str, dict[str, list[Any]]] = {}
    for line in dict.fromkeys(text.split("\n")):
        if line:
            subject, predicate, value = line.split(" ", 2)
            about = said.get(subject)
            if about is None:
                about = said[subject] = {}
            about.setdefault(predicate, []).append(node_of(value[:-2]))
    return {node_of(node): {_name(name): values for name, values in about.items()} for node, about in said.items()}


def by_node(said: Iterable[Said]) -> Nodes:
    nodes: Nodes = {}
    for subject, predicate, value in said:
        about = nodes.get(subject)
        if about is None:
            nodes[subject] = {predicate: [value]}
        elif predicate in about:
            about[predicate].append(value)
        else:
            about[predicate] = [value]
    return nodes


def canonical_lines(said: Iterable[Said], others: Iterable[ox.Triple] = ()) -> str:
    """The canonical form of what is said in tokens, and of other triples: both of strict parsers. Raises TooSymmetric."""
    text = "".join([f"{subject} {predicate} {value} .\n" for subject, predicate, value in said])
    if others:
        text += (ox.serialize(others, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    if any(datatype in text for datatype in WITHOUT_LANGUAGE):
        return canonical(parsed(text), sound=True)
    return in_order(text)
