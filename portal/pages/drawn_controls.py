"""The controls of a form, written without the template engine: a record with forty files has a thousand of them."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Final

from django.utils.safestring import SafeString

from portal.pages.fields import Control

SETS: Final = {"checks": "checkbox", "radios": "radio"}  # several answers under one legend: the type of each


def controls(found: Iterable[Control]) -> SafeString:
    """One after the other, with their labels, hints and errors. What people wrote is escaped here."""
    return SafeString("".join([_control(one) for one in found]))


def _control(one: Control) -> str:
    name = escape(one.name)
    if one.widget in SETS:
        said = _said(one, name)
        picks = ' class="picks"' if one.widget == "checks" else ' class=""'
        return (
            f'<fieldset class="field" id="c-{name}" tabindex="-1"{said}><legend>{escape(one.label)}</legend>{_around(one, name)}'
            f"<div{picks}>{_picks(one, SETS[one.widget])}</div></fieldset>"
        )
    if one.widget == "check":
        return f'<div class="field">{_picks(one, "checkbox", name)}{_around(one, name)}</div>'
    label = f'<label for="c-{name}">{escape(one.label)}</label>{_around(one, name)}'
    return f'<div class="field">{label}{_filled(one, name)}</div>'


def _filled(one: Control, name: str) -> str:
    language = f' lang="{escape(one.language)}"' if one.language else ""
    begun, told = f'id="c-{name}" name="{name}"', _told(one, name)
    if one.widget == "select":
        return f"<select {begun}{told}>{_options(one)}</select>"
    if one.widget == "area":
        return f'<textarea {begun} rows="{one.rows}"{language}{told}>\n{escape(one.value)}</textarea>'
    mode = f' inputmode="{escape(one.mode)}"' if one.mode else ""
    listed = f' list="l-{escape(one.suggestions)}"' if one.suggestions else ""
    return f'<input {begun} value="{escape(one.value)}" autocomplete="off"{language}{mode}{listed}{told}>'


def _options(one: Control) -> str:
    none = f'<option value="">{escape(one.empty)}</option>' if one.empty else ""
    options = [
        f'<option value="{escape(str(value))}"{" selected" if chosen else ""}>{escape(str(label))}</option>'
        for value, label, chosen in one.choices
    ]
    return none + "".join(options)


def _picks(one: Control, kind: str, name: str = "") -> str:
    """`name`: of the one box of a control, which says itself what is told of it."""
    own = f' id="c-{name}"' if name else ""
    told = _told(one, name) if name else ""
    return "".join(
        [
            f'<label class="pick"><input type="{kind}"{own} name="{escape(one.name)}" value="{escape(str(value))}"'
            f"{' checked' if chosen else ''}{told}><span>{escape(str(label))}</span></label>"
            for value, label, chosen in one.choices
        ]
    )


def _around(one: Control, name: str) -> str:
    """The hint and the error, which stand before what is filled in."""
    hint = f'<p class="hint" id="h-{name}">{escape(one.hint)}</p>' if one.hint else ""
    return hint + (f'<p class="oops" id="e-{name}">{escape(one.error)}</p>' if one.error else "")


def _told(one: Control, name: str) -> str:
    return _said(one, name) + (' aria-invalid="true"' if one.error else "")


def _said(one: Control, name: str) -> str:
    """Where its hint and its error are (WAI-ARIA 1.2, aria-describedby)."""
    places = [place for place, there in ((f"e-{name}", one.error), (f"h-{name}", one.hint)) if there]
    return f' aria-describedby="{" ".join(places)}"' if places else ""
