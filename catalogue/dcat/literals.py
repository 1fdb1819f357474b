"""Whether a literal is what its datatype says (XML Schema 1.1, part 2), and fit for others to read."""

from __future__ import annotations

import re
from datetime import date

from catalogue.dcat.terms import LANGUAGE, XSD

LONGEST = 1_000_000  # characters of one text; a description of a megabyte is a file in the wrong place
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
# Signs that turn the direction of what follows them: text of either direction needs none, and a title that hides one reads
# otherwise than it is.
TURNING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
ZONE = r"(Z|[+-]\d\d:\d\d)?\Z"
FORMS = {
    XSD + "date": re.compile(r"(\d{4})-(\d\d)-(\d\d)" + ZONE),
    XSD + "dateTime": re.compile(r"(\d{4})-(\d\d)-(\d\d)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?" + ZONE),
    XSD + "gYearMonth": re.compile(r"(\d{4})-(0[1-9]|1[0-2])" + ZONE),
    XSD + "gYear": re.compile(r"(\d{4})" + ZONE),
    XSD + "nonNegativeInteger": re.compile(r"\+?\d+\Z|-0+\Z"),
    XSD + "decimal": re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)\Z"),
    XSD + "hexBinary": re.compile(r"([0-9A-Fa-f]{2})*\Z"),
    XSD + "duration": re.compile(r"-?P(?=.)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?\Z"),
}


def hides(text: str) -> bool:
    """Whether a text of one line holds signs that nobody sees, and that change how it is read."""
    return bool(CONTROL.search(text) or TURNING.search(text))


def well_formed(text: str, datatype: str) -> bool:
    """Whether the text is of that datatype; true for a datatype that is not known here."""
    form = FORMS.get(datatype)
    if form is None:
        return True
    found = form.match(text)
    if found is None:
        return False
    if datatype in (XSD + "date", XSD + "dateTime"):
        return _is_day(*map(int, found.groups()[:3]))
    return True


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def fault_of_literal(text: str, language: str | None) -> str:
    """The code of what no reader can use: empty, too-long, control-characters, bad-language; "" when it is fine."""
    if not text or text.isspace():
        return "empty"
    if len(text) > LONGEST:
        return "too-long"
    if not text.isprintable() and CONTROL.search(text):
        return "control-characters"
    return "bad-language" if language is not None and not LANGUAGE.match(language.lower()) else ""
