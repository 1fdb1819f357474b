"""Texts by language, as records keep them: one of them for people."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language


def in_french(texts: dict[str, Any]) -> Any:
    """French first, then English, then no language, then the first by name: the same choice every time."""
    return texts[_french(texts)] if texts else ""


def in_reading(texts: dict[str, Any]) -> Any:
    """In the language of who reads the page where it is said, else as `in_french`: what is kept or sent is said by that."""
    return texts[language_of(texts)] if texts else ""


def language_of(texts: dict[str, Any]) -> str:
    """The language that `in_reading` speaks; "" where the record does not say which one it is."""
    now = get_language() or ""
    return now if texts.get(now) else _french(texts)


def _french(texts: dict[str, Any]) -> str:
    return next((code for code in ("fr", "en", "") if code in texts), min(texts, default=""))
