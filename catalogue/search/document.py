"""What is indexed of a record, and how it weighs: the same for every backend."""

from __future__ import annotations

from dataclasses import dataclass, fields

# Fields that can be filtered and counted; each names an attribute of Document.
FACETS = ("theme", "format", "licence", "publisher", "territory", "organisation")

# A record is judged on all its words together ("everything"); a word that also stands in one of the other fields adds
# its score there times the weight. Taking the best single field instead ranks much worse (DESIGN: 0.32 against 0.47).
WEIGHTS = {"everything": 1.0, "title": 0.5, "keywords": 0.2}


@dataclass(frozen=True)
class Document:
    """Facet values are opaque: codes or addresses, found only by equality. Their labels belong in `texts`.

    A territory lists those that contain it too, if a search in them should find the record.
    """

    id: str
    kind: str
    titles: tuple[str, ...]  # the first one is shown
    description: str = ""  # plain text; extracts come from here
    texts: tuple[str, ...] = ()  # found, never shown: names of files and columns, labels of themes
    keywords: tuple[str, ...] = ()
    publisher_label: str = ""
    theme: tuple[str, ...] = ()
    format: tuple[str, ...] = ()
    licence: tuple[str, ...] = ()
    publisher: tuple[str, ...] = ()
    territory: tuple[str, ...] = ()
    organisation: tuple[str, ...] = ()
    modified: str = ""  # ISO 8601 in UTC, so that the order of text is the order of time; "" sorts as the oldest
    audience: tuple[str, ...] = ()  # "public", "org:12", "group:3", "user:4"; none means nobody but who sees everything

    def __post_init__(self) -> None:
        # A string where a tuple belongs would index its letters, and "public" would become an audience of "p", "u"...
        for each in fields(self):
            if str(each.type).startswith("tuple") and isinstance(getattr(self, each.name), str):
                raise TypeError(f"{each.name} takes a tuple of strings")

    def everything(self) -> tuple[str, ...]:
        """All the words of the record, by passage: a phrase never spans two."""
        return (*self.titles, *self.keywords, self.description, self.publisher_label, *self.texts)
