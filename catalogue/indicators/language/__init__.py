"""The small language of recipes: a text becomes a tree, the tree is checked against a schema, then written as bound SQL.

    text ──tokens──> Token ──parsing──> Node ──checking──> Kind, or Misread at its place
                                         └──writing──> SQL that holds no text of the recipe

docs/recipes.md tells it to those who write recipes.
"""

from catalogue.indicators.language.checking import Scope, check_aggregated, check_row
from catalogue.indicators.language.kinds import Kind
from catalogue.indicators.language.nodes import Misread, Node, names_of
from catalogue.indicators.language.parsing import parse
from catalogue.indicators.language.writing import Cell, Writer

__all__ = [
    "Cell",
    "Kind",
    "Misread",
    "Node",
    "Scope",
    "Writer",
    "check_aggregated",
    "check_row",
    "names_of",
    "parse",
]
