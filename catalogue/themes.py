"""The European themes as a territory shows them: named, ordered, explained or left out; the only writer of `ShownTheme`.

Records keep the themes of the vocabulary: what is decided here changes pages that list them, never data.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from django.conf import settings
from django.core.cache import cache
from django.db import transaction
from django.utils.translation import get_language, gettext_noop, override
from django.utils.translation import gettext as _

from catalogue import auditing
from catalogue.dcat.literals import hides
from catalogue.errors import Conflict, Faulty
from catalogue.locks import lock
from catalogue.models import Concept, ShownTheme, User
from catalogue.pages import LAST

VOCABULARY: Final = "data-theme"
PROVISIONAL: Final = "OP_DATPRO"  # a note of the EU's Publications Office to itself, in several of its tables
KEPT, SAID = 60, "themes:said"  # seconds that another process may go on as it was; where it is remembered
NAMES: Final = "themes:names"
LONGEST_LABEL, LONGEST_TEXT = 60, 160  # characters
MOVED: Final = gettext_noop("Quelqu’un d’autre a changé les thèmes entre-temps.")


@dataclass(frozen=True)
class Choice:
    """What is decided of one theme. `label` "": that of the vocabulary."""

    label: str = ""
    text: str = ""
    place: int = 100
    shown: bool = True

    def __str__(self) -> str:
        label = self.label or _("sous son nom européen")
        name = f"{label} ({self.text})" if self.text else label
        said = _("rang %(place)s, %(name)s") if self.shown else _("rang %(place)s, %(name)s, caché")
        return said % {"place": self.place, "name": name}


class ThemesRefused(Faulty):
    """`faults`: by address of the theme."""


def known() -> dict[str, str]:
    """The names of the vocabulary in the reader's language by address, in the order of its codes."""
    language = get_language() or settings.LANGUAGE_CODE
    rows = Concept.objects.of(VOCABULARY).usable().exclude(code=PROVISIONAL).order_by("code")
    return {row.uri: row.label(language) for row in rows}


def names() -> dict[str, str]:
    """What is `known`, for pages: at most one query in KEPT seconds; a vocabulary that is still to be loaded is asked again."""
    key = f"{NAMES}:{get_language()}"
    found: dict[str, str] | None = cache.get(key)
    if not found:
        found = known()
        cache.set(key, found, KEPT)
    return found


def code_of(uri: str) -> str:
    return uri.rstrip("/").rpartition("/")[2]


def current() -> dict[str, Choice]:
    """What was decided, by address, in the order in which it is shown."""
    return {row.uri: _choice(row) for row in ShownTheme.objects.order_by("place", "uri")}


def said() -> dict[str, Choice]:
    """The same for pages: at most one query in KEPT seconds."""
    found: dict[str, Choice] | None = cache.get(SAID)
    if found is None:
        found = current()
        cache.set(SAID, found, KEPT)
    return found


def arranged(
    values: Sequence[tuple[str, int]], choices: Mapping[str, Choice], chosen: Sequence[str] = ()
) -> list[tuple[str, int]]:
    """Addresses with their counts, as the territory orders them; those of which nothing was decided follow, as they came.

    What it leaves out stays when it is `chosen`: who came by an address must be able to leave it.
    """
    kept = [pair for pair in values if pair[0] in chosen or pair[0] not in choices or choices[pair[0]].shown]
    return sorted(kept, key=lambda pair: choices[pair[0]].place if pair[0] in choices else LAST + 1)


def mark(choices: Mapping[str, Choice]) -> str:
    """Tells one table from another: what a page gives with what it shows."""
    return hashlib.blake2b(repr(sorted(choices.items())).encode(), digest_size=12).hexdigest()


def checked(choices: Mapping[str, Choice]) -> dict[str, Choice]:
    """In the form that is kept. Raises ThemesRefused."""
    found = {
        uri: Choice(" ".join(one.label.split()), " ".join(one.text.split()), one.place, one.shown)
        for uri, one in choices.items()
    }
    if faults := {uri: fault for uri, one in found.items() if (fault := _fault(one))}:
        raise ThemesRefused(faults)
    return found


def keep(choices: Mapping[str, Choice], actor: User | None = None, before: str | None = None) -> None:
    """These decisions and no others. `before`: the mark of those that the writer read.

    Raises ThemesRefused, and Conflict when somebody else decided otherwise since.
    """
    wanted = checked(choices)
    usual = known()
    if unknown := [uri for uri in wanted if uri not in usual]:
        raise ThemesRefused(
            {uri: _("« %(code)s » n’est pas un thème européen.") % {"code": code_of(uri)} for uri in unknown}
        )
    with transaction.atomic(), auditing.together():
        lock(ShownTheme)
        old = current()
        if before is not None and before != mark(old):
            raise Conflict(_(MOVED))
        ShownTheme.objects.exclude(uri__in=wanted).delete()
        for uri, one in wanted.items():
            if old.get(uri) != one:
                ShownTheme.objects.update_or_create(uri=uri, defaults=asdict(one))
        was, now = auditing.differing(_told(old), _told(wanted))
        if was or now:
            auditing.tell(
                actor, "themes.change", auditing.Thing.instance("themes", "Thèmes du portail"), before=was, after=now
            )
    cache.delete(SAID)


def _told(choices: Mapping[str, Choice]) -> dict[str, Any]:
    with override(settings.LANGUAGE_CODE):  # of what is kept
        return {code_of(uri): str(one) for uri, one in choices.items()}


def _choice(row: ShownTheme) -> Choice:
    return Choice(row.label, row.text, row.place, row.shown)


def _fault(one: Choice) -> str:
    if len(one.label) > LONGEST_LABEL:
        return _("Ce nom est trop long : %(count)s signes au plus.") % {"count": LONGEST_LABEL}
    if len(one.text) > LONGEST_TEXT:
        return _("Ce texte est trop long : %(count)s signes au plus.") % {"count": LONGEST_TEXT}
    if hides(one.label + one.text):
        return _("Des caractères invisibles se sont glissés ici : retapez-le au lieu de le coller.")
    return "" if 0 <= one.place <= LAST else _("Le rang est un nombre de 0 à %(most)s.") % {"most": LAST}
