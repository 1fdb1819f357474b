"""The form of a dataset: every term of the profile is in it, five of them first and the others folded by group.

Each field carries the mark of what was shown, so that a field that nobody touched keeps what is stored, and one that
somebody else wrote meanwhile is told instead of being overwritten.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue.dcat.classes import EMPTY, Inside, Level, Profile
from catalogue.dcat.profile import DATASET
from catalogue.dcat.terms import Concept, Values
from portal.outlets import outlet_of
from portal.pages.choices import simple
from portal.pages.fields import Control, Errors, Field, Said
from portal.pages.nodes import NodesField
from portal.spelling import Vocabularies

ESSENTIAL: Final = ("title", "description", "theme", "license", "distribution")
# What is named nowhere falls into the last group: a new line of the profile needs no line here.
GROUPS: Final = (
    (gettext_noop("Qui"), ("publisher", "contact_point", "creator", "qualified_attribution")),
    (gettext_noop("Quand"), ("frequency", "issued", "modified", "temporal", "temporal_resolution")),
    (gettext_noop("Où"), ("spatial", "spatial_resolution")),
    (
        gettext_noop("Pour les retrouver"),
        ("keyword", "landing_page", "page", "language", "type", "identifier", "other_identifier"),
    ),
    (gettext_noop("Règles et schémas"), ("access_rights", "conforms_to", "applicable_legislation", "hvd_category")),
    (gettext_noop("Liens, versions et provenance"), ()),
)
MANDATORY: Final = gettext_noop("Ce champ est obligatoire : remplissez-le.")
MARK: Final = "was."


@dataclass
class Group:
    title: str
    fields: list[Field]

    @property
    def opened(self) -> bool:
        """Unfolded when there is something to look at."""
        return any(one.meanwhile or one.flawed for one in self.fields)


@dataclass
class Result:
    """`moved` are the terms that somebody else wrote since the page was made."""

    values: Values
    errors: Errors = field(default_factory=dict)
    moved: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.errors and not self.moved


class RecordForm:
    """`values` are those of the row, or those that a new record begins with."""

    def __init__(self, values: Values, *, new: bool = False, profile: Profile = DATASET) -> None:
        self._new = new
        self.known = Vocabularies.of(_vocabularies(profile))
        self.fields: dict[str, Field] = {}
        for term in profile.terms:
            made = NodesField if outlet_of(term).field == "nodes" else simple
            self.fields[term.name] = made(term, term.name, values.get(term.name), self.known, profile.name)
        self._stored: Said = {name: said for one in self.fields.values() for name, said in one.shown().items()}
        self.marks = {name: mark(self._stored, name) for name in self.fields}
        self.errors: Errors = {}
        self.draw()

    def draw(self, said: Said | None = None, errors: Errors | None = None, touched: Sequence[str] = ()) -> None:
        """Prepares what the template shows: what came back in the fields that were touched, what is stored in the others."""
        self.errors = errors or {}
        for name, one in self.fields.items():
            one.draw(said if said is not None and name in touched else self._stored, self.errors)

    def read(self, said: Said, *, whole: bool = True) -> Result:
        """The values that this answer means, over those that are stored. `whole`: what is mandatory must be there."""
        result = Result({})
        touched = []
        for name, one in self.fields.items():
            now, mine = self.marks[name], mark(said, name)
            was = next(iter(said.get(MARK + name, ())), "")
            given = bool(was) or any(control == name or control.startswith(f"{name}.") for control in said)
            mine_is_new = given and mine not in ((was or now), now)
            if was and was != now:
                result.moved.append(name)
                one.meanwhile = (one.summary() or _("rien")) if mine_is_new else ""
            if mine_is_new:
                touched.append(name)
            value = one.take(said, result.errors) if mine_is_new else one.value
            if value not in EMPTY:
                result.values[name] = value
            elif whole and one.term.level == Level.MANDATORY and (self._new or one.value not in EMPTY):
                result.errors.setdefault(next(iter(one.shown())), _(MANDATORY))
        self.draw(said, result.errors, touched)
        return result

    @property
    def essential(self) -> list[Field]:
        return [self.fields[name] for name in ESSENTIAL if name in self.fields]

    @property
    def groups(self) -> list[Group]:
        placed = {*ESSENTIAL, *(name for _title, names in GROUPS for name in names)}
        rest = tuple(name for name in self.fields if name not in placed)
        held = (
            (title, [self.fields[name] for name in names or rest if name in self.fields]) for title, names in GROUPS
        )
        return [Group(_(title), fields) for title, fields in held if fields]

    @property
    def mistakes(self) -> list[Control]:
        """The controls to correct, in the order of the page."""
        return [one for group in (self.essential, *(g.fields for g in self.groups)) for f in group for one in f.wrong]

    @property
    def suggestions(self) -> list[tuple[str, list[str]]]:
        """The lists that typed fields suggest from: the vocabulary's code and its labels."""
        codes = {control.suggestions for one in self.fields.values() for control in one.all_controls}
        return [(code, sorted(self.known.choices(code).values())) for code in sorted(codes - {""})]


def mark(said: Said, name: str) -> str:
    """A short trace of what one field shows."""
    pairs = sorted(
        (control, text)
        for control, texts in said.items()
        if control == name or control.startswith(f"{name}.")
        for text in texts
        if text
    )
    return hashlib.sha256(json.dumps(pairs).encode()).hexdigest()[:16]


def _vocabularies(profile: Profile) -> set[str]:
    """Those of its terms, and of the terms of its nodes."""
    found = {term.kind.vocabulary for term in profile.terms if isinstance(term.kind, Concept)}
    for term in profile.terms:
        if isinstance(term.kind, Inside):
            found |= {inner.kind.vocabulary for inner in term.kind.profile.terms if isinstance(inner.kind, Concept)}
    return found
