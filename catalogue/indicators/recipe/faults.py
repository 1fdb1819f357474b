"""All that is wrong with one file, each thing at its place."""

from __future__ import annotations

from dataclasses import dataclass, field

from catalogue.indicators.contract import RecipeError
from catalogue.indicators.language import Misread, Node, parse
from catalogue.indicators.recipe.yaml_tree import Text, Tree


@dataclass
class Faults:
    """`text`: the whole file, in which places are found."""

    name: str
    text: str
    found: list[RecipeError] = field(default_factory=list)

    def at(self, tree: Tree, message: str) -> None:
        if message:
            self.found.append(RecipeError(message, tree.spot.line + 1, tree.spot.column + 1, self.name))

    def within(self, said: Text, error: Misread) -> None:
        """At the place of the file where the character `error.at` of an expression stands."""
        if not error.message:
            return  # it comes from another fault, that has been told
        line, column = self._place(said, error.at)
        self.found.append(RecipeError(error.message, line, column, self.name))

    def parsed(self, said: Text) -> Node | None:
        try:
            return parse(said.value)
        except Misread as error:
            self.within(said, error)
            return None

    def _place(self, said: Text, at: int) -> tuple[int, int]:
        """YAML folds lines and undoes quotes: what is not space comes in the same order in the file and in the value."""
        spot, index = said.spot, said.spot.index
        if said.block:
            index = self.text.find("\n", index) + 1
        elif said.quoted:
            index += 1
        for place, character in enumerate(said.value[: at + 1]):
            if not character.isspace():
                found = self.text.find(character, index, spot.end)
                index = index if found < 0 else found + (place < at)
        before = self.text[:index]
        line_start = before.rfind("\n") + 1
        return before.count("\n") + 1, index - line_start + 1
