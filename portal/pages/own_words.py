"""What a source says in its own words where a term of a vocabulary is expected: kept with the record, shown as it is."""

from __future__ import annotations

from catalogue.models import Distribution, Record, in_french


def own_words(row: Record | Distribution, name: str) -> str:
    """The name that the source gives to what it describes in place (a licence, a rhythm, a format), "" when it gives none."""
    told = row.described.get(name)
    for item in told if isinstance(told, list) else [told]:
        texts = in_french((item.get("label") or item.get("title") or {}) if isinstance(item, dict) else {})
        if text := (texts[0] if isinstance(texts, list) and texts else texts):
            return str(text)
    return ""
