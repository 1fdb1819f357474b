"""Texts by language, as records keep them: one of them for people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language


def in_french(texts: dict[str, Any]) -> Any:
    """French first, then English, then no language, then the first by name: the same choice every time."""
    for language in ("fr", "en", ""):
        if language in texts:
            return texts[language]
    return texts[min(texts)] if texts else ""


def in_reading(texts: dict[str, Any]) -> Any:
    """In the language of who reads the page where it is said, else as `in_french`: what is kept or sent is said by that."""
    return texts.get(get_language() or "") or in_french(texts)


def language_of(texts: dict[str, Any]) -> str:
    """The language that `in_reading` speaks; "" where the record does not say which one it is."""
    now = get_language() or ""
    if texts.get(now):
        return now
    return next((code for code in ("fr", "en", "") if code in texts), min(texts, default=""))
