"""What can go wrong in the catalogue, named by what the caller does next.

CatalogueError
├── Refused        the asker may not do this: tell them, change nothing
├── Conflict       somebody else changed it meanwhile: show both, ask
├── Incomplete     something mandatory is missing: say which field
└── NotAlone       another process holds the lease: try again later
"""


class CatalogueError(Exception):
    """The base of all; `message` is French, for a person, and says what to do next."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Refused(CatalogueError):
    """The asker has no right to do this."""


class Conflict(CatalogueError):
    """The record is no longer what the caller read."""


class Incomplete(CatalogueError):
    """A mandatory value is missing; the message names it."""


class NotAlone(CatalogueError):
    """Another process is doing this very work; nothing is lost, it goes on there."""
