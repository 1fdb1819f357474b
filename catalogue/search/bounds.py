"""What bounds a question in time and place, as numbers that every engine compares.

Times are seconds of a calendar of 13 months of 32 days: no clock, but in the order of the dates that people write. An
outline is four numbers, in degrees (WGS84). One that crosses the antimeridian has its west above its east (RFC 7946 §5.2);
unrolled, its east is above 180.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from math import isfinite
from typing import Final

from catalogue.spoken import gettext as _

Box = tuple[float, float, float, float]  # west, south, east, north

TURN: Final = 360.0
_MOMENT = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d))?)?)?)?", re.ASCII)
_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)


def moment(said: str) -> int:
    """Of an ISO date or time, also "2024" or "2024-05", below 2**40, to the second; 0 when it says no year."""
    found = _MOMENT.match(said)
    return _counted(*(int(each or 0) for each in found.groups())) if found else 0


def day(said: str) -> tuple[int, int]:
    """The first and the last moment of "2024", "2024-05" or "2024-05-31". Raises ValueError."""
    found = _DAY.fullmatch(said)
    year, month, number = (int(each) if each else None for each in found.groups()) if found else (0, None, None)
    if not year or (month is not None and not 1 <= month <= 12):
        raise _no_date(said)
    if number is not None and not 1 <= number <= monthrange(year, month or 1)[1]:
        raise _no_date(said)
    return _counted(year, month or 0, number or 0), _counted(year, month or 12, number or 31, 23, 59, 59)


def _no_date(said: str) -> ValueError:
    return ValueError(_("« %(said)s » n'est pas une date : écrivez 2024, 2024-05 ou 2024-05-31.") % {"said": said[:20]})


def _counted(year: int, month: int, number: int, hour: int = 0, minute: int = 0, second: int = 0) -> int:
    return ((((year * 13 + month) * 32 + number) * 24 + hour) * 60 + minute) * 60 + second


def unrolled(box: Sequence[float]) -> Box:
    """Raises ValueError for what is no outline: not four numbers, off the Earth, or its south above its north."""
    if len(box) != 4 or not all(isfinite(each) for each in box):
        raise ValueError(_("Un cadre est fait de quatre nombres : ouest, sud, est, nord, en degrés."))
    west, south, east, north = map(float, box)
    if not (-180 <= west <= 180 and -180 <= east <= 180 and -90 <= south <= 90 and -90 <= north <= 90):
        raise ValueError(_("Ce cadre sort de la Terre : longitudes de -180 à 180, latitudes de -90 à 90 degrés."))
    if south > north:
        raise ValueError(_("Ce cadre est à l'envers : sa limite sud est au nord de sa limite nord."))
    return west, south, east + TURN if west > east else east, north


def spans(box: Box) -> list[tuple[float, float]]:
    """West and east of an unrolled outline, then as others that are unrolled too may meet it."""
    west, _, east, _ = box
    turned = [(west + TURN, east + TURN)]
    if east > 180:
        turned.append((west - TURN, east - TURN))
    return [(west, east), *turned]
