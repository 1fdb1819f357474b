"""Named faults of real catalogues and their remedies: one function each, never an `if` in the reader.

A repair sees one value. It returns the value that was meant, or None when nobody can tell; the record then lists the
fault by its name (`faults`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pyoxigraph as ox

from catalogue.dcat.canon import escaped
from catalogue.dcat.classes import Category, Described, Inside
from catalogue.dcat.contexts import RELATIVE
from catalogue.dcat.hosts import is_private
from catalogue.dcat.lines import token
from catalogue.dcat.literals import LONGEST
from catalogue.dcat.mending import AS_IT_IS
from catalogue.dcat.statements import Statements
from catalogue.dcat.terms import Concept, Iri, Kind, Moment, Plain, Problem, Text, is_address
from harvesters.matching import Names

MONTHS = {
    name: n
    for n, name in enumerate(
        "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split(), 1
    )
}
FRENCH_DATE = re.compile(r"(\d{1,2})(?:er)?[\s/.-]+(\w+|\d{1,2})[\s/.-]+(\d{4})\Z")
SPACED_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d)?(\.\d+)?\s*(Z|[+-]\d\d:?\d\d)?\Z")
MARKUP = re.compile(
    r"</?(p|div|br|a|ul|ol|li|span|b|i|strong|em|h[1-6]|table|font|img)\b[^<>]*>|&(nbsp|amp|lt|gt|eacute|egrave|agrave|#\d+);",
    re.I,
)
NUMBER = r"(-?\d{1,3}(?:\.\d+)?)"
BOX = re.compile(rf"\s*{NUMBER}\s*,\s*{NUMBER}\s*,\s*{NUMBER}\s*,\s*{NUMBER}\s*\Z")
PLACEHOLDER = re.compile(r"\{\{[\w. ]+\}\}\Z")
LINE_BREAK = re.compile(r"\s*[\r\n\u2028\u2029]\s*")
PHONE = re.compile(r"(?:\+|0|\(0)[\d .()/-]{7,20}\Z")
SCRIPT = re.compile(r"<(script|style)\b.*?(</\1\s*>|\Z)", re.I | re.S)
MEDIA_TYPE = re.compile(
    r"((?:application|audio|font|image|message|model|multipart|text|video)/[a-z0-9][a-z0-9!#$&^_.+-]{0,126})\s*(?:;|\Z)"
)
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


class Repairs:
    """The Mender of harvests: knows the vocabularies, and nothing of the database they came from."""

    def __init__(self, names: Names, *homes: str) -> None:
        """`homes`: our own address; on a laptop it is a private one, and our links to ourselves are right. Then that of a source
        on a private network that the administrator named."""
        self.met: dict[Any, tuple[tuple[Any, ...], tuple[Problem, ...]]] = {}
        self._names, self._homes = names, tuple(f"{home.rstrip('/')}/" for home in homes if home)

    def hides(self, address: str) -> bool:
        """Whether an address leads to a private network that is not our own, nor the source's; a node gets one of ours."""
        return is_private(address) and not f"{address}/".startswith(self._homes)

    def unreadable(self, kind: Kind, node: Any) -> tuple[Any, str] | None:
        text = "" if isinstance(node, ox.BlankNode | ox.Triple) else node.value.strip()
        if not text or len(text) > LONGEST:
            return None
        if PLACEHOLDER.match(text):
            return [], "placeholder"
        remedies: dict[type[Kind], Callable[[], tuple[Any, str] | None]] = {
            Concept: lambda: self._concept(kind, text) or self._public(text),
            Described: lambda: (
                self._concept(kind, text) or _media_type(kind, text) or self._public(text) or _labelled(kind, node)
            ),
            Category: lambda: self._concept(kind, text) or self._public(text) or _labelled(kind, node),
            Iri: lambda: _mail(text) or _phone(kind, text) or self._public(text),
            Moment: lambda: _date(text),
            Inside: lambda: _named(kind, node, text),
            Text: lambda: (("", text), "address-as-text"),
            Plain: lambda: _plain(kind, node, text),
        }
        remedy = remedies.get(type(kind))
        return remedy() if remedy else None

    def tidy(self, kind: Kind, value: Any) -> tuple[Any, str] | None:
        if isinstance(kind, Text):
            return _text(value, kind.form)
        if isinstance(kind, Plain):
            return _tidy_plain(value)
        if isinstance(kind, Iri) and isinstance(value, str) and self.hides(value):
            return [], "private-address"
        if isinstance(kind, Concept) and isinstance(value, dict):
            return self._described(kind, value)
        if isinstance(kind, Concept):
            return self._better(kind, value)
        return None

    def _public(self, text: str) -> tuple[str, str] | None:
        found = _address(text)
        return found if found and not self.hides(found[0]) else None

    def _better(self, kind: Concept, address: str) -> tuple[Any, str] | None:
        if found := self._names.spelled(kind.vocabulary, address):
            return (found, "concept-spelling") if found != address else None
        # A theme of another house is not thrown away for ours: both are said.
        if kind.vocabulary == "data-theme" and (near := self._names.close(kind.vocabulary, address)):
            return [near, address], "concept-close"
        return None

    def _described(self, kind: Concept, value: dict[str, Any]) -> tuple[Any, str] | None:
        """The concept that a described node stands for, by its address, else by one of its labels."""
        if address := value.get("uri", ""):
            if found := self._names.spelled(kind.vocabulary, address):
                return (_named_by(kind, value, found), "concept-spelling") if found != address else None
            if kind.vocabulary == "data-theme" and (near := self._near(kind, value)):
                return [near, value], "concept-close"
            return None
        found = self._by_label(kind, value)
        return (_named_by(kind, value, found), "label-as-concept") if found else None

    def _near(self, kind: Concept, value: dict[str, Any]) -> str | None:
        return self._names.close(kind.vocabulary, value["uri"]) or self._by_label(kind, value)

    def _by_label(self, kind: Concept, value: dict[str, Any]) -> str | None:
        labels = value.get("label", value.get("title", {}))
        texts = (text for language in sorted(labels) for text in labels[language] if isinstance(text, str))
        return next((found for text in texts if (found := self._names.meant(kind.vocabulary, text))), None)

    def _concept(self, kind: Any, text: str) -> tuple[str, str] | None:
        found = self._names.meant(kind.vocabulary, text)
        return (found, "label-as-concept") if found else None


def _named_by(kind: Kind, value: dict[str, Any], address: str) -> Any:
    """The labels of a category are the vocabulary's; what is said of a licence or a format is kept beside its address."""
    return address if isinstance(kind, Category) else {**value, "uri": address}


def accessible(file: dict[str, Any]) -> tuple[dict[str, Any], str] | None:
    """A file that is only said to be downloadable is accessed there (SEMIC's guideline on accessURL and downloadURL)."""
    if not file.get("download_url") or file.get("access_url"):
        return None
    return {**file, "access_url": file["download_url"]}, "download-as-access"


def _labelled(kind: Any, node: Any) -> tuple[Any, str] | None:
    """A text that no vocabulary knows is the label of a thing without address (DCAT-AP: a node, never a literal)."""
    label = next((term for term in kind.profile.terms if term.name in ("label", "title") and term.many), None)
    if label is None or not isinstance(node, ox.Literal):
        return None
    said, _ = label.kind.read(Statements(()), token(node), AS_IT_IS)
    tidied = _text(said, "line")
    language, kept = tidied[0] if tidied else said
    return {label.name: {language: [kept]}}, "label-kept"


def _address(text: str) -> tuple[str, str] | None:
    if is_address(text):
        return text, "address-as-text"
    if re.match(r"www\.[\w.-]+\.\w+", text):
        return _address(f"http://{text}")
    # What looks relative in RDF and is a host (it-foggia): nothing there has such a name.
    if (
        re.match(r"www\.[\w.-]+\.\w+", host := text.removeprefix(RELATIVE))
        and host != text
        and is_address(f"http://{host}")
    ):
        return f"http://{host}", "without-scheme"
    # Two addresses joined by a space (data.gouv.fr #1437) are no address.
    if re.match(r"(https?|ftp)://[^\s/]+", text, re.I) and not re.search(r"\s+https?://", text):
        better = escaped(text)
        return (better, "address-escaped") if better else None
    return None


def _phone(kind: Any, text: str) -> tuple[str, str] | None:
    """RFC 3966: a local number keeps its form, since nobody says of which country it is."""
    digits = re.sub(r"[^\d+]", "", text.replace("(0)", ""))
    return (
        (f"tel:{digits}", "phone-number")
        if kind.scheme == "tel:" and PHONE.match(text) and 9 <= len(digits) <= 16
        else None
    )


def _media_type(kind: Any, text: str) -> tuple[str, str] | None:
    """The address of a media type by its name (RFC 6838 §4.2), without its parameters."""
    found = MEDIA_TYPE.match(text.strip().lower()) if kind.profile.name == "media-type" else None
    return (f"https://www.iana.org/assignments/media-types/{found[1]}", "label-as-concept") if found else None


def _mail(text: str) -> tuple[str, str] | None:
    return (f"mailto:{text}", "mail-address") if re.match(r"[^@\s:/]+@[\w.-]+\.\w+\Z", text) else None


def _date(text: str) -> tuple[str, str] | None:
    moment = None
    if found := SPACED_TIME.match(text):
        day, minutes, seconds, _, zone = found.groups()
        zone = zone or ""
        moment = f"{day}T{minutes}{seconds or ':00'}{zone if ':' in zone or zone in ('', 'Z') else zone[:3] + ':' + zone[3:]}"
    elif found := FRENCH_DATE.match(text):
        day, month, year = found.groups()
        number = int(month) if month.isdigit() else MONTHS.get(month.lower(), 0)
        moment = f"{year}-{number:02d}-{int(day):02d}"
    elif re.match(r"\d{12,13}\Z", text):
        moment = datetime.fromtimestamp(int(text) / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (moment, "date-spelling") if moment and Moment.datatype(moment) else None


def _named(kind: Any, node: Any, text: str) -> tuple[Any, str] | None:
    if kind.profile.name == "identifier" and isinstance(node, ox.Literal):
        return {"notation": text}, "identifier-as-text"
    if kind.profile.name not in ("agent", "contact", "location"):
        return None
    repair = "place-as-text" if kind.profile.name == "location" else "name-as-agent"
    if repair == "place-as-text" and (box := BOX.match(text)):
        return {"bbox": _outline(*map(float, box.groups()))}, "outline-as-text"
    if isinstance(node, ox.NamedNode):
        return None
    if is_address(text):
        return {"uri": text}, "address-as-text"
    language = getattr(node, "language", None) or ""
    return {"name": {language: [text] if repair == "place-as-text" else text}}, repair


def _outline(west: float, south: float, east: float, north: float) -> dict[str, str]:
    """Degrees, WGS84 (OGC CRS84: longitude first), as the WKT of a rectangle."""
    corners = ((west, south), (east, south), (east, north), (west, north), (west, south))
    ring = ", ".join(f"{x:g} {y:g}" for x, y in corners)
    return {"value": f"POLYGON(({ring}))", "datatype": "http://www.opengis.net/ont/geosparql#wktLiteral"}


def _plain(kind: Any, node: Any, text: str) -> tuple[Any, str] | None:
    if kind.type is int:
        digits = re.sub(r"[\s\u202f\u00a0]", "", text)
        if re.match(r"\d{1,18}([.,]0+)?\Z", digits):
            return int(re.split(r"[.,]", digits)[0]), "size-spelling"
        return None
    return (text, "address-as-text") if isinstance(node, ox.NamedNode) else None


def _tidy_plain(value: Any) -> tuple[Any, str] | None:
    if not isinstance(value, str):
        return None
    if len(value) > LONGEST:
        return [], "too-long"
    return (CONTROL.sub("", value), "control-characters") if not value.isprintable() and CONTROL.search(value) else None


def _text(value: tuple[str, str], form: str) -> tuple[Any, str] | None:
    """`form` is that of `terms.Text`. Each step on what the one before made; the first that changes something names it."""
    language, said = value
    if len(said) > LONGEST:
        return [], "too-long"
    text, faults = said, []
    # What is printed as it is holds neither of these, and is quickly known; the search takes each sign in turn.
    if not text.isprintable() and CONTROL.search(text):
        text, faults = CONTROL.sub("", text), ["control-characters"]
    if ("<" in text or "&" in text) and MARKUP.search(text):
        from markdownify import markdownify  # and Beautiful Soup with it: not in a process that harvests nothing

        bare = SCRIPT.sub("", text)
        text = markdownify(bare, strip=["img"], heading_style="ATX").strip() or bare
        faults.append("html")
    if form == "words" and len(words := _words(text)) > 1:
        return [(language, word) for word in words], "keywords-joined"
    if form and not text.isprintable() and LINE_BREAK.search(text):
        text = LINE_BREAK.sub(" ", text)
        faults.append("line-breaks")
    return ((language, text), faults[0]) if text != said else None


def _words(text: str) -> list[str]:
    """The keywords that one text joins. One comma alone may be the keyword's own ("Zones de gestion, de restriction")."""
    parts = re.split(r"[;|\r\n]", text)
    if len(parts) == 1 and text.count(", ") > 1:
        parts = text.split(",")
    return [word for part in parts if (word := part.strip())]
