"""One text for one graph, whatever its order, its spelling and the labels of its blank nodes.

RDFC-1.0 (W3C Recommendation, RDF Dataset Canonicalization, §4) with a count of its steps: the algorithm is exponential
on graphs made for that, and pyoxigraph's version cannot be stopped. Records have few blank nodes, most of them unlike
each other: then it is one hash for each.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import permutations

import pyoxigraph as ox

from catalogue.dcat.contexts import NEED_LANGUAGE, WITHOUT_LANGUAGE
from catalogue.dcat.sniffing import TooSymmetric

MAX_STEPS = 10_000  # about a quarter of a second
MAX_DEPTH = 300

UNFIT = re.compile(r"[\x00-\x20<>\"{}|\\^`\x7f-\x9f]|%(?![0-9A-Fa-f]{2})")
IRIS = re.compile(r"<([^<>\n]*)>")
TAGS = re.compile(r'"@([A-Za-z0-9_\-]+)')
DELIMITER = re.compile(r"[\[\]#]")
END = " .\n"  # of a line of N-Triples


def escaped(iri: str) -> str | None:
    """The address in a form that strict parsers take, percent-encoded where it must be; None when nothing helps."""
    once = UNFIT.sub(_percent, iri)
    head, slashes, tail = once.partition("://")
    host, slash, path = tail.partition("/")
    path, sharp, fragment = path.partition("#")
    twice = head + slashes + host + slash + DELIMITER.sub(_percent, path) + sharp + DELIMITER.sub(_percent, fragment)
    for attempt in (once, twice):
        try:
            return ox.NamedNode(attempt).value
        except ValueError:
            continue
    return None


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


class Sound:
    """Makes triples fit for strict parsers, and counts what that cost (`writers.write`)."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._iris: dict[str, ox.NamedNode | None] = {}
        self._languages: dict[str, bool] = {}

    def __call__(self, triples: Iterable[ox.Triple]) -> Iterator[ox.Triple]:
        for triple in triples:
            subject, predicate, value = triple.subject, triple.predicate, triple.object
            fit: object
            if isinstance(value, ox.Literal):
                fit = self.literal(value)
            else:
                fit = self._iri(value) if isinstance(value, ox.NamedNode) else value
            about = self._iri(subject) if isinstance(subject, ox.NamedNode) else subject
            means = self._iri(predicate)
            if about is subject and means is predicate and fit is value and not isinstance(value, ox.Triple):
                yield triple
            elif about is None or means is None or fit is None or isinstance(fit, ox.Triple):
                self.counts["triple-dropped"] += 1  # a triple about a triple (RDF 1.2) has no place in DCAT either
            else:
                yield ox.Triple(about, means, fit)

    def _iri(self, node: ox.NamedNode) -> ox.NamedNode | None:
        """The node itself when it is fine."""
        said = node.value
        if said not in self._iris:
            if len(self._iris) > 10_000:
                self._iris.clear()
            self._iris[said] = _checked(said)
        known = self._iris[said]
        if known is None or known.value == said:
            return node if known else None
        self.counts["iri-escaped"] += 1
        return known

    def literal(self, value: ox.Literal) -> ox.Literal | None:
        """The literal itself when it is fine."""
        language = value.language
        if language is None:
            kind = value.datatype
            if kind.value in NEED_LANGUAGE:
                self.counts["datatype-dropped"] += 1
                return ox.Literal(value.value)
            fit = self._iri(kind)
            return value if fit is kind else (ox.Literal(value.value, datatype=fit) if fit else None)
        if language not in self._languages:
            self._languages[language] = _is_language(language)
        if self._languages[language]:
            return value
        self.counts["language-dropped"] += 1
        return ox.Literal(value.value)


def _checked(iri: str) -> ox.NamedNode | None:
    try:
        return ox.NamedNode(iri)
    except ValueError:
        better = escaped(iri)
        return ox.NamedNode(better) if better else None


@lru_cache(maxsize=1_000)
def _is_language(tag: str) -> bool:
    try:
        ox.Literal("", language=tag)
    except ValueError:
        return False
    return True


def canonical(triples: Iterable[ox.Triple], cost: Counter[str] | None = None, *, sound: bool = False) -> str:
    """Sorted N-Triples, each line ended; the same for isomorphic graphs. Raises TooSymmetric.

    `cost` counts what had to be changed for strict parsers, as `Sound` does. `sound`: a strict parser gave these triples,
    and their addresses and languages need no second look.
    """
    known = list(triples)
    text = (ox.serialize(known, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    if any(datatype in text for datatype in WITHOUT_LANGUAGE) or not (sound or _fit(text)):
        mending = Sound()
        text = (ox.serialize(mending(known), format=ox.RdfFormat.N_TRIPLES) or b"").decode()
        if cost is not None:
            cost.update(mending.counts)
    return in_order(text)


def in_order(text: str) -> str:
    """The canonical form of N-Triples that strict parsers take, as pyoxigraph writes them. Raises TooSymmetric."""
    return ordered(statements_in(text))


def statements_in(text: str) -> list[str]:
    """Each line of N-Triples as pyoxigraph writes them, once, without its end: within a term no line ends."""
    return [*dict.fromkeys(text.split(END))][:-1]


def ordered(statements: Iterable[str]) -> str:
    """As `in_order`, of lines that are told apart already."""
    # The end of a term is less than what may follow it in another: without the end of the line the order is the same.
    return "".join([f"{one}{END}" for one in sorted(_Naming(statements).lines())])


def _fit(text: str) -> bool:
    """Whether strict parsers take every address and language of these N-Triples.

    One search over the whole text instead of a look at each term: it may take a "<" inside a literal for an address,
    and then says no where the answer is yes, which costs time and nothing else.
    """
    return all(map(is_iri, set(IRIS.findall(text)))) and all(map(_is_language, set(TAGS.findall(text))))


@lru_cache(maxsize=50_000)
def is_iri(text: str) -> bool:
    """Whether a strict parser takes this text, as it stands between < and >."""
    try:
        ox.NamedNode(text)
    except ValueError:
        return False
    return "\\" not in text


def digest(text: str) -> str:
    """The SHA-256 of a text in UTF-8, hexadecimal."""
    return hashlib.sha256(text.encode()).hexdigest()


Names = dict[str, str]  # label of a blank node -> name issued, in the order of issue


class _Naming:
    """RDFC-1.0 over triples: the names follow the specification, so that anybody's implementation agrees."""

    def __init__(self, statements: Iterable[str]) -> None:
        self._plain: list[str] = []
        self._parts: list[tuple[str, ...]] = []  # subject, predicate, object; blank nodes as "_:label"
        self._of: dict[str, list[tuple[str, ...]]] = {}
        for said in statements:
            if "_:" not in said:
                self._plain.append(said)
                continue
            parts = tuple(said.split(" ", 2))
            blank = {node for node in parts[::2] if node[0] == "_"}  # nothing else begins so
            for node in blank:
                self._of.setdefault(node, []).append(parts)
            if blank:
                self._parts.append(parts)
            else:
                self._plain.append(said)
        self._first = {node: self._first_degree(node) for node in self._of}
        self._names: Names = {}
        self._steps = 0

    def lines(self) -> list[str]:
        self._name_all()
        names = {node: f"_:{name}" for node, name in self._names.items()}
        return self._plain + [f"{names.get(s, s)} {p} {names.get(o, o)}" for s, p, o in self._parts]

    def _first_degree(self, node: str) -> str:
        """§4.6: a node by what is said of it, other blank nodes being all alike."""
        lines = []
        for subject, predicate, value in self._of[node]:
            s = ("_:a" if subject == node else "_:z") if subject[0] == "_" else subject
            o = ("_:a" if value == node else "_:z") if value[0] == "_" else value
            lines.append(f"{s} {predicate} {o}{END}")
        return digest("".join(sorted(lines)))

    def _name_all(self) -> None:
        """§4.4.3, steps 3 to 5."""
        alike: dict[str, list[str]] = {}
        for node, name in self._first.items():
            alike.setdefault(name, []).append(node)
        for name in sorted(alike):
            if len(alike[name]) == 1:
                _issue(self._names, alike[name][0], "c14n")
        for name in sorted(alike):
            results = []
            for node in alike[name]:
                if node not in self._names:
                    issued: Names = {}
                    _issue(issued, node, "b")
                    results.append(self._n_degree(node, issued, 0))
            for _, issued in sorted(results, key=lambda result: result[0]):
                for node in issued:
                    _issue(self._names, node, "c14n")

    def _n_degree(self, node: str, issued: Names, depth: int) -> tuple[str, Names]:
        """§4.8: a node by the nodes around it, in the order that gives the least text."""
        if depth > MAX_DEPTH:
            raise too_symmetric()
        around: dict[str, list[str]] = {}
        for subject, predicate, value in self._of[node]:
            for related, position in ((subject, "s"), (value, "o")):
                if related[0] == "_" and related != node:
                    around.setdefault(self._related(related, predicate, issued, position), []).append(related)
        text = ""
        for name in sorted(around):
            best: tuple[str, Names] | None = None
            for order in permutations(around[name]):
                best = self._path(order, issued, best, depth)
            assert best is not None
            text += name + best[0]
            issued = best[1]
        return digest(text), issued

    def _related(self, related: str, predicate: str, issued: Names, position: str) -> str:
        """§4.7."""
        name = self._names.get(related) or issued.get(related)
        return digest(position + predicate + (f"_:{name}" if name else self._first[related]))

    def _path(
        self, order: tuple[str, ...], issued: Names, best: tuple[str, Names] | None, depth: int
    ) -> tuple[str, Names]:
        """The better of `best` and of the path that takes related nodes in this order (§4.8, step 5.4)."""
        self._steps += len(order)
        if self._steps > MAX_STEPS:
            raise too_symmetric()
        issued = dict(issued)
        path = ""
        ahead = []
        for related in order:
            if related in self._names:
                path += f"_:{self._names[related]}"
            else:
                if related not in issued:
                    ahead.append(related)
                path += f"_:{_issue(issued, related, 'b')}"
            if best is not None and len(path) >= len(best[0]) and path > best[0]:
                return best
        for related in ahead:
            name, after = self._n_degree(related, issued, depth + 1)
            path += f"_:{_issue(issued, related, 'b')}<{name}>"
            issued = dict(after)
            if best is not None and len(path) >= len(best[0]) and path > best[0]:
                return best
        return (path, issued) if best is None or path < best[0] else best


def _issue(names: Names, node: str, prefix: str) -> str:
    """§4.5: the name of a node, made at the first time."""
    return names.setdefault(node, f"{prefix}{len(names)}")


def too_symmetric() -> TooSymmetric:
    return TooSymmetric(
        "Cette fiche contient trop de nœuds anonymes que rien ne distingue. "
        "Demandez au gestionnaire de la source de leur donner des adresses (rdf:about, @id)."
    )
