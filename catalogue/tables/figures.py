"""Numbers as French people write them, read in SQL: `1 234,56 €`, `12,5 %`, `1.234,56`, `−3`, `(3,50)`, `1e-6`.

Each function takes an expression that is a text and gives an expression. Spaces are any of those that stand between
thousands (U+0020, U+00A0, U+202F, U+2009); the sign may be a true minus (U+2212).
"""

from __future__ import annotations

SPACES = " \u00a0\u202f\u2009"
UNIT = r"(?:€|%|EUR|Euros?|euros?|eur)?"
DIGITS = r"(?:0|[1-9]\d*)"
GROUPS = rf"[1-9]\d{{0,2}}(?:[{SPACES}']\d{{3}})+"
SIGN = rf"(?:[+\-−][{SPACES}]?)?"

# A number never begins with a zero that another digit follows: that is a code, and codes keep their zeros.
PLAIN = rf"[+-]?{DIGITS}(?:[.,]\d+)?"
NUMBER = rf"{SIGN}(?:{DIGITS}|{GROUPS})(?:[.,]\d+)?(?:[eE][+-]?\d+)?[{SPACES}]?{UNIT}"
DOTTED = rf"{SIGN}[1-9]\d{{0,2}}(?:\.\d{{3}})+,\d+[{SPACES}]?{UNIT}"  # 1.234,56
COMMAED = rf"{SIGN}[1-9]\d{{0,2}}(?:,\d{{3}})+\.\d+[{SPACES}]?{UNIT}"  # 1,234.56
MILLIONS = rf"{SIGN}[1-9]\d{{0,2}}(?:\.\d{{3}}){{2,}}[{SPACES}]?{UNIT}"  # 1.234.567
INTEGER = rf"{SIGN}(?:{DIGITS}|{GROUPS})[{SPACES}]?{UNIT}"
BRACKETED = rf"\((?:{DIGITS}|{GROUPS})(?:[.,]\d+)?\)[{SPACES}]?{UNIT}"  # (1 234,56): what accountants owe
ANY = (NUMBER, DOTTED, COMMAED, MILLIONS, BRACKETED)


def plain(text: str) -> str:
    """The number with a point and nothing but its digits, sign and exponent; still a text."""
    signed = f"replace(replace({text}, '−', '-'), '(', '-')"
    bare = f"regexp_replace(translate({signed}, '{SPACES}''€%)', ''), '(?i:euros?|eur)$', '')"
    return (
        f"CASE WHEN {matches(text, DOTTED, MILLIONS)} THEN replace(replace({bare}, '.', ''), ',', '.') "
        f"WHEN {matches(text, COMMAED)} THEN replace({bare}, ',', '') "
        f"ELSE replace({bare}, ',', '.') END"
    )


def decimal(text: str) -> str:
    """As DECIMAL(38, 6), exact to the millionth; NULL when it is no number."""
    return f"CASE WHEN {matches(text, *ANY)} THEN try_cast({plain(text)} AS DECIMAL(38, 6)) END"


def matches(text: str, *patterns: str) -> str:
    """Whether the whole text follows one of the patterns (RE2)."""
    joined = "|".join(f"(?:{pattern})" for pattern in patterns).replace("'", "''")
    return f"regexp_full_match({text}, '{joined}')"
