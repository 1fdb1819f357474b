"""How the addresses of other portals are spelt: the paths that name one thing, brought to one spelling.

The same table reads what an old portal is known to have said, when it is taken over, and what is asked of us later:
another language, a tab of the page, a final slash, a folder before it are the same thing. No address of an API is here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal
from urllib.parse import unquote, urlsplit

LONGEST: Final = 1_000  # characters; more is no address that a portal gave
LONGEST_BYTES: Final = 2_000  # an index of PostgreSQL holds 2,704
CONTROL: Final = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
# What stands before: a language, a folder; CKAN has both, in any order.
BEFORE: Final = r"(?!/api/)(?:/[\w.-]{1,40}){0,2}?"
LANGUAGE: Final = r"(?:/[a-z]{2}(?:[_-][A-Za-z]{2})?)?"
# Extension in an old address -> ours.
FORMS: Final = {"ttl": "ttl", "n3": "ttl", "rdf": "rdf", "xml": "rdf", "jsonld": "jsonld", "nt": "nt"}

What = Literal["record", "file", "body"]
Front = Literal["search", "catalogue"]


@dataclass(frozen=True)
class Shows:
    """Where a kind of portal shows a record, one of its files or its publisher: `path` has one hole, for each text that
    is said of that thing under one of the predicates `said`.
    """

    what: What
    path: str
    said: tuple[str, ...]


@dataclass(frozen=True)
class Shape:
    """`pattern` has the groups that `spelt` names; `file`: it gives the file itself, not a page about it."""

    pattern: str
    spelt: str
    file: bool = False


NAME: Final = r"(?P<name>[^/]+)"
FORM: Final = rf"\.(?P<form>{'|'.join(FORMS)})"
# The first that fits. CKAN ("dataset", "organization", "group"), udata ("datasets", "organizations"), ArcGIS Hub
# ("datasets", "maps"...), Opendatasoft ("explore"), GeoNetwork ("srv"); then the lists of each.
SHAPES: Final = (
    Shape(rf"{BEFORE}/dataset/[^/]+/resource/{NAME}/download(?:/[^/]*)?", "/dataset/*/resource/{name}", file=True),
    Shape(rf"{BEFORE}/dataset/[^/]+/resource/{NAME}(?:/.*)?", "/dataset/*/resource/{name}"),
    Shape(rf"{BEFORE}/explore/(?:embed/)?dataset/{NAME}(?:/.*)?", "/explore/dataset/{name}"),
    Shape(rf"{BEFORE}/dataset/(?:activity|changes|groups|showcases|followers|about)/{NAME}", "/dataset/{name}"),
    Shape(rf"{BEFORE}/dataset/(?P<name>[^/]+?)(?:{FORM})?(?:/.*)?", "/dataset/{name}"),
    Shape(rf"{BEFORE}/datasets/r/{NAME}", "/datasets/r/{name}", file=True),
    Shape(rf"{BEFORE}/(?:datasets|maps|documents|apps|content)/{NAME}(?:/.*)?", "/datasets/{name}"),
    Shape(rf"{BEFORE}/(?P<kind>organizations?|group)/(?:(?:about|activity|members)/)?{NAME}(?:/.*)?", "/{kind}/{name}"),
    Shape(rf"{BEFORE}/srv/(?:[a-z]{{3}}/)?(?:api/(?:\d\.\d/)?records|metadata)/{NAME}(?:/.*)?", "/srv/records/{name}"),
    Shape(rf"{BEFORE}/catalog{FORM}", "/catalog"),
    Shape(rf"{LANGUAGE}/(?P<name>datasets?|organizations?|groups?|explore|search)", "/{name}"),
)
PATTERNS: Final = tuple((re.compile(shape.pattern), shape) for shape in SHAPES)


@dataclass(frozen=True)
class Spelling:
    """`paths` under which what was asked may be kept, the best first; `form`: the extension of ours that it asks for."""

    paths: tuple[str, ...]
    file: bool = False
    form: str = ""


def spellings(path: str, query: str = "") -> Spelling | None:
    """Of a path already decoded, and its query as it came. None for what no portal can have said."""
    plain = _plain(path)
    if not plain:
        return None
    whole = [f"{plain}?{query}"] if query and not _impossible(f"{plain}?{query}") else []
    if shaped := _shaped(plain):
        shape, said = shaped
        form = FORMS.get(said.get("form") or "", "")
        return Spelling(tuple(dict.fromkeys((*whole, shape.spelt.format(**said), plain))), shape.file, form)
    return Spelling((*whole, plain))


def spelt(address: str) -> str:
    """The one path under which an address or a path is kept; "" for one that says nothing, such as the home page.

    A query counts only where the path does not say what it names.
    """
    try:
        parts = urlsplit(address)
    except ValueError:  # half of an IPv6 address
        return ""
    plain = _plain(unquote(parts.path))
    if plain and (shaped := _shaped(plain)):
        return shaped[0].spelt.format(**shaped[1])
    whole = f"{plain}?{parts.query}" if plain and parts.query else plain
    return "" if _impossible(whole) else whole


def host_name(address: str) -> str:
    """The name of the host as it is compared: without case, port or "www."; "" without one."""
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def _plain(path: str) -> str:
    """Without a final slash, in one composition of its accents; "" for what no portal can have said."""
    plain = unicodedata.normalize("NFC", path).rstrip("/")
    return plain if plain.startswith("/") and not plain.startswith("//") and not _impossible(plain) else ""


def _impossible(path: str) -> bool:
    too_long = len(path) > LONGEST or len(path.encode("utf-8", "replace")) > LONGEST_BYTES
    return too_long or bool(CONTROL.search(path))


def _shaped(plain: str) -> tuple[Shape, dict[str, str]] | None:
    return next(
        ((shape, found.groupdict()) for pattern, shape in PATTERNS if (found := pattern.fullmatch(plain))), None
    )


def filled(template: str, names: Iterator[str]) -> Iterator[str]:
    """The paths of a template, one for each name; a name with a slash is none."""
    return (template.format(name) for name in names if name and "/" not in name)
