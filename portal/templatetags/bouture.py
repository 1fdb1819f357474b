"""The few tags of our templates. None of them asks the base."""

from functools import lru_cache

from django import template
from django.template.base import Parser, Token
from django.template.context import Context
from django.template.defaulttags import URLNode, url
from django.templatetags.static import static
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from catalogue import belonging
from portal import languages
from portal.folding import same
from portal.pages import drawn, drawn_controls, words
from portal.paths import path

register = template.Library()
register.filter("day", words.day)
register.filter("moment", words.moment)
register.filter("short_day", words.short_day)
register.filter("said_date", words.said_date)
register.filter("number", words.number)
register.filter("size", words.size)
register.filter("tied", words.tied)
register.filter("in_words", languages.said)
register.filter("whose", belonging.whose)
register.simple_tag(drawn.about)
register.simple_tag(drawn.facets)
register.simple_tag(drawn.hit)
register.simple_tag(drawn.hits)
register.simple_tag(same(drawn.icon), name="icon")
register.simple_tag(drawn.choices)
register.simple_tag(drawn.files)
register.simple_tag(drawn_controls.controls)
register.simple_tag(drawn.marked)
register.simple_tag(drawn.meta)
register.simple_tag(drawn.spoken)


@register.simple_tag
@same
def mark() -> SafeString:
    """The plant."""
    return format_html(
        '<svg viewBox="0 0 32 32" width="32" height="32" aria-hidden="true"><use href="{}#mark"/></svg>',
        static("icones.svg"),
    )


class Address(URLNode):
    """Django's `url`, which looks a name without arguments up once a process: the frame of a page alone has fifty."""

    def render(self, context: Context) -> str:
        if self.args or self.kwargs or self.asvar:
            return super().render(context)
        return _escaped(path(self.view_name.resolve(context)))


@lru_cache(maxsize=500)
def _escaped(path: str) -> SafeString:
    return conditional_escape(path)


@register.tag("url")
def address(parser: Parser, token: Token) -> Address:
    node = url(parser, token)
    return Address(node.view_name, node.args, node.kwargs, node.asvar)
