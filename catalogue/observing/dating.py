"""Of which year a file is that says no period: its record's, else that of its arrival."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Final

from catalogue.models import Dataset

YEAR: Final = re.compile(r"\s*(\d{4})(?:-|\s*$)")
FIRST: Final = 1900


def year_of(dataset: Dataset, arrived: datetime) -> int:
    """The end of the period that the record says, else when it was last changed; never after the file came."""
    ends = [period.get("end") or period.get("start") for period in dataset.temporal if isinstance(period, dict)]
    for said in (ends, [dataset.modified], [dataset.issued]):
        if years := [year for year in _years(said) if year >= FIRST]:
            return min(max(years), arrived.year)
    return arrived.year


def _years(texts: Iterable[object]) -> Iterable[int]:
    found = (YEAR.match(str(text)) for text in texts if text)
    return [int(match[1]) for match in found if match]
