"""tantivy's errors, by what the caller does next."""

from __future__ import annotations

from types import TracebackType

from catalogue.search.contract import REBUILD, BadCursor, IndexBroken


class Faults:
    """Its errors, and its panics, which are no Exception and would end the process.

    Its queries are all built here, never parsed, so each of these speaks of the files.
    """

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if kind is None or issubclass(kind, BadCursor):
            return
        if issubclass(kind, ValueError | OSError) or kind.__name__ == "PanicException":
            raise IndexBroken(f"L'index de recherche est endommagé, ou le disque est plein. {REBUILD}") from error
