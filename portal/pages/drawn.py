"""The parts that a page repeats by dozens, written without the template engine, which takes ten times as long.

What people read is escaped here as it is there, and in their language.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from html import escape
from typing import TYPE_CHECKING, Final

from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from catalogue.models import language_of
from portal.pages import words

if TYPE_CHECKING:
    from catalogue.search.contract import Fragment
    from portal.pages.choosing import Choice, Choices
    from portal.pages.files import File
    from portal.pages.lines import Line
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
    return SafeString(f' lang="{escape(said)}"' if said and said != get_language() else "")


def facets(found: Iterable[Choices]) -> SafeString:
    """The facets of a search, a `section` each, the values beyond the first ones folded."""
    parts = []
    for one in found:
        title = escape(one.title)
        parts.append(f'\n<section class="facet" aria-label="{title}"><h2>{title}</h2><ul>{choices(one.first)}</ul>')
        if one.more:
            more = escape(_("%(n)s de plus") % {"n": len(one.more)})
            parts.append(f'<details class="fold"><summary>{more}</summary><ul>{choices(one.more)}</ul></details>')
        parts.append("</section>")
    return SafeString("".join(parts))


def choices(found: Iterable[Choice]) -> SafeString:
    """Values of a facet, an `li` each: the name, and how many results have it."""
    language = get_language() or ""
    return SafeString("".join([_choice(one) + _many(one.count, language) for one in found]))


def _choice(one: Choice) -> str:
    hanging = f' class="{one.indent}"' if one.indent else ""
    taken = ""
    if one.chosen:
        leaves = escape(_("(choisi\N{NO-BREAK SPACE}: ôter)"))
        taken = f' {icon("oter", "s")}<span class="vh"> {leaves}</span>'
    return (
        f'<li{hanging}><a href="{escape(one.address)}" rel="nofollow"{CURRENT if one.chosen else ""}>'
        f"<span>{escape(one.name)}{taken}</span>"
    )


@lru_cache(maxsize=2_000)
def _many(count: int, _language: str) -> str:
    many = escape(ngettext("résultat", "résultats", count))
    return f'<span><span class="vh">, </span>{words.number(count)}<span class="vh"> {many}</span></span></a></li>'


def marked(fragments: Iterable[Fragment]) -> SafeString:
    """A text in which what answers a question stands out."""
    parts = [f"<mark>{escape(text)}</mark>" if match else escape(text) for text, match in fragments]
    return SafeString("".join(parts))


def hits(lines: Iterable[Line]) -> SafeString:
    """What was found, line by line."""
    return SafeString("".join([f"\n{hit(line)}" for line in lines]))


def hit(line: Line, mark: str = "") -> SafeString:
    """What was found, as an `li` of the list. `mark`: the letter that it has on a map."""
    thing, row, key = line.thing, line.thing.row, escape(line.id)
    parts = [f'<li class="hit" id="r-{key}" data-of="{key}">']
    if mark:
        there = escape(_("Sur la carte,"))
        parts.append(f'<p class="letter"><a href="#m-{mark}"><span class="vh">{there} </span>{escape(mark)}</a></p>')
    of_title, of_text = row.spoken if row else ("", "")
    parts.append(f'<h2><a href="{escape(thing.address)}"><bdi{of_title}>{marked(line.title)}</bdi></a></h2>')
    if line.extract:
        parts.append(f'<p dir="auto"{of_text}>{marked(line.extract)}</p>')
    if thing.answer:
        answer = {"answer": thing.answer}
        parts += (render_to_string(f"parts/answer_{part}.html", answer) for part in ("value", "source"))
    return SafeString("".join([*parts, "\n", row.meta if row else about(line), "</li>\n"]))


def about(line: Line) -> SafeString:
    """The line under the title of what is no dataset: its kind, then what tells it from others."""
    parts = [f'<span class="tag">{escape(line.kind_name)}</span>']
    if line.thing.private:
        parts.insert(0, _closed())
    parts += (
        f"<span>{icon(name, 's') if name else ''}{escape(text)}</span>" for name, text in line.thing.facts if text
    )
    return SafeString(f'<p class="meta">{"".join(parts)}</p>\n')


def meta(row: Row, own: object = False) -> SafeString:
    """The line under a dataset's title: who, when, which files, by which licence. `own`: the page has said who."""
    parts = [_closed()] if row.private else []
    if row.publisher and not own:
        parts.append(f"<span>{icon('organisation', 's')}<bdi>{escape(row.publisher)}</bdi></span>")
    parts.append(_updated(row.updated, get_language()))
    if row.formats:
        parts.append(f"<span>{icon('fichier', 's')}{escape(row.formats)}</span>")
    parts.append(f"<span>{escape(row.licence or _('licence non indiquée'))}</span>")
    return SafeString(f'<p class="meta">{"".join(parts)}</p>')


@lru_cache(maxsize=2_000)
def _updated(day: str, _language: str | None) -> str:
    return f"<span>{icon('horloge', 's')}{escape(_('mis à jour le %(day)s') % {'day': day})}</span>"


def _closed() -> str:
    return f'<span class="state warn">{icon("cadenas", "s")}{escape(_("privé"))}</span>'


def files(found: Iterable[File], mixed: object = False) -> SafeString:
    """Files of a dataset, an `li` each. `mixed`: their licences differ, and each says its own."""
    return SafeString("".join([_file(one, mixed) for one in found]))


def _file(one: File, mixed: object) -> str:
    name, away = f"<bdi>{escape(one.name)}</bdi>", f'href="{escape(one.address)}" rel="nofollow noopener"'
    title = f"<a {away}>{name}</a>" if one.address else f"<b>{name}</b>"
    return (
        f'<li class="file"><span class="kind">{escape(one.badge)}</span><div class="what">{title}'
        f"{''.join(_told(one, mixed))}</div>{_acts(one, away)}</li>"
    )


def _told(one: File, mixed: object) -> Iterator[str]:
    table = one.table
    told = [", ".join(one.facts), one.about, capfirst(one.local)]
    if mixed:
        told.append(one.licence or _("Licence non indiquée"))
    if one.link and not one.link.failing:
        told.append(capfirst(one.link.text))
    yield from (f"<span>{escape(text)}</span>" for text in told if text)
    if one.link and one.link.failing:
        yield _warned(one.link.text)
    if table:
        yield from (f"<span>{escape(text)}</span>" for text in (", ".join(table.facts), words.tied(table.news)) if text)
        if table.state:
            yield _warned(table.state)
    if not one.address and not one.closed:
        yield f"<span>{escape(_('La fiche ne donne pas d’adresse que l’on puisse suivre.'))}</span>"


def _warned(text: str) -> str:
    return f'<span class="state warn">{icon("attention", "s")}{escape(capfirst(text))}</span>'


def _acts(one: File, away: str) -> str:
    """Its rows, and the file itself."""
    name, parts = escape(one.name), list[str]()
    if one.table and one.table.address:
        inside = _('Regarder dedans<span class="vh">\N{NO-BREAK SPACE}: %(name)s</span>') % {"name": name}
        parts.append(f'<a class="b small" href="{escape(one.table.address)}">{inside}</a>')
    if one.address:
        download, go, colon = escape(_("Télécharger")), escape(_("Y aller")), escape(_("\N{NO-BREAK SPACE}: "))
        act = f"{icon('telecharger', 's')}{download}" if one.direct else f"{go}{icon('suite', 's')}"
        parts.append(f'<a class="b small" {away}>{act}<span class="vh">{colon}{name}</span></a>')
    return f'<div class="acts">{"".join(parts)}</div>' if parts else ""
