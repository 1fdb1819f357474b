"""Local additions laid over what a source says: values in, values out. `catalogue.additions` writes the layer itself.

The source's values are corrected, then completed. What it says is remembered of the properties that the layer touches,
so that taking an addition away gives back the source's words without reading it again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final
from uuid import UUID

import pyoxigraph as ox
from django.conf import settings

from catalogue.dcat.classes import EMPTY, Term
from catalogue.dcat.names import bare
from catalogue.dcat.profile import BY_KIND, DCT, PROV, RDFS, SKOS
from catalogue.dcat.terms import RDF_TYPE, Text, Values
from catalogue.models import Addition, Layer

FILES: Final = "distribution"
ADD, CORRECT, NOTE = Addition.Gesture.ADD, Addition.Gesture.CORRECT, Addition.Gesture.NOTE
# How the statement of provenance begins, by gesture.
DONE: Final = {ADD: "Complété", CORRECT: "Corrigé"}


def by_language(term: Term) -> bool:
    """Whether a correction of it is of one language, the words in the others being left to the source."""
    return isinstance(term.kind, Text) and not term.many


def touched(additions: Iterable[Addition]) -> set[str]:
    """The properties whose words of the source must be remembered."""
    return {addition.property for addition in additions} - {"", FILES}


def before(values: Values, said: Values, names: Iterable[str]) -> Values:
    """The values of the source again: `said` in place of what the layer made of these properties."""
    return {name: value for name, value in values.items() if name not in names} | said


def addresses(file: Values) -> set[str]:
    """Where a file can be had."""
    return {*file.get("access_url", ()), *file.get("download_url", ())}


class Layering:
    """The additions of one record while a draft of it is prepared."""

    def __init__(self, row: Layer, additions: Sequence[Addition]) -> None:
        self.row, self.additions = row, additions
        self.changed = False  # whether the source's words of the touched properties are others than they were

    def over(self, values: Values, territory: int | None) -> Values:
        """The values with the layer over them, the added files apart; what the source says is put in the row."""
        said = {name: values[name] for name in sorted(touched(self.additions)) if values.get(name) not in EMPTY}
        self.changed = said != self.row.said
        self.row.said, self.row.territory_id = said, territory
        return laid(values, self.additions, self.row.kind)

    def files(self, said: Iterable[Values]) -> list[tuple[UUID, Values]]:
        """The added files with their keys, but those that the source gives by now: there is one file at one address."""
        taken = {address for file in said for address in addresses(file)}
        added = (addition for addition in self.additions if addition.property == FILES)
        return [(one.pk, one.value) for one in added if not taken & addresses(one.value)]

    def statements(self, files: Iterable[UUID]) -> list[ox.Triple]:
        """Whose the additions are, for the stored form: said of the added files and of our record of the catalogue.

        PROV-O prov:wasAttributedTo, of a prov:Agent: DCAT-AP asks things of a foaf:Agent that would be laid to the record.
        DCMI dct:provenance in words; a note as SKOS skos:note.
        """
        fiche = ox.NamedNode(f"{settings.BOUTURE_URL}/id/{self.row.record}#fiche")
        out: list[ox.Triple] = []
        kept = set(files)
        for one in self.additions:
            agent = ox.NamedNode(f"{settings.BOUTURE_URL}/organisations/{one.body.slug}")
            out.append(ox.Triple(fiche, ox.NamedNode(PROV + "wasAttributedTo"), agent))
            out.append(ox.Triple(agent, RDF_TYPE, ox.NamedNode(PROV + "Agent")))
            out.append(ox.Triple(agent, ox.NamedNode(RDFS + "label"), ox.Literal(one.body.name, language="fr")))
            if one.pk in kept:
                file = ox.NamedNode(f"{settings.BOUTURE_URL}/id/{one.pk}")
                out.append(ox.Triple(file, ox.NamedNode(PROV + "wasAttributedTo"), agent))
            if one.gesture == NOTE:
                out.append(ox.Triple(fiche, ox.NamedNode(SKOS + "note"), ox.Literal(one.value, language="fr")))
        if told := self._told():
            statement = ox.NamedNode(f"{settings.BOUTURE_URL}/id/{self.row.record}#ajouts")
            out.append(ox.Triple(fiche, ox.NamedNode(DCT + "provenance"), statement))
            out.append(ox.Triple(statement, RDF_TYPE, ox.NamedNode(DCT + "ProvenanceStatement")))
            out.append(ox.Triple(statement, ox.NamedNode(RDFS + "label"), ox.Literal(told, language="fr")))
        return list(dict.fromkeys(out))

    def _told(self) -> str:
        """« Complété par Ville d’essai : les mots-clés. », a sentence for each body and gesture."""
        names: dict[tuple[str, str], dict[str, None]] = {}
        for one in self.additions:
            if one.gesture in DONE:
                names.setdefault((DONE[Addition.Gesture(one.gesture)], one.body.name), {})[bare(one.property)] = None
        return " ".join(f"{done} par {body} : {', '.join(said)}." for (done, body), said in sorted(names.items()))


def laid(values: Values, additions: Sequence[Addition], kind: str) -> Values:
    """The values, corrected and completed; they are not changed in place."""
    terms = {term.name: term for term in BY_KIND[kind].terms}
    result = dict(values)
    for one in additions:
        if one.gesture == CORRECT and (term := terms.get(one.property)):
            result[one.property] = corrected(term, result.get(one.property), one)
    for one in additions:
        if one.gesture == ADD and one.property != FILES and (term := terms.get(one.property)):
            result[one.property] = completed(term, result.get(one.property), one)
    return result


def corrected(term: Term, value: Any, one: Addition) -> Any:
    return {**(value or {}), one.language: one.value} if by_language(term) else one.value


def completed(term: Term, value: Any, one: Addition) -> Any:
    if isinstance(term.kind, Text):
        words = (value or {}).get(one.language, [])
        return {**(value or {}), one.language: words if one.value in words else [*words, one.value]}
    items = value or []
    return items if one.value in items else [*items, one.value]


def layers_of(records: Iterable[UUID]) -> dict[UUID, Layering]:
    """The layers of those records that have one: one query."""
    found: dict[UUID, list[Addition]] = {}
    for one in Addition.objects.filter(layer__in=set(records)).select_related("layer", "body"):
        found.setdefault(one.layer_id, []).append(one)
    return {record: Layering(additions[0].layer, additions) for record, additions in found.items()}
