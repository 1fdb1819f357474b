"""What can go wrong in the catalogue, named by what the caller does next.

CatalogueError
├── Conflict       somebody else changed it meanwhile: show both, ask
├── Refused        it may not be so, ever: say why, and what may be
│   ├── Faulty     by field: what is wrong with each
│   ├── TooLarge   a file: in pieces, or from elsewhere
│   └── NoRoom     its body keeps as much as it may: take something away first
└── NotAlone       another process holds the lease: try again later
"""

from collections.abc import Mapping


class CatalogueError(Exception):
    """The base of all; `message` is French, for a person, and says what to do next."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Conflict(CatalogueError):
    """The record is no longer what the caller read."""


class Refused(CatalogueError):
    """What is asked may not be done to this record."""


class Faulty(Refused):
    """What somebody typed has faults: `faults`, by field, in French, what is wrong and what to do. Nothing was written."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__(" ".join(self.faults.values()))


class TooLarge(Refused):
    """A file has more bytes than one may have here."""


class NoRoom(Refused):
    """The files of a body take all the room that it has."""


class NotAlone(CatalogueError):
    """Another process is doing this very work; nothing is lost, it goes on there."""
