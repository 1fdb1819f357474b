"""JSON as `json.dumps` writes it, with one encoder for all values: it makes a new one for each, and a record has twenty."""

from __future__ import annotations

import json
from collections.abc import Callable
from json import encoder
from typing import Any


def writer(*, in_order: bool = False, ascii_alone: bool = True) -> Callable[[Any], str]:
    """As `json.dumps` with `sort_keys` and `ensure_ascii`, for values that do not hold themselves."""
    plain = json.JSONEncoder(sort_keys=in_order, ensure_ascii=ascii_alone)
    make = getattr(encoder, "c_make_encoder", None)
    if make is None:  # another Python
        return plain.encode
    texts = encoder.encode_basestring_ascii if ascii_alone else encoder.encode_basestring
    encode = make(None, plain.default, texts, None, ": ", ", ", in_order, False, True)
    return lambda value: "".join(encode(value, 0))


IN_ORDER = writer(in_order=True, ascii_alone=False)


def order_key(value: Any) -> str:
    """What values are sorted by, and told apart: a text itself, else its JSON."""
    return value if isinstance(value, str) else IN_ORDER(value)


def sorted_values(values: list[Any]) -> list[Any]:
    """Each value once, in the order of `order_key`."""
    found = {_beginning(value): value for value in values}
    if len(found) < len(values):
        found = {order_key(value): value for value in values}
    return [found[key] for key in sorted(found)]


def _beginning(value: Any) -> str:
    """What tells nearly all nodes apart: to write all of each file takes three times as long."""
    first = min(value, default="") if isinstance(value, dict) else ""
    # Of two figures, one may be how the other begins; nothing else in JSON is.
    return IN_ORDER({first: value[first]}) if first and not isinstance(value[first], int) else order_key(value)
