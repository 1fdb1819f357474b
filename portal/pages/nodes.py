"""Fields of what lives inside a record: contacts, files, places, periods; each node with the fields of its class."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue.dcat.classes import EMPTY, Inside, Level, Profile, Term, content_name
from catalogue.dcat.terms import Iri, Values
from portal.outlets import outlet_of
from portal.pages.choices import simple
from portal.pages.fields import Control, Errors, Field, Said

SHOWN: Final = 20  # nodes of one term; Django takes a thousand controls
# Classes whose own address says something to people: an INSEE code, a body's page.
ADDRESSED: Final = {"location", "agent"}
URI: Final = Term("uri", "", Iri())
MOST_FIRST: Final = 6
OPTIONAL_FIRST: Final = {"title", "download_url", "geometry"}
KEY, DROP = "@", "-"
# Where the table of names speaks of several.
SINGULAR: Final = {"distribution": gettext_noop("Fichier")}


@dataclass
class Node:
    """One node as the page shows it. `first` stand open, `more` are folded."""

    name: str
    key: str
    number: int
    first: list[Field]
    more: list[Field]
    dropped: bool = False

    @property
    def fields(self) -> list[Field]:
        return [*self.first, *self.more]

    @property
    def opened(self) -> bool:
        return any(field.flawed for field in self.more)

    @property
    def begun(self) -> bool:
        """Whether something was typed in the one to add."""
        return any(control.value or control.error for field in self.fields for control in field.controls)


class NodesField(Field):
    """One node or several, and an empty one to add. Nodes inside of a node, and those beyond SHOWN, are kept unshown."""

    template = "parts/nodes.html"

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        assert isinstance(self.term.kind, Inside)
        self.profile: Profile = self.term.kind.profile
        self.hint, self.label = "", _(SINGULAR.get(self.term.name, self.label))
        self.items: list[Values] = list(self.value or []) if self.term.many else [self.value] if self.value else []
        self.kept = self.items[SHOWN:]
        self.nodes: list[Node] = []

    def _by_key(self) -> dict[str, Values]:
        """A node is known again by its address, else by what it says, whatever its place in the list."""
        found: dict[str, Values] = {}
        for number, item in enumerate(self.items[:SHOWN]):
            key = item.get("uri") or content_name(item)
            found[f"{key} {number}" if key in found else key] = item
        return found

    def _node(self, number: int, key: str, value: Values) -> Node:
        name = f"{self.name}.{number}"
        terms = [*([URI] if self.profile.name in ADDRESSED else []), *self.profile.terms]
        node = Node(name, key, number + 1, [], [])
        for term in terms:
            if outlet_of(term).field != "nodes":
                made = simple(term, f"{name}.{term.name}", value.get(term.name), self.known, self.profile.name)
                first = term.level != Level.OPTIONAL or term.name in OPTIONAL_FIRST or len(terms) <= MOST_FIRST
                (node.first if first else node.more).append(made)
        return node

    def _stored(self) -> list[Node]:
        found = [self._node(number, key, item) for number, (key, item) in enumerate(self._by_key().items())]
        if self.term.many or not found:
            found.append(self._node(len(found), "", {}))
        return found

    def _came(self, said: Said) -> list[Node]:
        """The nodes that came back, each over the stored one of the same key."""
        known = self._by_key()
        found = []
        for number in range(SHOWN + 1):
            key = next(iter(said.get(f"{self.name}.{number}.{KEY}", ())), None)
            if key is not None:
                found.append(self._node(number, key, known.get(key, {})))
                found[-1].dropped = bool(said.get(f"{self.name}.{number}.{DROP}"))
        return found

    def shown(self) -> dict[str, list[str]]:
        said: dict[str, list[str]] = {}
        for node in self._stored():
            said[f"{node.name}.{KEY}"] = [node.key]
            for field in node.fields:
                said |= field.shown()
        return said

    def take(self, said: Said, errors: Errors) -> Any:
        known = self._by_key()
        found: list[Values] = []
        for node in self._came(said):
            before = known.get(node.key, {})
            if node.dropped:
                continue
            value = dict(before)
            for field in node.fields:
                value[field.term.name] = field.take(said, errors)
            value = {name: item for name, item in value.items() if item not in EMPTY}
            mistaken = any(name.startswith(f"{node.name}.") for name in errors)
            if set(value) <= ({"uri"} if before else set()) and not mistaken:
                continue
            self._lacks(node, before, value, errors)
            found.append(value)
        found += self.kept
        return found if self.term.many else next(iter(found), None)

    def _lacks(self, node: Node, before: Values, value: Values, errors: Errors) -> None:
        """What is mandatory must be given, unless it never was: such a node is told in the findings."""
        for field in node.fields:
            term = field.term
            lost = not before or before.get(term.name) not in EMPTY
            if term.level == Level.MANDATORY and value.get(term.name) in EMPTY and lost:
                errors.setdefault(next(iter(field.shown())), _("Remplissez ce champ, ou retirez tout le bloc."))

    def draw(self, said: Said, errors: Errors) -> None:
        self.nodes = self._came(said)
        for node in self.nodes:
            for field in node.fields:
                field.draw(said, errors)

    @property
    def all_controls(self) -> list[Control]:
        return [control for node in self.nodes for field in node.fields for control in field.controls]

    def summary(self) -> str:
        return " ; ".join(
            " ".join(filter(None, (f.summary() for f in node.fields))) for node in self._stored() if node.key
        )
