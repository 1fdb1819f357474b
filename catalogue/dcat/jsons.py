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
