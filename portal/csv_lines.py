"""Lines of the CSV that we make of records: RFC 4180, and nothing that a spreadsheet would compute."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable


def csv_line(values: Iterable[str]) -> bytes:
    """RFC 4180, UTF-8. A cell that a spreadsheet would take for a formula gets an apostrophe: sources are not trusted."""
    out = io.StringIO()
    csv.writer(out).writerow([f"'{value}" if value[:1] in tuple("=+-@\t\r") else value for value in values])
    return out.getvalue().encode("utf-8", "replace")  # half a character of UTF-16 has no bytes
