"""The kinds of results, one declaration each. What joins the search joins this list."""

from __future__ import annotations

from typing import Final

from catalogue.search.french import parse
from catalogue.search.kinds.base import Kind, Touched
from catalogue.search.kinds.data_services import Services
from catalogue.search.kinds.datasets import Datasets
from catalogue.search.kinds.help_pages import HelpPages
from catalogue.search.kinds.indicators import Indicators
from catalogue.search.kinds.organisations import Organisations
from catalogue.search.kinds.own_pages import OwnPages
from catalogue.search.kinds.tables import Tables
from catalogue.search.kinds.territories import Territories

__all__ = ["BY_NAME", "KINDS", "LISTED", "Kind", "Touched", "listed"]

KINDS: Final[tuple[Kind, ...]] = (
    Datasets(),
    Services(),
    Organisations(),
    Territories(),
    Indicators(),
    Tables(),
    HelpPages(),
    OwnPages(),
)
BY_NAME: Final = {kind.name: kind for kind in KINDS}
LISTED: Final = tuple(kind.name for kind in KINDS if not kind.apart)  # what a question lists when no kind is asked for


def listed(text: str) -> tuple[str, ...]:
    """The kinds that these words list when none is asked for: tables too where they name a column."""
    columns = ":" in text and any(need.field == "colonne" for need in parse(text).needs)
    return (*LISTED, Tables.name) if columns else LISTED
