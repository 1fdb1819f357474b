"""The index as a reader of the log."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from catalogue.log import LogReader, last_number
from catalogue.models import Change
from catalogue.search.contract import IndexBroken
from catalogue.search.instance import backend
from catalogue.search.records import documents, everything, published

READER = "search"


class IndexReader(LogReader):
    """Keeps the index in step with the log."""

    # Records alone: no derived fact is in a document, and to index again for each score would double the work.
    name = READER

    def state(self) -> str:
        try:
            return backend().identity()
        except IndexBroken:
            return "lost"  # differs from any cursor's state, so that the reader starts over

    def start_over(self, beat: Callable[[], None]) -> int:
        """A new index beside the old one, from the records as they are now: searches go on meanwhile."""
        number = last_number()  # first: what changes while the records are read is read again from the log
        backend().replace(everything(beat))
        return number

    def handle(self, changes: Sequence[Change]) -> None:
        touched = {change.record for change in changes if change.record_type == "dataset"}
        rows = list(published().filter(pk__in=touched))
        gone = touched - {row.pk for row in rows}
        backend().write(documents(rows), map(str, gone))
