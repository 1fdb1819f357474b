"""Archives of sources: `catalogue.archives`, with the errors that stop a run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from catalogue import archives
from catalogue.archives import MAGIC, Archive, head
from harvesters.base import Refused, Unreadable

__all__ = ["MAGIC", "Archive", "head", "opened"]


@contextmanager
def opened(path: Path) -> Iterator[Archive]:
    """Raises Refused, and Unreadable for an archive that is cut or broken; so does what is done with it."""
    try:
        with archives.opened(path) as archive:
            yield archive
    except archives.Excessive as error:
        raise Refused(error.message) from error
    except archives.ArchiveError as error:
        raise Unreadable(error.message) from error
