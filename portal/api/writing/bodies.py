"""The body of a question that writes: one JSON object, bounded in length and depth."""

from __future__ import annotations

import json
from typing import Any, Final, NoReturn

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, UnreadablePostError

from portal.api.writing.problems import Wrong

LONGEST: Final = 1_000_000  # bytes
DEEPEST: Final = 32  # levels
MEDIA: Final = ("application/json", "application/merge-patch+json")


def bytes_of(request: HttpRequest) -> bytes:
    """Raises Wrong for more than LONGEST; what is announced is not read."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > LONGEST:
        raise Wrong("too-large")
    try:
        body = request.body
    except (RequestDataTooBig, UnreadablePostError) as error:
        raise Wrong("too-large") from error
    if len(body) > LONGEST:
        raise Wrong("too-large")
    return body


def read(request: HttpRequest, *, patch: bool = False) -> dict[str, Any]:
    """Raises Wrong for another type, and for what is no JSON object. RFC 8259: a name twice has no one meaning."""
    data = bytes_of(request)
    media = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if media not in (MEDIA if patch else MEDIA[:1]):
        raise Wrong("media-type")
    return parsed(data)


def parsed(data: bytes) -> dict[str, Any]:
    """Raises Wrong for what is no JSON object, or is too long."""
    if len(data) > LONGEST:
        raise Wrong("too-large")
    try:
        said = json.loads(data, object_pairs_hook=_once, parse_constant=_nothing)
    except (ValueError, RecursionError) as error:
        raise Wrong("json") from error
    if not isinstance(said, dict) or _deeper(said, DEEPEST):
        raise Wrong("json")
    return said


def merged(value: Any, patch: Any) -> Any:
    """RFC 7396 §2 (that replaced RFC 7386): null removes, an object goes into the one that is there, the rest replaces."""
    if not isinstance(patch, dict):
        return patch
    result = dict(value) if isinstance(value, dict) else {}
    for name, given in patch.items():
        if given is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), given)
    return result


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name twice")
    return found


def _nothing(constant: str) -> NoReturn:
    raise ValueError(constant)  # NaN and Infinity are no JSON


def _deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_deeper(one, levels - 1) for one in inner)
