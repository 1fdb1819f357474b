"""What a source says in its own words where a term of a vocabulary is expected: kept with the record, shown as it is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from catalogue.models import Distribution, Record, in_french


def own_words(row: Record | Distribution, name: str) -> list[str]:
    """The names of what the source describes in place under a property, and gives no address."""
    return [text for address, text in _told(row.described.get(name)) if text and not address]


def own_names(rows: Iterable[Record | Distribution]) -> dict[str, str]:
    """The source's name for each address that it describes: another thesaurus's theme, its own licence."""
    described = (value for row in rows for value in row.described.values())
    return {address: text for value in described for address, text in _told(value) if address and text}


def _told(value: Any) -> Iterator[tuple[str, str]]:
    """Address and name of each thing described."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            texts = in_french(item.get("label") or item.get("title") or {})
            yield item.get("uri", ""), str(texts[0] if isinstance(texts, list) and texts else texts or "")
