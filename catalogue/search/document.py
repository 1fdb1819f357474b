"""What is indexed of a record, and how it weighs: the same for every backend."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields

# Fields that can be filtered and counted; each names an attribute of Document.
FACETS = ("theme", "format", "licence", "publisher", "territory", "organisation")

# A record is judged on all its words together ("everything"); a word that also stands in one of the other fields adds
# its score there times the weight. Taking the best single field instead ranks much worse (DESIGN: 0.32 against 0.47).
WEIGHTS = {"everything": 1.0, "title": 0.5, "keywords": 0.2}

_MOMENT = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?)?)?", re.ASCII)


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
    modified: str = ""  # ISO 8601, also "2024" or "2024-05"; zones are not looked at; "" sorts as the oldest
    audience: tuple[str, ...] = ()  # "public", "org:12", "group:3", "user:4"; none means nobody but who sees everything

    def __post_init__(self) -> None:
        # A string where a tuple belongs would index its letters, and "public" would become an audience of "p", "u"...
        for each in fields(self):
            if str(each.type).startswith("tuple") and isinstance(getattr(self, each.name), str):
                raise TypeError(f"{each.name} takes a tuple of strings")

    @property
    def title(self) -> str:
        return self.titles[0] if self.titles else ""

    def passages(self) -> dict[str, tuple[str, ...]]:
        """The texts of each field of WEIGHTS. A phrase never spans two passages."""
        everything = (*self.titles, *self.keywords, self.description, self.publisher_label, *self.texts)
        return {"everything": everything, "title": self.titles, "keywords": self.keywords}

    def moment(self) -> int:
        """`modified` as a number below 2**40 that sorts as it does, to the second; 0 when it says no year."""
        found = _MOMENT.match(self.modified)
        if found is None:
            return 0
        year, month, day, hour, minute, second = (int(each or 0) for each in found.groups())
        return ((((year * 13 + month) * 32 + day) * 24 + hour) * 60 + minute) * 60 + second
