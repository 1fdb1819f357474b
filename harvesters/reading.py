"""From what was found to a draft: stamp, repairs, profile, rules of reception."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings

from catalogue.dcat.formats import canonical, ordered
from catalogue.dcat.lines import Lines
from catalogue.dcat.profile import BY_KIND
from catalogue.dcat.terms import Problem, Values
from catalogue.models import Concept
from catalogue.publishing import Draft
from harvesters.base import Found, SkipRecord
from harvesters.matching import Names
from harvesters.models import HarvestSource
from harvesters.peers.vouching import private_home
from harvesters.reception import Reception
from harvesters.repairs import Repairs, accessible

# Raised when repairs or profile change what is read from the same bytes: everything is then read again once.
READER = 11


def load_repairs() -> Repairs:
    return Repairs(named_terms(), settings.BOUTURE_URL)


def named_terms() -> Names:
    """Every name of every term of the vocabularies."""
    concepts = Concept.objects.order_by("deprecated", "vocabulary__code", "pk")
    told = concepts.values_list("vocabulary__code", "uri", "code", "labels", "alt")  # a third of what objects cost
    rows = told.iterator(chunk_size=500)
    return Names((vocabulary, uri, code, (*labels.values(), *alt)) for vocabulary, uri, code, labels, alt in rows)


@dataclass(frozen=True)
class Said:
    """What the source said, canonical N-Triples: the same text whatever the spelling, the order, the blank nodes.

    `cost`: what strict readers of RDF would not have taken, and what was done of it (`canon.Sound`).
    """

    text: str
    cost: Mapping[str, int]


def refuse(found: Found) -> None:
    """Raises SkipRecord for what nothing can be made of."""
    if found.refused:
        raise SkipRecord(found.refused)
    if not found.keys:
        raise SkipRecord(
            "La fiche n’a ni identifiant, ni adresse, ni titre avec fichier : rien ne la fait reconnaître. Donnez-lui un dct:identifier."
        )


def said_of(found: Found) -> Said:
    cost = Counter(found.cost)
    if found.sound and isinstance(found.triples, Lines):  # no triple needs to become an object
        return Said(ordered(found.triples.statements), cost)
    return Said(canonical(found.triples, cost, sound=found.sound), cost)


def draft_of(
    found: Found, said: Said, source: HarvestSource, reception: Reception, identity: uuid.UUID | None = None
) -> Draft:
    """`identity`: of the record that it will be. Raises SkipRecord when nothing of it can be shown to anyone, LeaveOut when a rule
    leaves it out.
    """
    if not found.node:
        raise SkipRecord("La source annonce cette fiche et n’en dit rien.")
    problems = [Problem("", name, f"{count} fois", mended=True) for name, count in said.cost.items()]
    values = BY_KIND[found.kind].taken(found.statements, found.node, reception.mender, problems)
    values.pop("uri", None)
    if files := values.get("distribution"):
        values["distribution"] = list(_files(files, problems))
    if not any(values.get(name) for name in ("title", "description", "distribution", "endpoint_url")):
        raise SkipRecord(
            "La fiche n’a ni titre, ni description, ni fichier : il n’y a rien à publier. Complétez-la à la source."
        )
    draft = Draft(
        kind=found.kind,
        values=values,
        owner=source.owner_id,
        id=identity,
        uri=found.uri,
        said=said.text,
        problems=tuple(problems),
        harvested=True,
        replicated=source.kind == "peer",
        home=private_home(source),
        private=source.private,
        territory=source.territory_id,
    )
    return reception.receive(draft)


def _files(files: list[Values], problems: list[Problem]) -> Iterator[Values]:
    for file in files:
        if file.keys() <= {"uri"}:
            problems.append(Problem("distribution", "undescribed-file", file.get("uri", "")))
        elif better := accessible(file):
            problems.append(Problem("distribution.access_url", better[1], file["download_url"][0], mended=True))
            yield better[0]
        else:
            yield file
