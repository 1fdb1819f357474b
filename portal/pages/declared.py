"""A form made of declared options: a control for each, by its type; what was typed stays, and each error is beside it.

Each control carries the mark of what was shown, as in the form of a record: what nobody touched keeps what is stored, and
what somebody else changed meanwhile is told before it is overwritten.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.http import QueryDict
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from harvesters.options import BadOption, Declared
from portal.pages.fields import Control
from portal.pages.forms import MARK, mark
from portal.pages.words import tied

YES: Final = "oui"
NO: Final = "non"


@dataclass
class DeclaredForm:
    """`values` are those that are stored, by name; one that its declaration refuses is shown with the reason.

    `name` is that of the gesture that sends the form, and begins the name of each control.
    """

    name: str
    declared: Sequence[Declared]
    values: Mapping[str, Any]
    explained: frozenset[str] = frozenset()  # whose choices are shown all at once, each with what it means
    controls: list[Control] = field(default_factory=list)
    marks: dict[str, str] = field(default_factory=dict)
    moved: bool = False

    def __post_init__(self) -> None:
        for one in self.declared:
            texts = typed_of(one, self.values.get(one.name, one.default))
            control = self._control(one, texts)
            control.error = self._refused(one)
            self.controls.append(control)
            self.marks[control.name] = mark({control.name: texts}, control.name)

    def read(self, given: QueryDict) -> dict[str, Any]:
        """The values that are meant, over those that are stored. To be used only when `mistakes` is then empty."""
        values = dict(self.values)
        for number, one in enumerate(self.declared):
            name = self.controls[number].name
            was, texts = given.get(MARK + name, ""), given.getlist(name)
            mine, now = mark({name: texts}, name), self.marks[name]
            if not (was or texts) or mine in (was, now):
                continue
            control = self.controls[number] = self._control(one, texts)
            if was and was != now:
                self.moved = True
                shown = ", ".join(typed_of(one, self.values.get(one.name, one.default))) or _("rien")
                control.error = _(
                    "Entre-temps, quelqu’un d’autre a écrit : %(shown)s. Enregistrez encore pour garder le vôtre."
                ) % {"shown": shown}
                continue
            try:
                values[one.name] = _meant(one, texts)
            except BadOption as error:
                control.error = error.reason
        return values

    def refuse(self, error: BadOption) -> None:
        """Says beside its field what only the whole could tell."""
        for control in self.controls:
            if control.name == f"{self.name}.{error.name}":
                control.error = error.reason

    @property
    def mistakes(self) -> list[Control]:
        return [control for control in self.controls if control.error]

    def _refused(self, one: Declared) -> str:
        try:
            if one.name in self.values:
                one.read(self.values[one.name])
        except BadOption as error:
            return error.reason
        return ""

    def _control(self, one: Declared, texts: Sequence[str]) -> Control:
        name = f"{self.name}.{one.name}"
        control = Control(name, capfirst(one.label), "line", _between(one).join(texts), hint=tied(one.help))
        if one.type is bool:
            control.widget, control.choices = "check", [(YES, control.label, YES in texts)]
        elif one.choices:
            control.widget = (
                "checks" if one.type == tuple[str, ...] else "radios" if one.name in self.explained else "select"
            )
            control.choices = [(code, label, code in texts) for code, label in one.choices]
            control.empty = ""
        elif one.type in (int, int | None):
            control.mode = "numeric"
            if one.default is not None:
                control.hint = (_("%(help)s Vide : %(default)s.") % {"help": one.help, "default": one.default}).strip()
        elif one.by_line:
            control.widget, control.rows = "area", max(2, control.value.count("\n") + 2)
        elif one.type == tuple[str, ...]:
            control.hint = (_("%(help)s Séparés par des virgules.") % {"help": one.help}).strip()
        return control


def typed_of(one: Declared, value: Any) -> list[str]:
    """The value as its control sends it back."""
    if one.type is bool:
        return [YES] if value is True else []
    if isinstance(value, list | tuple):
        return [str(each) for each in value] if one.choices else [_between(one).join(map(str, value))]
    return ["" if value is None else str(value)]


def _between(one: Declared) -> str:
    return "\n" if one.by_line else ", "


def _meant(one: Declared, texts: Sequence[str]) -> Any:
    """The value; an empty text is the default. Raises BadOption."""
    if one.type is bool:
        return one.read(YES if YES in texts else NO)
    if one.type == tuple[str, ...] and one.choices:
        return one.read(list(texts))
    text = texts[-1] if texts else ""
    return one.read(text) if text.strip() else one.default
