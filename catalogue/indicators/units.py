"""In what figures are said, and what each unit asks of a recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from catalogue.indicators.contract import Unit, Words


class Per(StrEnum):
    """What a unit is by: `recipe` holds the divisor against it."""

    NOTHING = ""
    INHABITANT = "inhabitant"
    AREA = "area"  # of the territory
    SHARE = "share"  # two quantities of the same sort
    OTHER = "other"  # two quantities of two sorts


@dataclass(frozen=True)
class Measure:
    """`factor`: the one that the unit fixes, None when it hangs on the columns. `money`: its numerator is an amount."""

    unit: Unit
    per: Per = Per.NOTHING
    factor: float | None = None
    money: bool = False


def _measures() -> list[tuple[str, Measure]]:
    def one(key: str, sign: str, fr: str, en: str, decimals: int = 1, **rest: object) -> tuple[str, Measure]:
        short = str(rest.pop("short", ""))
        code = key.upper().replace("/", "_").replace("%", "PERCENT").replace("-", "_")
        return key, Measure(Unit(code, Words(fr, en), sign, decimals, short), **rest)  # type: ignore[arg-type]

    by = Per.INHABITANT
    return [
        one("number", "", "nombre", "number", 0),
        one("EUR", "€", "euros", "euros", 0, money=True),
        one("EUR/hab", "€/hab.", "euros par habitant", "euros per inhabitant", 0, per=by, money=True, short="€/inh."),
        one("%", "%", "pour cent", "per cent", 1, per=Per.SHARE),
        one("per-100", "pour 100 hab.", "pour 100 habitants", "per 100 inhabitants", 1, per=by, factor=100, short="per 100 inh."),
        one("per-1000", "pour 1 000 hab.", "pour 1 000 habitants", "per 1,000 inhabitants", 1, per=by, factor=1_000, short="per 1,000 inh."),
        one("per-10000", "pour 10 000 hab.", "pour 10 000 habitants", "per 10,000 inhabitants", 1, per=by, factor=10_000, short="per 10,000 inh."),
        one("per-100000", "pour 100 000 hab.", "pour 100 000 habitants", "per 100,000 inhabitants", 1, per=by, factor=100_000, short="per 100,000 inh."),
        one("hab", "hab.", "habitants", "inhabitants", 0, short="inh."),
        one("hab/unit", "hab.", "habitants par équipement", "inhabitants per facility", 0, per=Per.OTHER, short="inh."),
        one("kg/hab", "kg/hab.", "kilogrammes par habitant", "kilograms per inhabitant", 0, per=by, short="kg/inh."),
        one("t", "t", "tonnes", "tonnes", 0),
        one("kWh", "kWh", "kilowattheures", "kilowatt hours", 0),
        one("kWh/hab", "kWh/hab.", "kilowattheures par habitant", "kilowatt hours per inhabitant", 0, per=by, short="kWh/inh."),
        one("kWh/m2", "kWh/m²", "kilowattheures par mètre carré", "kilowatt hours per square metre", 0, per=Per.OTHER),
        one("km", "km", "kilomètres", "kilometres"),
        one("km/1000hab", "km pour 1 000 hab.", "kilomètres pour 1 000 habitants", "kilometres per 1,000 inhabitants", 2,
            per=by, factor=1_000, short="km per 1,000 inh."),
        one("ha", "ha", "hectares", "hectares"),
        one("m2/hab", "m²/hab.", "mètres carrés par habitant", "square metres per inhabitant", 1, per=by, short="m²/inh."),
        one("per-km2", "par km²", "par kilomètre carré", "per square kilometre", 1, per=Per.AREA, short="per km²"),
        one("days", "jours", "jours", "days", short="days"),
        one("days/year", "jours par an", "jours par an", "days per year", 0, short="days per year"),
        one("years", "ans", "années", "years", short="years"),
        one("bids", "offres", "offres par marché", "bids per contract", 1, per=Per.OTHER, short="bids"),
        one("cycles/day", "vélos par jour", "vélos par jour", "bicycles per day", 0, per=Per.OTHER, short="bicycles per day"),
        one("each", "", "en moyenne", "on average", 1, per=Per.OTHER),
    ]  # fmt: skip


UNITS: Final[Mapping[str, Measure]] = dict(_measures())
