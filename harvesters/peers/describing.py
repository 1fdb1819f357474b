"""What an activity says of its object: of what kind it is, its own triples and those that they lead to."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, NamedTuple

import pyoxigraph as ox

from catalogue.dcat.closures import RECORDS
from catalogue.dcat.lines import TYPE, token
from catalogue.dcat.profile import ADMS, DCAT, DCT, FOAF, VCARD
from catalogue.dcat.tokens import parts
from harvesters.base import SkipRecord

# Class -> kind; when an object has several, the first of this list is what it is.
CLASSES: Final = {
    f"<{DCAT}Catalog>": "catalogue",
    f"<{DCAT}Dataset>": "dataset",
    f"<{DCAT}DatasetSeries>": "dataset",
    f"<{DCAT}DataService>": "service",
    f"<{DCAT}Distribution>": "file",
    f"<{DCT}LicenseDocument>": "licence",
    **{f"<{VCARD}{name}>": "contact" for name in ("Kind", "Organization", "Individual", "Group", "Location")},
    **{f"<{FOAF}{name}>": "agent" for name in ("Agent", "Organization", "Person", "Group")},
}
# Properties whose values may be members of the feed themselves; of others (themes, formats) it tells nothing.
LEADING: Final = frozenset(
    f"<{name}>"
    for name in (
        DCAT + "distribution", DCAT + "contactPoint", DCT + "publisher", DCT + "creator", DCT + "contributor",
        DCT + "rightsHolder", DCT + "license", ADMS + "sample",
    )
)  # fmt: skip
TITLE: Final = f"<{DCT}title>"


class Node(NamedTuple):
    """What is said of a node: its lines, and predicate and value of those that lead to another node."""

    lines: list[str]
    leads: list[tuple[str, str]]

    @property
    def types(self) -> set[str]:
        return {value for means, value in self.leads if means == TYPE}


@dataclass(frozen=True)
class Described:
    """`said`: N-Triples, the object's own first. `refers`: addresses that it leads to and does not describe."""

    kind: str
    said: str
    refers: tuple[str, ...]


def described(subject: ox.NamedNode, payload: str) -> Described:
    """Raises SkipRecord for a payload that is not about the object, or that is of no kind that a feed tells."""
    node, address = token(subject), subject.value
    by_node: dict[str, Node] = {}
    speaker = ""
    for line in payload.split("\n")[:-1]:
        about, means, value = line.split(" ", 2)
        if about != speaker:  # lines of one node mostly follow each other
            speaker, told = about, by_node.get(about)
            if told is None:
                told = by_node[about] = Node([], [])
            say, lead = told.lines.append, told.leads.append
        say(line)
        if value[0] != '"':
            lead((means, value[:-2]))
    if node not in by_node:
        raise SkipRecord(
            f"Le contenu de l’activité ne dit rien de son objet, {address[:200]} : il n’a pas été pris. Prévenez l’instance."
        )
    types = by_node[node].types
    kind = next((kind for name, kind in CLASSES.items() if name in types), "")
    if not kind:
        raise SkipRecord(f"L’objet {address[:200]} n’est d’aucune sorte qu’un flux DCAT-AP donne.")
    nodes = reached(node, by_node)
    said = "\n".join([line for one in nodes.values() for line in one.lines] + [""])
    return Described(kind, said, _led(nodes.keys(), (lead for one in nodes.values() for lead in one.leads)))


@lru_cache(maxsize=1_024)  # a batch asks three times of each of its texts
def referred(said: str) -> tuple[str, ...]:
    """The addresses that these lines lead to without describing them, and that may be objects of the feed."""
    told, leads = set[str](), []
    for line in said.split("\n")[:-1]:
        about, means, value = line.split(" ", 2)
        told.add(about)
        if means in LEADING:
            leads.append((means, value[:-2]))
    return _led(told, leads)


def _led(told: Container[str], leads: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    led = (value for means, value in leads if means in LEADING and value[0] == "<" and value not in told)
    return tuple(value[1:-1] for value in dict.fromkeys(led))


def reached(node: str, by_node: Mapping[str, Node]) -> dict[str, Node]:
    """A node, then those that it leads to, up to another record."""
    waiting, seen = [node], {node}
    found: dict[str, Node] = {}
    for name in waiting:
        said = by_node[name]
        if found and not RECORDS.isdisjoint(said.types):
            continue
        found[name] = said
        for _, value in said.leads:
            if value not in seen and value in by_node:
                seen.add(value)
                waiting.append(value)
    return found


def title_of(said: str) -> str:
    """The title of the object of these lines, "" when it has none."""
    start = f"{said.partition(' ')[0]} {TITLE} "
    at = 0 if said.startswith(start) else said.find(f"\n{start}") + 1
    while said.startswith(start, at):
        value = said[at + len(start) : said.index("\n", at) - 2]
        if value[0] == '"':
            return parts(value).text
        at = said.find(f"\n{start}", at) + 1 or len(said)
    return ""
