"""The pages that people of the territory write, kept and told: the only writers of `Page`.

Whatever shows them follows from a line of the log: the index takes a page in, or leaves it out at once when it is hidden.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from typing import Final

from django.core.cache import cache
from django.db import IntegrityError
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue import auditing, log
from catalogue.dcat.literals import CONTROL, hides
from catalogue.errors import Conflict, Faulty
from catalogue.models import Change, Page, User

FACT: Final = "page"  # field of the lines of the log, and their type
LONGEST: Final = 60_000  # characters of a text; a page shows no more
LONGEST_TITLE: Final = 120
LONGEST_SLUG: Final = 60
LAST: Final = 999  # of the places in the foot
MOST: Final = 50  # pages in the foot
SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
KEPT: Final = 60  # seconds that another process may go on showing the foot as it was
FOOT: Final = "pages:foot"
RESERVED: Final = frozenset({"nouvelle"})  # addresses under that of pages which are others' (`portal.urls`)
MOVED: Final = gettext_noop("Quelqu’un d’autre a enregistré cette page entre-temps.")


class PageRefused(Faulty):
    """A page that may not be kept so."""


@dataclass(frozen=True)
class Written:
    """What a page says, as somebody wrote it."""

    title: str = ""
    slug: str = ""  # of a new page; empty: made of the title
    body: str = ""
    place: int = 100
    published: bool = False

    @classmethod
    def of(cls, page: Page) -> Written:
        return cls(page.title, page.slug, page.body, page.place, page.published)


@dataclass
class Checked:
    """In the form that is kept, and what is wrong with it by field."""

    said: Written
    faults: dict[str, str] = field(default_factory=dict)


def checked(said: Written) -> Checked:
    """What holds of any page, whether there are others or none."""
    title = " ".join(said.title.split())
    slug = said.slug.strip() or slugify(title)[:LONGEST_SLUG].strip("-")
    body = said.body.replace("\r\n", "\n").replace("\r", "\n").strip()
    found = Checked(Written(title, slug, body, said.place, said.published))
    for name, fault in (*_of_title(title), *_of_slug(slug, said.slug.strip(), title), *_of_body(body, said.published)):
        found.faults.setdefault(name, fault)
    if not 0 <= said.place <= LAST:
        found.faults["place"] = _("Le rang est un nombre de 0 à %(most)s.") % {"most": LAST}
    return found


def keep(page: Page | None, said: Written, actor: User | None = None, before: int | None = None) -> Page:
    """A new page, or another text of this one, whose address stays. `before`: the version that the writer read.

    Raises PageRefused, and Conflict when somebody else kept another version since.
    """
    found = checked(said if page is None else Written(**asdict(said) | {"slug": page.slug}))
    if page is None and Page.objects.filter(slug=found.said.slug).exists():
        found.faults.setdefault("slug", _("Une page a déjà cette adresse. Donnez-en une autre."))
    if found.faults:
        raise PageRefused(found.faults)
    try:
        with log.transaction(actor) as entries:
            row = _locked(page, before) if page is not None else Page(slug=found.said.slug, version=0)
            old = Written.of(row) if page is not None else None
            if old == found.said:
                return row
            row.title, row.body, row.place = found.said.title, found.said.body, found.said.place
            row.published, row.version = found.said.published, row.version + 1
            row.save(force_insert=page is None)
            hides = bool(old and old.published and not row.published)
            entries.append(_line(row, Change.Verb.UPDATE if old else Change.Verb.CREATE, hides))
            _tell(actor, "page.change" if old else "page.create", row, old, found.said)
    except IntegrityError as error:  # two pages of one address at once
        raise PageRefused({"slug": _("Une page a déjà cette adresse. Donnez-en une autre.")}) from error
    cache.delete(FOOT)
    return row


def remove(page: Page, actor: User | None = None, before: int | None = None) -> None:
    """Its text stays in the audit trail. Raises Conflict."""
    with log.transaction(actor) as entries:
        row = _locked(page, before)
        entries.append(_line(row, Change.Verb.WITHDRAW, row.published))
        _tell(actor, "page.remove", row, Written.of(row), None)
        row.delete()
    cache.delete(FOOT)


def foot() -> tuple[tuple[str, str], ...]:
    """Slugs and titles of the published pages, as the foot of each page lists them; at most one query in KEPT seconds."""
    found: tuple[tuple[str, str], ...] | None = cache.get(FOOT)
    if found is None:
        found = tuple(Page.objects.published().in_order().values_list("slug", "title")[:MOST])
        cache.set(FOOT, found, KEPT)
    return found


def _locked(page: Page, before: int | None) -> Page:
    row = Page.objects.select_for_update().filter(pk=page.pk).first()
    if row is None or (before is not None and row.version != before):
        raise Conflict(_(MOVED))
    return row


def _line(page: Page, verb: Change.Verb, restricts: bool) -> log.Entry:
    return log.Entry(verb, page.pk, FACT, Change.Kind.DERIVED, restricts, (FACT,))


def _tell(actor: User | None, action: str, page: Page, old: Written | None, new: Written | None) -> None:
    before, after = auditing.differing(asdict(old) if old else {}, asdict(new) if new else {})
    auditing.tell(actor, action, auditing.Thing("page", str(page.pk), str(page)), before=before, after=after)


def _of_title(title: str) -> Iterator[tuple[str, str]]:
    if not title:
        yield "title", _("Donnez un titre à cette page.")
    elif len(title) > LONGEST_TITLE:
        yield "title", _("Ce titre est trop long : %(count)s signes au plus.") % {"count": LONGEST_TITLE}
    elif hides(title):
        yield "title", _("Des caractères invisibles se sont glissés dans ce titre : retapez-le au lieu de le coller.")


def _of_slug(slug: str, typed: str, title: str) -> Iterator[tuple[str, str]]:
    if not slug and title:
        yield "slug", _("Donnez une adresse à cette page, en lettres sans accent : mentions-legales.")
    elif typed and (not SLUG.fullmatch(slug) or len(slug) > LONGEST_SLUG):
        said = _(
            "Une adresse est faite de minuscules sans accent, de chiffres et de tirets, %(count)s au plus : mentions-legales."
        )
        yield "slug", said % {"count": LONGEST_SLUG}
    elif slug in RESERVED:
        yield (
            "slug",
            _("« %(slug)s » est déjà l’adresse d’une page de ce logiciel. Donnez-en une autre.") % {"slug": slug},
        )


def _of_body(body: str, published: bool) -> Iterator[tuple[str, str]]:
    if len(body) > LONGEST:
        yield (
            "body",
            _("Ce texte a %(count)s signes, et une page en montre %(most)s au plus. Faites-en plusieurs pages.")
            % {"count": len(body), "most": LONGEST},
        )
    elif CONTROL.search(body):
        yield "body", _("Des caractères invisibles se sont glissés dans ce texte : retapez-le au lieu de le coller.")
    elif published and not body:
        yield "body", _("Une page publiée a un texte. Écrivez-le, ou gardez la page en brouillon.")
