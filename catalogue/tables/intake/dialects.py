"""How a delimited text separates and quotes its cells, found out on its first lines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

SEPARATORS = (";", ",", "\t", "|", ":", "^", "~", "¦", "§", "\x1f")
SAMPLE_LINES = 200
SAMPLE_CHARACTERS = 256 * 1024
# Cells that are likely what somebody meant: empty, a number, a date, words without a separator left in them.
CLEAN = re.compile(r"\s*(|[+-]?[\d  .,]+\s?[%€]?|\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}|[^;,\t|]*)\s*")


@dataclass(frozen=True)
class Dialect:
    """`separator`: "" when there is one column alone; `quote`: "" when none is used."""

    separator: str = ""
    quote: str = '"'
    escape: str = ""  # "\\" where a quote inside of quotes is written \\"
    spaced: bool = False  # a space stands between a separator and a quote


def sniffed(lines: Sequence[str], separator: str = "") -> Dialect:
    """`separator`: what the publisher chose, "" to find it out. `lines`: the first ones, whole."""
    lines = [line for line in lines if line.strip()]
    text = "\n".join(lines)
    quote = _quote(text)
    best = separator or _separator(text, quote)
    # The line of Excel that says its separator.
    spaced = bool(
        best and best != " " and quote and re.search(rf"(?:^|{re.escape(best)}) +{quote}[^{quote}]*{quote}", text, re.M)
    )
    return Dialect(best, quote, _escape(text, best, quote), spaced)


def announced(line: str) -> str:
    """The separator of a first line `sep=;`, which Excel writes and hides; "" if the line is not one."""
    match = re.fullmatch(r'"?sep=(.)"?', line.strip("\r\n"), re.IGNORECASE)
    return match.group(1) if match else ""


def _quote(text: str) -> str:
    marks = "".join(map(re.escape, SEPARATORS))
    held = {
        quote: re.findall(
            rf"(?:^|[{marks}]) ?({quote}(?:[^{quote}\n]|{quote}{quote})*{quote}) ?(?=$|[{marks}])", text, re.M
        )
        for quote in ('"', "'")
    }
    # An apostrophe is a letter of French: it quotes only where it does so often, and where nothing else does.
    quoting = sum(cell.count("'") for cell in held["'"]) > 0.9 * text.count("'")
    return "'" if len(held["'"]) > 3 and quoting and not held['"'] else '"'


def _escape(text: str, separator: str, quote: str) -> str:
    if f"\\{quote}" not in text or not separator:
        return ""
    # \" that a doubled quote does not follow, and no end of a cell: the backslash is meant to escape.
    mark = re.escape(separator)
    alone = len(re.findall(rf"[^{mark}\n\\]\\{quote}(?!{quote}|{mark}|\n|$)", text))
    return "\\" if alone and not re.search(rf"\\{quote}{quote}", text) else ""


def _separator(text: str, quote: str) -> str:
    bare = re.sub(rf"{quote}(?:[^{quote}]|{quote}{quote})*{quote}", "x", text)
    lines = bare.split("\n")
    scores = {each: _score(lines, each) for each in SEPARATORS}
    best = max(SEPARATORS, key=lambda each: scores[each])
    return best if scores[best] > 0 else ""


def _score(lines: Sequence[str], separator: str) -> float:
    """From 0 to 1: how many lines are as wide as most, and how clean their cells are (van den Burg et al., 2019)."""
    split = [line.split(separator) for line in lines]
    widths = Counter(len(cells) for cells in split)
    wide = {width: count for width, count in widths.items() if width > 1}
    if not wide:
        return 0.0
    width, count = max(wide.items(), key=lambda item: (item[1], item[0]))
    # Text in sentences has commas and colons too: a table has them on most of its lines.
    even = count / len(lines)
    if even < 0.3 or (separator not in ";,\t|" and even < 0.9):
        return 0.0
    cells = [cell for line in split if len(line) == width for cell in line]
    clean = sum(CLEAN.fullmatch(cell) is not None for cell in cells[:5000]) / len(cells[:5000])
    return even * (0.2 + 0.8 * clean) * (1 - 1 / (width + 1)) * (1.0 if separator in ";,\t|" else 0.5)
