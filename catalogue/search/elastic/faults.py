"""The client's errors, by what the caller does next."""

from __future__ import annotations

from types import TracebackType

import elasticsearch

from catalogue.search.contract import REBUILD, IndexAway, IndexBroken


class Faults:
    """Raises IndexAway while the server cannot answer, IndexBroken when it has no such index or refuses."""

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, elasticsearch.NotFoundError):
            raise IndexBroken(f"L'index de recherche n'existe pas sur Elasticsearch. {REBUILD}") from error
        if isinstance(error, elasticsearch.TransportError) or (
            isinstance(error, elasticsearch.ApiError) and error.status_code in (401, 403, 429, 502, 503, 504)
        ):
            raise IndexAway(
                "Le serveur de recherche (Elasticsearch) ne répond pas. Rien n'est perdu : réessayez dans un instant."
            ) from error
        if isinstance(error, elasticsearch.ApiError):
            raise IndexBroken(f"Elasticsearch a refusé la demande ({error.message}). {REBUILD}") from error
