"""What a recipe says that changes a value, in 64 characters."""

from __future__ import annotations

import hashlib
import json
from typing import Final

from catalogue.indicators.recipe.yaml_tree import Items, Pairs, Text, Tree

ENGINE: Final = 1  # goes up when the same recipe would give other values: all figures are then made again
# Words for people are left out: better ones must not make every figure of every town again.
CHANGING: Final = frozenset(
    {
        "schema", "versions", "beyond", "prepare", "where", "sound", "numerator", "denominator", "factor", "period", "territory",
        "axes", "together", "levels", "plausible", "least", "unit", "breaks",
    }
)  # fmt: skip


def digest(root: Pairs) -> str:
    said = [(key.value, _plain(value)) for key, value in root.pairs if key.value in CHANGING]
    said.sort(key=lambda pair: pair[0])
    return hashlib.sha256(json.dumps([ENGINE, *said], ensure_ascii=False).encode()).hexdigest()


def _plain(tree: Tree) -> object:
    match tree:
        case Text(value=value):
            return " ".join(value.split())
        case Items(items=items):
            return [_plain(each) for each in items]
        case Pairs(pairs=pairs):
            return [[key.value, None if key.value in {"fr", "en"} else _plain(value)] for key, value in pairs]
