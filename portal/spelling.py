"""One value of a kind as a person reads it in a field, and what they mean by what they type there.

What is typed goes through the same door as what a source says: the kind reads it, and the repairs of harvests mend it
(« 3 mars 2024 », « CSV », « contact@ville.fr »). Texts by language and nodes are put together in `portal.pages.fields`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import pyoxigraph as ox
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _

from catalogue.addressing import LONGEST_ADDRESS
from catalogue.dcat.classes import Described, Level
from catalogue.dcat.hosts import RUNNABLE
from catalogue.dcat.lines import token
from catalogue.dcat.literals import CONTROL, LONGEST, well_formed
from catalogue.dcat.mending import Mender
from catalogue.dcat.statements import Statements
from catalogue.dcat.terms import DURATION, Concept, Iri, Kind, Moment, Plain, Typed, Unreadable, is_address
from catalogue.models import Concept as Word
from catalogue.models import in_french
from catalogue.models.vocabularies import in_language
from catalogue.themes import PROVISIONAL
from harvesters.reading import load_repairs
from portal.languages import WRITTEN_IN

GEOSPARQL: Final = "http://www.opengis.net/ont/geosparql#"
WKT: Final = re.compile(
    r"(<[^<>]+>\s*)?(MULTI)?(POINT|LINESTRING|POLYGON)\s*Z?\s*\(|GEOMETRYCOLLECTION\s*\(|ENVELOPE\s*\(", re.I
)
PHONE: Final = re.compile(r"\+?[\d][\d .\-()]{4,20}\Z")
NOTHING: Final = Statements(())
# Bytes; what the columns hold (`catalogue.models.datasets`).
LONGEST_MOMENT: Final = 40
LONGEST_FIGURE: Final = 100
# Licences are offered from the short list of French law; the European one is understood too.
OFFERED: Final = {"licence": "licence-fr"}


class Wrong(ValueError):
    """What was typed cannot be a value; the message is French and says what to type."""


@dataclass
class Vocabularies:
    """The terms of some vocabularies as people call them: one query, and one more when something was typed."""

    codes: frozenset[str]
    named: dict[str, str] = field(default_factory=dict)
    offered: dict[str, dict[str, str]] = field(default_factory=dict)

    @classmethod
    def of(cls, codes: Iterable[str]) -> Vocabularies:
        wanted = {*codes, *(OFFERED[code] for code in codes if code in OFFERED)} - {""}
        found = cls(frozenset(wanted))
        language = get_language() or WRITTEN_IN
        rows = Word.objects.filter(vocabulary__code__in=wanted).order_by("vocabulary__code", "pk")
        for vocabulary, uri, code, labels, old in rows.values_list(
            "vocabulary__code", "uri", "code", "labels", "deprecated"
        ):
            found.named[uri] = in_language(labels, code, language)
            if not old and code != PROVISIONAL:
                found.offered.setdefault(vocabulary, {})[uri] = found.named[uri]
        return found

    def choices(self, vocabulary: str) -> dict[str, str]:
        """Address -> label of what a new value may be."""
        return self.offered.get(OFFERED.get(vocabulary, vocabulary), {})

    def address(self, vocabulary: str, text: str) -> str:
        """The term offered under exactly this label, "" when there is none."""
        return next((uri for uri, label in self.choices(vocabulary).items() if label == text), "")

    @cached_property
    def mender(self) -> Mender:
        return load_repairs()


def shown(kind: Kind, value: Any, known: Vocabularies) -> str:
    """The value on one line, or on several for an outline."""
    if isinstance(value, dict):
        if isinstance(kind, Typed):
            return lines(str(value.get("value", "")))
        text = next(
            (in_french(value[name]) for name in ("title", "label", "name", "description") if value.get(name)), ""
        )
        said = (text[0] if isinstance(text, list) else text) or value.get("uri", "") or _("décrit sur place")
        return one_line(said)
    if isinstance(kind, Concept):
        return one_line(known.named.get(value, value))
    if isinstance(kind, Iri):
        return one_line(value.removeprefix(kind.scheme))
    return one_line(str(value))


def lines(text: str) -> str:
    """As a browser gives back a text of several lines, with plain ends of lines."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def one_line(text: str) -> str:
    """As a browser gives back a field of one line."""
    return " ".join(lines(text).split("\n")).strip()


def whole(text: str, digits: int, otherwise: int = 0) -> int:
    """A number of at most so many digits; `otherwise` for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else otherwise


def meant(kind: Kind, text: str, known: Vocabularies) -> Any:
    """The value. Raises Wrong."""
    checked(text)
    if isinstance(kind, Typed):
        return _outline(text)
    room = LONGEST_MOMENT if isinstance(kind, Moment) else LONGEST_ADDRESS
    room = LONGEST_FIGURE if isinstance(kind, Plain) and kind.form else room
    if len(text.encode("utf-8", "replace")) > room:
        raise Wrong(_("Ce texte est trop long : %(room)s signes au plus.") % {"room": room})
    if isinstance(kind, Concept) and (address := known.address(kind.vocabulary, text)):
        return address
    if isinstance(kind, Iri) and kind.scheme == "tel:" and PHONE.match(text):
        return kind.scheme + re.sub(r"[ .()]", "", text)
    node = ox.NamedNode(text) if isinstance(kind, Iri) and is_address(text) else ox.Literal(text, language="fr")
    return _read(kind, node, known)


def _one(mended: Any) -> Any:
    """A field holds one value: None of what means nothing (a placeholder), and what was typed beside what is near to it."""
    return (mended[-1] if mended else None) if isinstance(mended, list) else mended


def _read(kind: Kind, node: Any, known: Vocabularies) -> Any:
    try:
        value = kind.read(NOTHING, token(node), known.mender)[0]
    except Unreadable:
        saved = known.mender.unreadable(kind, node)
        value = _one(saved[0]) if saved else None
    if value is not None:
        better = known.mender.tidy(kind, value)
        value = _one(better[0]) if better else value
    impossible = isinstance(kind, Moment) and value is not None and not well_formed(value, kind.datatype(value))
    if value is None or impossible or _bare_name(kind, value) or _misplaced(kind, value):
        raise Wrong(_remedy(kind, node.value))
    return value


def _bare_name(kind: Kind, value: Any) -> bool:
    """Whether only a name was given of a thing that must say more (a sample is a file: it has an address)."""
    if not isinstance(kind, Described) or not isinstance(value, dict):
        return False
    return any(term.level == Level.MANDATORY and not value.get(term.name) for term in kind.profile.terms)


def _misplaced(kind: Kind, value: Any) -> bool:
    """Whether it is an address that nobody should follow, or of a person where a page is meant, or the reverse."""
    if not isinstance(kind, Iri) or not isinstance(value, str):
        return False
    if kind.scheme:
        return not value.startswith(kind.scheme)
    return value.lower().startswith((*RUNNABLE, "mailto:", "tel:"))


def checked(text: str) -> str:
    """Raises Wrong for what no reader can use."""
    if CONTROL.search(text):
        raise Wrong(_("Des caractères invisibles se sont glissés dans ce texte : retapez-le au lieu de le coller."))
    if len(text) > LONGEST:
        raise Wrong(_("Ce texte dépasse un million de signes : résumez-le, et publiez le reste comme fichier."))
    return text


def _outline(text: str) -> dict[str, str]:
    """GeoSPARQL 1.1 §8.5 and §8.7: WKT or GeoJSON, told by the first sign."""
    if text.startswith("{"):
        try:
            said = json.loads(text)
        except (ValueError, RecursionError):
            said = None
        if isinstance(said, dict) and isinstance(said.get("type"), str):
            return {"value": text, "datatype": GEOSPARQL + "geoJSONLiteral"}
    elif WKT.match(text):
        return {"value": text, "datatype": GEOSPARQL + "wktLiteral"}
    raise Wrong(_("Donnez une géométrie en WKT, par exemple POINT(-0.5 43.9), ou en GeoJSON."))


NOT_ADDRESS: Final = {
    "": gettext_noop("« %(said)s » n’est pas une adresse web : donnez-la en entier, commençant par https://."),
    "mailto:": gettext_noop("« %(said)s » n’est pas une adresse électronique : écrivez-la comme donnees@ville.fr."),
    "tel:": gettext_noop("« %(said)s » n’est pas un numéro de téléphone : écrivez-le comme 05 58 00 00 00."),
}
REMEDIES: Final[Mapping[type[Kind], Callable[[Any, str], str]]] = {
    Described: lambda _kind, said: _(NOT_ADDRESS[""]) % {"said": said},
    Concept: lambda _kind, said: (
        _("« %(said)s » n’est pas dans la liste : choisissez une valeur proposée, ou donnez son adresse.")
        % {"said": said}
    ),
    Iri: lambda kind, said: _(NOT_ADDRESS[kind.scheme]) % {"said": said},
    Moment: lambda _kind, said: (
        _("« %(said)s » n’est pas une date : écrivez 2026, 2026-03 ou 2026-03-14.") % {"said": said}
    ),
    Plain: lambda kind, said: (
        _("Écrivez un nombre entier, sans unité.")
        if kind.type is int
        else _("Écrivez une durée comme P1D (un jour), P1M (un mois) ou PT15M (quinze minutes).")
        if kind.form == DURATION
        else _("Écrivez un nombre, par exemple 2.5.")
    ),
}


def _remedy(kind: Kind, said: str) -> str:
    short = said if len(said) <= 80 else f"{said[:79]}…"
    return next(say(kind, short) for which, say in REMEDIES.items() if isinstance(kind, which))
