"""Lines of N-Triples that any parser takes as they stand, told so at one look.

Our own feeds write the graphs of their TriG in such lines. A parser gives the very same lines back for them, after five times the
work. What is rare (escapes that nobody needs, an address of an uncommon form, a language in capitals) is no fault: it is not plain,
and goes through a parser.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from secrets import token_hex
from typing import Final

from catalogue.dcat.contexts import NEED_LANGUAGE
from catalogue.dcat.writers import own_labels

# Within what takes nothing back (`(…)*+`, `(…)?+`) nothing may fail after a choice or a repetition: `re` of Python 3.11.4 and before,
# that of Debian 12, goes on from where it failed, and would take for plain what is not (python/cpython#106052).
# RFC 3987 without what parsers disagree on or write otherwise: brackets, private characters, escapes that are none.
_SIGNS = r"[A-Za-z0-9\-._~!$&'()*+,;=:@/?\u00a0-\ud7ff]*+"
_SAID = rf"{_SIGNS}(?:%[0-9A-Fa-f][0-9A-Fa-f]{_SIGNS})*+"
_WEB = rf"https?://[A-Za-z0-9\-.]++(?::[0-9]{{1,5}}(?=[/?#>]))?(?:[/?]{_SAID})?+(?:#{_SAID})?+"
_ADDRESS = rf"<(?:{_WEB}|(?:mailto|tel|urn):[A-Za-z0-9\-._@:+]++)>"
_NODE = rf"(?:{_ADDRESS}|_:[A-Za-z0-9]++)"
# RDF 1.1 N-Triples §4, canonical form: a text of type xsd:string bears no type, and one escape alone exists for each character.
_TEXT = r'"[^"\\\x00-\x1f\x7f\ufffe\uffff]*+(?:\\["\\nrt][^"\\\x00-\x1f\x7f\ufffe\uffff]*+)*+"'
_TYPES = "|".join(map(re.escape, sorted({"http://www.w3.org/2001/XMLSchema#string", *NEED_LANGUAGE})))
_LITERAL = rf"{_TEXT}(?:@[a-z]{{2,3}}(?:-[a-z]{{2,4}})?|\^\^(?!<(?:{_TYPES})>){_ADDRESS})?"
LINE: Final = re.compile(rf"{_NODE} {_ADDRESS} (?:{_NODE}|{_LITERAL}) \.\n")
NAME: Final = re.compile(_ADDRESS)
HEAD: Final = re.compile(rf"^<({_ADDRESS[1:-1]})> \{{\n", re.MULTILINE)
END: Final = "}\n"
# What a text with line breaks begins with (TriG §2.4, long strings).
LONG: Final = ('"""', "'''")
# An address with such a segment is another one once a parser has resolved it (RFC 3986 §5.2.4).
DOTS: Final = "/."


def is_plain(lines: str, name: str) -> bool:
    """Whether a parser would give back these lines of N-Triples as they are, and the address of their graph."""
    fit = NAME.fullmatch(f"<{name}>") and _end(lines, 0) == len(lines)
    return bool(lines and fit) and DOTS not in lines and DOTS not in name


def graphs_apart(document: str) -> tuple[dict[str, str], str]:
    """The graphs of a TriG document that are written in plain lines, by address, and the rest of it, for a parser.

    Labels of blank nodes are made new, as parsers do, one for one: the same in all graphs of the document. Nothing is taken
    apart when the rest speaks of blank nodes too, or holds a quotation of several lines: the graph might stand in it.
    """
    graphs: dict[str, str] = {}
    rest: list[str] = []
    at, own = 0, token_hex(8)
    for name, since, lines, end in _blocks(document):
        if DOTS in name or DOTS in lines:
            continue
        rest.append(document[at:since])
        graphs[name] = graphs.get(name, "") + own_labels(lines, own)
        at = end
    rest.append(document[at:])
    left = "".join(rest)
    unsure = any(signs in left for signs in ("_:", *LONG))
    return ({}, document) if unsure else (graphs, left)


def _blocks(document: str) -> Iterator[tuple[str, int, str, int]]:
    """Name, beginning, lines and end of each graph in plain lines."""
    at = 0
    while head := HEAD.search(document, at):
        at = _end(document, head.end())
        if document.startswith(END, at):
            yield head[1], head.start(), document[head.end() : at], at + len(END)


def _end(text: str, at: int) -> int:
    """Where the plain lines that begin there end.

    One at a time, without a group: of what repeats within one, `re` keeps copies, which took five times as long as all the rest
    in a process that has worked for a while.
    """
    while line := LINE.match(text, at):
        at = line.end()
    return at
