"""What is indexed of a record, and how it weighs: the same for every backend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from hashlib import blake2b
from typing import Final

from catalogue.quality.metrics import V2
from catalogue.search import bounds

# Fields that can be filtered and counted (`Document.values`).
FACETS = (
    "theme", "format", "licence", "publisher", "territory", "organisation", "schema", "frequency", "quality", "hvd", "source",
    "instance", "kind",
)  # fmt: skip
EVERY_VALUE: Final = 60_000  # of a facet, per part of an index; with less, one rare in each could be lost from the sum
# Orders but that of relevance -> the field that an engine sorts by (`analysed`).
SORTS: Final = {"modified": "by_modified", "created": "by_created", "title": "by_title", "quality": "by_quality"}

# All the weights there are, for every backend; docs/search.md says how to measure and tune them.
#
# A record is judged by BM25 on all its words together ("everything"); a word that also stands in one of the other fields
# adds its score there times the weight. Taking the best single field instead ranks much worse (DESIGN: 0.32 against 0.47).
FIELD_WEIGHTS: Final = {"everything": 1.0, "title": 0.8, "keywords": 1.0, "around": 0.3}
# What another way of saying is worth, beside the words as typed.
WAY_WEIGHTS: Final = {"": 1.0, "synonym": 0.9, "fuzzy": 0.5, "unfinished": 0.7}
SEVERAL: Final = 0.8  # share of the other ways that a record has too, added to the best one
PARTS: Final = 0.7  # the words of a saying, each in any of its ways, beside the saying
SCATTERED: Final = 0.4  # share of the words of a saying ("caméra de surveillance") that do not stand side by side
UNKNOWN: Final = 4.0  # worth, as BM25 counts, of a word that the index does not have
# Words that say little, beside the others.
LITTLE_WEIGHT: Final = 0.1
# Added, never multiplied, hence bounded: a rare word of a title is worth about 10, a common one 3.
BONUSES: Final = {"whole": 5.0, "territory": 1.0, "leader": 3.0, "near": 2.0, "fresh": 0.4, "worth": 0.4}
WORTHS: Final = 2  # steps of quality and use together; each step is one more clause in each query
# Shares of the bonus of a place: the reader's own, then each that contains it.
NEARNESS: Final = (1.0, 0.3, 0.1)
# Records of the reader's own territory (of the place, after "près de") put before all others: at most so many, each with at
# least this share of the score of the best one. Scores are compared within that territory alone, where they mean something.
LEADERS: Final = 3
LEAST_LEADER: Final = 0.65
ENOUGH: Final = 20  # with fewer records that have all the words, others follow that have some

SHOWN: Final = 5_000  # characters of a title or description kept to be shown
# Fields of terms that are found only whole.
EXACT: Final = ("audience", "said", "merit")
PUBLIC: Final = "public"  # the token of an audience that everybody has
# What is worked out of other facts and is not told by the log as the record is: known when the record is next indexed.
DERIVED: Final = ("quality", "use", "source", "instance")


@dataclass(frozen=True)
class Document:
    """Facet values are opaque: codes or addresses, found only by equality. Their labels belong in `texts`.

    A territory lists those that contain it too, if a search in them should find the record.
    """

    id: str
    kind: str
    titles: tuple[str, ...]  # the first one is shown
    description: str = ""  # plain text; extracts come from here
    texts: tuple[str, ...] = ()  # found, never shown: names of files, labels of themes
    columns: tuple[str, ...] = ()  # names of the columns of its tables: found as what is around it is, worth less
    keywords: tuple[str, ...] = ()
    publisher_label: str = ""
    theme: tuple[str, ...] = ()
    format: tuple[str, ...] = ()
    licence: tuple[str, ...] = ()
    publisher: tuple[str, ...] = ()
    territory: tuple[str, ...] = ()
    organisation: tuple[str, ...] = ()
    schema: tuple[str, ...] = ()  # addresses of what it and its files conform to
    frequency: tuple[str, ...] = ()  # one address at most
    hvd: tuple[str, ...] = ()  # addresses of high-value categories
    source: tuple[str, ...] = ()  # where it was harvested; none: made here
    instance: tuple[str, ...] = ()  # the base address of its home: ours, or that of the peer that gave it
    places: tuple[str, ...] = ()  # names and codes of the territory itself, former ones too: found as words
    around: tuple[str, ...] = ()  # names of what contains it: found too, and worth less
    labels: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # "theme", "licence": names of the facet's values
    quality: float | None = None  # from 0 to 1; None: not measured yet
    use: float = 0.0  # from 0 to 1
    modified: str = ""  # ISO 8601, also "2024" or "2024-05"; zones are not looked at; "" sorts as the oldest
    created: str = ""  # the same, of when it came here
    box: bounds.Box | None = (
        None  # west, south, east, north in degrees; its west above its east: across the antimeridian
    )
    audience: tuple[str, ...] = ()  # "public", "org:12", "group:3", "user:4"; none means nobody but who sees everything

    def __post_init__(self) -> None:
        # A string where a tuple belongs would index its letters, and "public" would become an audience of "p", "u"...
        for each in fields(self):
            if str(each.type).startswith("tuple") and isinstance(getattr(self, each.name), str):
                raise TypeError(f"{each.name} takes a tuple of strings")
        if self.box is not None:
            bounds.unrolled(self.box)

    @property
    def title(self) -> str:
        return self.titles[0] if self.titles else ""

    def values(self, facet: str) -> tuple[str, ...]:
        """Of one of FACETS."""
        if facet == "quality":
            return self.steps()
        found: tuple[str, ...] | str = getattr(self, facet)
        return (found,) if isinstance(found, str) else found

    def steps(self) -> tuple[str, ...]:
        """The band of its quality, as pages call it; none when it was not measured."""
        return () if self.quality is None else (V2.band(round(self.quality * V2.most, 6)),)

    def passages(self) -> dict[str, tuple[str, ...]]:
        """The texts of each field of FIELD_WEIGHTS. A phrase never spans two passages."""
        everything = (*self.titles, *self.keywords, self.description, self.publisher_label, *self.texts, *self.places)
        return {
            "everything": everything,
            "title": self.titles,
            "keywords": self.keywords,
            "around": (*self.around, *self.columns),
        }

    def said(self) -> dict[str, tuple[str, ...]]:
        """The texts of each field that a question may name ("producteur:dax")."""
        return {
            "titre": self.titles,
            "mot": self.keywords,
            "producteur": (self.publisher_label,),
            "commune": self.places,
            "territoire": (*self.places, *self.around),
            "format": self.format,
            "colonne": self.columns,
            **self.labels,
        }

    def merits(self) -> tuple[str, ...]:
        """Exact terms of what earns a bonus: the year of the last change, and quality and use, by thirds of their mean."""
        year = (f"year:{self.modified[:4]}",) if self.moment() else ()
        return (*year, f"worth:{min(WORTHS, int(((self.quality or 0) + self.use) / 2 * (WORTHS + 1)))}")

    def stamp(self) -> str:
        """Two digests with a point between: of what the record says and who may see it, and of what is derived (DERIVED)."""
        every = {each.name: getattr(self, each.name) for each in fields(self)}
        return f"{_digest([(name, said) for name, said in every.items() if name not in DERIVED])}.{self.derived()}"

    def derived(self) -> str:
        """The second half of its stamp: the fields of DERIVED alone."""
        worked_out = [getattr(self, name) for name in DERIVED]
        return _digest([self.steps(), *(round(each, 2) if isinstance(each, float) else each for each in worked_out)])

    def moment(self) -> int:
        """Of `modified` (`bounds.moment`)."""
        return bounds.moment(self.modified)


def sound(text: str) -> str:
    """Without lone surrogates, which JSON lets through and UTF-8 does not."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def key_of(id: str) -> int:
    """A number below 2**63, spread evenly: documents are walked through by ranges of it."""
    return int.from_bytes(blake2b(sound(id).encode(), digest_size=8).digest()) >> 1


def range_of(number: int, parts: int) -> tuple[int, int]:
    """The least and the greatest `key_of` of one of `parts` equal ranges, from 0."""
    return number * 2**63 // parts, (number + 1) * 2**63 // parts - 1


def _digest(value: object) -> str:
    return blake2b(repr(value).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


ACRONYM: Final = "sigle"  # beside the fields that a question may name: the words that a record writes as acronyms


def said(field: str, term: str) -> str:
    """The exact term of a word in a field that a question may name."""
    return f"{field}:{term}"
