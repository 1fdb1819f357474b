"""Which kind a column is, from what was counted over all of its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from catalogue.tables.contract import Type
from catalogue.tables.typing.asking import NEAR, Counted, Figures
from catalogue.tables.typing.kinds import KINDS, TEXTS, Kind

EXACT_DIGITS = 18  # of a DECIMAL that takes eight bytes
STORED = {
    Type.INTEGER: "BIGINT",
    Type.YEAR: "SMALLINT",
    Type.BOOLEAN: "BOOLEAN",
    Type.DATE: "DATE",
    Type.DATETIME: "TIMESTAMP",
    Type.TIME: "TIME",
    Type.LATITUDE: "DOUBLE",
    Type.LONGITUDE: "DOUBLE",
}


@dataclass(frozen=True)
class Decision:
    """`kind` None: the column stays text. `reason`: a code of why it does, when that is worth a word.

    `misfits`: cells that become NULL (of a type that is not text) or stay as written (of one that is).
    `near`: the kind that a few cells prevented.
    """

    kind: Kind | None
    stored: str = "VARCHAR"
    filled: int = 0  # cells that follow
    misfits: int = 0
    marks: int = 0
    reason: str = ""
    near: Kind | None = None
    prevented: int = 0
    text: str = ""  # the expression of a cell, trimmed where that is needed

    @property
    def type(self) -> Type:
        return self.kind.type if self.kind else Type.TEXT


def decided(kinds: Sequence[int], counted: Counted, asked: Type | None) -> Decision:
    """The type that was asked for when all values allow it; else what they all are; else the one asked for, with misfits."""
    figures = counted.figures
    kinds = [i for i in kinds if i in counted.fitting]
    whole = [i for i in kinds if counted.misfits(i) == 0]
    for i in sorted(whole, key=lambda i: KINDS[i].type is not asked):
        if KINDS[i].hinted and KINDS[i].type is not asked:
            continue
        if KINDS[i].type is Type.DECIMAL and (reason := _refused(figures[i], counted)):
            return Decision(None, reason=reason, text=counted.text)
        return _read(i, counted)
    wanted = [i for i in kinds if KINDS[i].type is asked]
    if wanted:
        best = min(wanted, key=counted.misfits)
        if counted.misfits(best) * 2 <= counted.filled:
            return _read(best, counted)
    return _text(kinds, counted)


def _read(i: int, counted: Counted) -> Decision:
    kind = KINDS[i]
    stored = _stored(kind.type, counted.figures.get(i))
    return Decision(kind, stored, counted.fitting[i], counted.misfits(i), counted.marks, text=counted.text)


def _text(kinds: Sequence[int], counted: Counted) -> Decision:
    near = [i for i in kinds if KINDS[i].type in NEAR and 0 < counted.misfits(i) * 5 <= counted.filled]
    if not near:
        return Decision(None, text=counted.text)
    best = min(near, key=counted.misfits)
    return Decision(None, near=KINDS[best], prevented=counted.misfits(best), reason="prevented", text=counted.text)


def _refused(figures: Figures, counted: Counted) -> str:
    """Numbers that would not be what they are."""
    if figures.whole >= 16 and not figures.decimals and not figures.exponent:
        return "large-integers"
    if 0 < figures.percent < counted.filled - counted.marks:
        return "percent-mixed"
    return ""


def _stored(type_: Type, figures: Figures | None) -> str:
    if type_ in TEXTS:
        return "VARCHAR"
    if figures is not None:
        if figures.exponent or figures.whole + figures.decimals > EXACT_DIGITS:
            return "DOUBLE"
        return f"DECIMAL({EXACT_DIGITS}, {figures.decimals})"
    return STORED[type_]
