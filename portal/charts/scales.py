"""How the values of an indicator are said: with its sign and as many decimals as its unit has."""

from __future__ import annotations

from dataclasses import dataclass

from portal.charts.figures import Figure, figure


@dataclass(frozen=True)
class Scale:
    """`sign`: such as « €/hab. », "" for a plain number. `short`: what stands on an axis, where the sign is told above it."""

    sign: str = ""
    decimals: int = 0

    def said(self, value: Figure | None) -> str:
        """« 1 594 €/hab. », with narrow no-break spaces; "" for none."""
        return "" if value is None else figure(value, self.decimals, self.sign)

    def bare(self, value: Figure | None) -> str:
        """The same without its sign, for columns whose head tells it."""
        return "" if value is None else figure(value, self.decimals)
