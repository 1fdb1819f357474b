"""What an activity says of its object: of what kind it is, its own triples and those that they lead to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import pyoxigraph as ox

from catalogue.dcat.closures import RECORDS
from catalogue.dcat.lines import TYPE, links, parsed, token
from catalogue.dcat.profile import ADMS, DCAT, DCT, FOAF, VCARD
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


@dataclass(frozen=True)
class Described:
    """`said`: N-Triples, the object's own first. `refers`: addresses that it leads to and does not describe."""

    kind: str
    said: str
    refers: tuple[str, ...]


def described(subject: ox.NamedNode, payload: Sequence[ox.Triple]) -> Described:
    """Raises SkipRecord for a payload that is not about the object, or that is of no kind that a feed tells."""
    node, address = token(subject), subject.value
    text = (ox.serialize(payload, format=ox.RdfFormat.N_TRIPLES) or b"").decode()
    by_node: dict[str, list[str]] = defaultdict(list)
    for line in text.split("\n")[:-1]:
        by_node[line.partition(" ")[0]].append(f"{line}\n")
    if node not in by_node:
        raise SkipRecord(
            f"Le contenu de l’activité ne dit rien de son objet, {address[:200]} : il n’a pas été pris. Prévenez l’instance."
        )
    types = _types(by_node[node])
    kind = next((kind for name, kind in CLASSES.items() if name in types), "")
    if not kind:
        raise SkipRecord(f"L’objet {address[:200]} n’est d’aucune sorte qu’un flux DCAT-AP donne.")
    said = reached(node, by_node)
    return Described(kind, said, referred(said))


@lru_cache(maxsize=1_024)  # a batch asks three times of each of its texts
def referred(said: str) -> tuple[str, ...]:
    """The addresses that these lines lead to without describing them, and that may be objects of the feed."""
    told = {line.partition(" ")[0] for line in said.split("\n")}
    led = (value for _, means, value in links(said) if means in LEADING and value[0] == "<" and value not in told)
    return tuple(value[1:-1] for value in dict.fromkeys(led))


def reached(node: str, by_node: dict[str, list[str]]) -> str:
    """The lines of a node, then those of the nodes that it leads to, up to another record."""
    seen, waiting = {node}, [node]
    found: list[str] = []
    while waiting:
        lines = by_node.get(waiting.pop(0), [])
        if found and not RECORDS.isdisjoint(_types(lines)):
            continue
        found.append("".join(lines))
        for _, _, value in links(found[-1]):
            if value not in seen and value in by_node:
                seen.add(value)
                waiting.append(value)
    return "".join(found)


def _types(lines: Iterable[str]) -> set[str]:
    middle = f" {TYPE} "
    return {line.split(" ", 2)[2][:-3] for line in lines if middle in line}


def title_of(said: str) -> str:
    """The title of the object of these lines, "" when it has none."""
    subject = said.partition(" ")[0]
    told = "".join(line + "\n" for line in said.split("\n") if line.startswith(f"{subject} {TITLE} "))
    values = [triple.object for triple in parsed(told)]
    return next((value.value for value in values if isinstance(value, ox.Literal)), "")
