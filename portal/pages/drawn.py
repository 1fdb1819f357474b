"""The parts that a page repeats by dozens, written without the template engine, which takes ten times as long.

What people read is escaped here as it is there, and in their language.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from catalogue.models import language_of
from portal.pages import words

if TYPE_CHECKING:
    from catalogue.search.contract import Fragment
    from portal.pages.choosing import Choice
    from portal.pages.rows import Row

CURRENT: Final = ' aria-current="true"'


@lru_cache(maxsize=200)
def icon(name: str, small: str = "") -> SafeString:
    """One drawing of `icones.svg`, beside a word that says the same. One cached file serves every page.

    Its size is that of the text; without the style sheet a drawing without a width would fill the window.
    """
    return format_html(
        '<svg class="i{}" viewBox="0 0 24 24" width="20" height="20" aria-hidden="true"><use href="{}#{}"/></svg>',
        " s" if small else "",
        static("icones.svg"),
        name,
    )


def spoken(texts: object) -> SafeString:
    """The attribute of an element that says what a record says, where that is not the language of its page (WCAG 2.2, 3.1.2)."""
    said = language_of(texts) if isinstance(texts, dict) else ""
    return format_html(' lang="{}"', said) if said and said != get_language() else SafeString("")


def choices(found: Iterable[Choice]) -> SafeString:
    """Values of a facet, an `li` each: the name, and how many results have it."""
    lines = []
    leaves = conditional_escape(_("(choisi\N{NO-BREAK SPACE}: ôter)"))
    taken = f' {icon("oter", "s")}<span class="vh"> {leaves}</span>'
    for one in found:
        hanging = f' class="{one.indent}"' if one.indent else ""
        many = conditional_escape(ngettext("résultat", "résultats", one.count))
        lines.append(
            f'<li{hanging}><a href="{conditional_escape(one.address)}" rel="nofollow"{CURRENT if one.chosen else ""}>'
            f"<span>{conditional_escape(one.name)}{taken if one.chosen else ''}</span>"
            f'<span><span class="vh">, </span>{words.number(one.count)}<span class="vh"> {many}</span></span></a></li>'
        )
    return mark_safe("".join(lines))  # noqa: S308 - escaped piece by piece


def marked(fragments: Iterable[Fragment]) -> SafeString:
    """A text in which what answers a question stands out."""
    parts = (
        f"<mark>{conditional_escape(text)}</mark>" if match else conditional_escape(text) for text, match in fragments
    )
    return mark_safe("".join(parts))  # noqa: S308 - escaped piece by piece


def meta(row: Row, own: object = False) -> SafeString:
    """The line under a dataset's title: who, when, which files, by which licence. `own`: the page has said who."""
    parts = []
    if row.private:
        parts.append(f'<span class="state warn">{icon("cadenas", "s")}{conditional_escape(_("privé"))}</span>')
    if row.publisher and not own:
        parts.append(f"<span>{icon('organisation', 's')}<bdi>{conditional_escape(row.publisher)}</bdi></span>")
    updated = _("mis à jour le %(day)s") % {"day": row.updated}
    parts.append(f"<span>{icon('horloge', 's')}{conditional_escape(updated)}</span>")
    if row.formats:
        parts.append(f"<span>{icon('fichier', 's')}{conditional_escape(row.formats)}</span>")
    parts.append(f"<span>{conditional_escape(row.licence or _('licence non indiquée'))}</span>")
    return mark_safe(f'<p class="meta">{"".join(parts)}</p>')  # noqa: S308 - escaped piece by piece
