"""Triples as text: N-Triples, one a line, from the parser to the canonical form.

An object of Python for each triple copies its three terms: for a source that changed nothing, making them and asking them
took three quarters of the time, and a document six times its size in memory. A record is met as text, compared as text,
and only one that changed becomes objects.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import overload

import pyoxigraph as ox

from catalogue.dcat.canon import statements_in
from catalogue.dcat.contexts import NEED_LANGUAGE, WITHOUT_LANGUAGE

CHUNK = 5_000  # triples written at once
TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
Node = ox.NamedNode | ox.BlankNode
Value = ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple
# What N-Triples cannot hold in an address, and lets be escaped (RDF 1.1 N-Triples §2.2, UCHAR).
UNFIT = re.compile(r"[\x00-\x20<>\"{}|^`\\]")
# Addresses that every parser takes, as most are: to ask one takes four times as long.
SURE = re.compile(
    r"https?://[a-z0-9\-]+(?:\.[a-z0-9\-]+)*(?::[0-9]+)?(?:/[A-Za-z0-9\-._~/]*)?(?:#[A-Za-z0-9\-._~]*)?\Z"
)
TAG = re.compile(r"[A-Za-z]+(-[A-Za-z0-9]+)*")  # a language, however long its parts (N-Triples §7, LANGTAG)

# As pyoxigraph writes lines: one space between terms, none within an address or a label, no line break within a text.
RUN = re.compile(r"^([^ ]+) .*\n(?:\1 .*\n)*", re.MULTILINE)  # lines that follow each other and speak of one node
SPEECHLESS = re.compile(
    rf"^([^ ]+)( .*\")\^\^<(?:{'|'.join(map(re.escape, sorted(NEED_LANGUAGE)))})> \.$", re.MULTILINE
)


def token(node: Value) -> str:
    """A node in N-Triples; unlike `str`, also when its address is one that N-Triples forbids."""
    if isinstance(node, ox.NamedNode):
        return f"<{UNFIT.sub(_escape, node.value)}>"
    return f"<<( {node} )>>" if isinstance(node, ox.Triple) else str(node)


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found[0]):04X}"


def parsed(text: str) -> Iterator[ox.Triple]:
    """The triples of lines, blank nodes under the labels that they have there."""
    return (quad.triple for quad in ox.parse(text, ox.RdfFormat.N_TRIPLES, lenient=True))


class Lines(Sequence[ox.Triple]):
    """Triples that are objects once somebody looks at them; a line that comes twice is one."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _triples(self) -> tuple[ox.Triple, ...]:
        return tuple(dict.fromkeys(parsed(self.text)))

    @cached_property
    def statements(self) -> list[str]:
        """Each line once, without its end."""
        return statements_in(self.text)

    def __len__(self) -> int:
        return len(self.statements)

    @overload
    def __getitem__(self, index: int) -> ox.Triple: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[ox.Triple, ...]: ...
    def __getitem__(self, index: int | slice) -> ox.Triple | tuple[ox.Triple, ...]:
        return self._triples[index]

    def __iter__(self) -> Iterator[ox.Triple]:
        return iter(self._triples)

    def __reduce__(self) -> tuple[type[Lines], tuple[str]]:
        return Lines, (self.text,)


class Written:
    """Writes what a parser gives, some thousand lines at a time. Raises what the parser raises.

    `lenient`: the parser lets addresses and languages through that no standard allows. `mended`: node -> what was done to
    its literals: N-Triples have no language of any other form than theirs, and no rdf:langString without one.
    """

    def __init__(self, quads: Iterable[ox.Quad], *, lenient: bool) -> None:
        self._quads, self._lenient = iter(quads), lenient
        self.mended: dict[str, Counter[str]] = {}

    def __iter__(self) -> Iterator[str]:
        write = self._one_by_one if self._lenient else self._at_once
        while text := write(islice(self._quads, CHUNK)):
            yield text

    def _at_once(self, quads: Iterable[ox.Quad]) -> str:
        text = (ox.serialize(quads, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
        return SPEECHLESS.sub(self._plain, text) if any(datatype in text for datatype in WITHOUT_LANGUAGE) else text

    def _plain(self, found: re.Match[str]) -> str:
        return self._mend(found[1], "datatype-dropped", f"{found[1]}{found[2]} .")

    def _one_by_one(self, quads: Iterable[ox.Quad]) -> str:
        return "".join(map(self._line, quads))

    def _line(self, quad: ox.Quad) -> str:
        subject = token(quad.subject)
        value = quad.object
        said = self._literal(subject, value) if isinstance(value, ox.Literal) else token(value)
        return f"{subject} {token(quad.predicate)} {said} .\n"

    def _literal(self, subject: str, value: ox.Literal) -> str:
        language, kind, plain = value.language, value.datatype.value, str(ox.Literal(value.value))
        if language is not None and not TAG.fullmatch(language):
            return self._mend(subject, "language-dropped", plain)
        if language is None and kind in NEED_LANGUAGE:
            return self._mend(subject, "datatype-dropped", plain)
        return f"{plain}^^{token(value.datatype)}" if UNFIT.search(kind) else str(value)

    def _mend(self, subject: str, name: str, better: str) -> str:
        self.mended.setdefault(subject, Counter())[name] += 1
        return better


def links(text: str) -> Iterator[tuple[str, str, str]]:
    """Subject, predicate and value of each line whose value is a node."""
    for line in text.split("\n")[:-1]:
        subject, predicate, value = line.split(" ", 2)
        if value[0] != '"':
            yield subject, predicate, value[:-2]


def distinct(text: str) -> str:
    """Each line once."""
    lines = dict.fromkeys(text.split("\n"))  # the empty one after the last stays last
    return "\n".join(lines)


def saying(text: str, predicate: str) -> list[tuple[str, str]]:
    """Who has a property in these lines, and its values."""
    middle = f" {predicate} "
    lines = (line.split(" ", 2) for line in text.split("\n") if middle in line)
    return [(subject, value[:-2]) for subject, means, value in lines if means == predicate]


def renamed_lines(text: str, names: Mapping[str, str]) -> str:
    """With other names for some nodes."""
    if not any(node in text for node in names):
        return text
    parts = (line.split(" ", 2) for line in text.split("\n")[:-1])
    told = ((names.get(s, s), p, names.get(value[:-2], value[:-2])) for s, p, value in parts)
    return "".join(f"{s} {p} {o} .\n" for s, p, o in told)
