"""Numbers as people type them, in the language of who types."""

from __future__ import annotations

import pytest
from django.utils.translation import override

from catalogue.figures import has_two_readings, typed
from catalogue.tables.contract import BadQuestion, Column, Type
from catalogue.tables.query.values import number

AMOUNT = Column(name="montant", type=Type.DECIMAL)


@pytest.mark.parametrize(
    ("text", "french", "english"),
    [
        ("12,5", "12.5", "12.5"),
        ("12.5", "12.5", "12.5"),
        ("1,234", "1.234", "1234"),
        ("-1,234", "-1.234", "-1234"),
        ("1,234.5", "1234.5", "1234.5"),
        ("1,234,567", "1234567", "1234567"),
        ("0,125", "0.125", "0.125"),
        ("1,23", "1.23", "1.23"),
        ("1234,567", "1234.567", "1234.567"),
    ],
)
def test_as_the_language_writes_it(text: str, french: str, english: str) -> None:
    for code, said in (("fr", french), ("en", english)):
        with override(code):
            assert typed(text) == said


def test_what_a_shared_address_would_say_otherwise_is_refused() -> None:
    with override("fr"):
        assert number(AMOUNT, "1,234") == number(AMOUNT, "1.234")
        assert number(AMOUNT, "1,234.5") == number(AMOUNT, "1 234,5")
    with override("en"):
        with pytest.raises(BadQuestion, match=r"1234, or 1\.234"):
            number(AMOUNT, "1,234")
        assert number(AMOUNT, "1,234,567") == 1_234_567
        assert not has_two_readings("1,234.5")
