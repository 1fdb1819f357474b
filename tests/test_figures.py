"""Numbers in French, and the small CSV of commands."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalogue.figures import Figure, at_most, number
from catalogue.listed import ColumnsMissing, listed

NARROW = "\N{NARROW NO-BREAK SPACE}"
MINUS = "\N{MINUS SIGN}"


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        (1_234_567, 0, f"1{NARROW}234{NARROW}567"),
        (-1_234.56, 1, f"{MINUS}1{NARROW}234,6"),
        (-0.04, 1, "0,0"),
        (Decimal("12.5"), 2, "12,50"),
        (0, 0, "0"),
    ],
)
def test_as_french_writes_them(value: Figure, decimals: int, said: str) -> None:
    assert number(value, decimals) == said


@pytest.mark.parametrize(
    ("value", "decimals", "said"),
    [
        (100.0, 3, "100"),
        (1_500.25, 3, f"1{NARROW}500,25"),
        (0.00123, 3, "0,0012"),
        (-0.00123, 3, f"{MINUS}0,0012"),
        (0.0, 3, "0"),
        (1_200, 0, f"1{NARROW}200"),
    ],
)
def test_without_zeros_that_say_nothing(value: Figure, decimals: int, said: str) -> None:
    assert at_most(value, decimals) == said


@pytest.mark.parametrize("sign", [",", ";", "\t"])
def test_named_columns_line_by_line(sign: str) -> None:
    text = "\N{BYTE ORDER MARK}" + "\n".join(["Tag,autre, CODE", "littoral,x, 56046 ", ",,", "bourg,y"]).replace(
        ",", sign
    )
    assert list(listed(text, ("code", "tag"))) == [
        (2, {"code": "56046", "tag": "littoral"}),
        (4, {"code": "", "tag": "bourg"}),
    ]


def test_columns_that_are_not_there_are_named() -> None:
    with pytest.raises(ColumnsMissing) as refused:
        list(listed("code;nom\n1;2", ("code", "tag", "year")))
    assert refused.value.names == ("tag", "year")
