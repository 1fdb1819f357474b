"""The few tags of our templates. None of them asks the base."""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catalogue import belonging
from portal import languages
from portal.folding import same
from portal.pages import drawn, drawn_controls, words

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
