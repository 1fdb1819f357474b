"""What the law asks a portal to say of itself: judged, kept and told; the only writer of `Notice`.

LCEN (loi 2004-575), article 1-1: who publishes, who directs the publication, who hosts. RGAA 4.1.2: the state of conformity, declared
only after an audit: all criteria met, half of them at least, or fewer. RGPD, article 13: whom to write to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import date
from typing import Final

from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue import auditing
from catalogue.dcat.literals import CONTROL, hides
from catalogue.errors import Conflict, Faulty
from catalogue.locks import lock
from catalogue.models import Notice, User

State = Notice.State
KEPT, KEY = 60, "notices:declared"  # seconds that another process may go on as it was; where the state is remembered
LONGEST: Final = 10_000  # characters of what is not accessible
MOVED: Final = gettext_noop("Quelqu’un d’autre a changé ces mentions entre-temps.")
UNDECLARED: Final = gettext_noop("audit non réalisé")
# Criteria met, in a hundred, by what may be declared of them.
RATES: Final = {State.WHOLE: (100, 100), State.PART: (50, 99), State.NONE: (0, 49)}
ISO: Final = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
MAILS: Final = ("email", "officer")
HIDDEN: Final = gettext_noop("Des caractères invisibles se sont glissés ici : retapez ce texte au lieu de le coller.")


class NoticesRefused(Faulty):
    """Notices that may not be kept so."""


@dataclass(frozen=True)
class Said:
    """As it is typed: a date is ISO 8601, a rate its digits; empty is not said."""

    publisher: str = ""
    siren: str = ""
    address: str = ""
    phone: str = ""
    email: str = ""
    director: str = ""
    host_name: str = ""
    host_address: str = ""
    host_phone: str = ""
    officer: str = ""
    state: str = ""
    audited_on: str = ""
    audited_by: str = ""
    rate: str = ""
    unmet: str = ""


def current() -> tuple[Said, int]:
    """What is said, and its version: 0 while nobody said anything. One query."""
    row = Notice.objects.first()
    return (_of(row), row.version) if row else (Said(), 0)


def accessibility() -> str:
    """The state of conformity, as the foot of each page says it; at most one query in KEPT seconds."""
    found: str | None = cache.get(KEY)
    if found is None:
        row = Notice.objects.only("state").first()
        found = row.state if row else ""
        cache.set(KEY, found, KEPT)
    return str(State(found).label) if found else _(UNDECLARED)


def keep(said: Said, actor: User | None = None, before: int | None = None) -> None:
    """`before`: the version that the writer read. Raises NoticesRefused, and Conflict when somebody kept another since."""
    wanted = checked(said)
    with transaction.atomic(), auditing.together():
        lock(Notice)
        row = Notice.objects.first() or Notice()
        if before is not None and before != row.version:
            raise Conflict(_(MOVED))
        old = _of(row)
        if old == wanted:
            return
        typed = {name: text for name, text in asdict(wanted).items() if name not in ("audited_on", "rate")}
        for name, text in typed.items():
            setattr(row, name, text)
        row.audited_on = date.fromisoformat(wanted.audited_on) if wanted.audited_on else None
        row.rate = int(wanted.rate) if wanted.rate else None
        row.version += 1
        row.save()
        was, now = auditing.differing(asdict(old), asdict(wanted))
        auditing.tell(actor, "notices.change", auditing.Thing.instance("notices", str(row)), before=was, after=now)
    cache.delete(KEY)


def checked(said: Said) -> Said:
    """In the form that is kept. Raises NoticesRefused."""
    plain = {name: " ".join(text.split()) for name, text in asdict(said).items()}
    plain["unmet"] = said.unmet.replace("\r\n", "\n").replace("\r", "\n").strip()
    plain["siren"] = plain["siren"].replace(" ", "")
    faults: dict[str, str] = {}
    for name, fault in (*_of_texts(plain), *_of_audit(plain)):
        faults.setdefault(name, fault)
    if faults:
        raise NoticesRefused(faults)
    return Said(**plain)


def _of(row: Notice) -> Said:
    plain = {each.name: getattr(row, each.name) for each in fields(Said)}
    day, rate = plain["audited_on"], plain["rate"]
    return Said(**plain | {"audited_on": day.isoformat() if day else "", "rate": "" if rate is None else str(rate)})


def _of_texts(said: dict[str, str]) -> Iterator[tuple[str, str]]:
    for name, text in said.items():
        longest = getattr(Notice._meta.get_field(name), "max_length", None) or LONGEST
        if len(text) > longest:
            yield name, _("C’est trop long : %(count)s signes au plus.") % {"count": longest}
        elif CONTROL.search(text) if name == "unmet" else hides(text):
            yield name, _(HIDDEN)
    if said["siren"] and not (said["siren"].isascii() and said["siren"].isdecimal() and len(said["siren"]) == 9):
        yield "siren", _("Un SIREN a neuf chiffres, par exemple 219900011.")
    for name in MAILS:
        try:
            validate_email(said[name] or "vide@exemple.fr")
        except ValidationError:
            yield name, _("Ce n’est pas une adresse électronique. Écrivez-la ainsi : donnees@ville.fr.")


def _of_audit(said: dict[str, str]) -> Iterator[tuple[str, str]]:
    """A state is that of an audit, which has a date; a rate is one that this state allows."""
    state, day, rate = said["state"], said["audited_on"], said["rate"]
    if state not in ("", *State.values):
        yield "state", _("Choisissez un état de la liste.")
        return
    if not state:
        if day or rate:
            yield "state", _("Dites ce que cet audit a trouvé, ou ôtez sa date et son taux.")
        return
    yield from _of_day(day)
    least, most = RATES[State(state)]
    known = int(rate) if rate.isascii() and rate.isdecimal() and len(rate) < 4 else None
    if known is None and (rate or state != State.NONE):
        yield "rate", _("Donnez la part des critères respectés, de 0 à 100, que dit le rapport d’audit.")
    elif known is not None and not least <= known <= most:
        told = (
            _("« %(state)s » se dit d’un taux de %(least)s à %(most)s. Vérifiez l’un ou l’autre.")
            if least < most
            else _("« %(state)s » se dit d’un taux de %(most)s. Vérifiez l’un ou l’autre.")
        )
        yield "rate", told % {"state": State(state).label, "least": least, "most": most}


def _of_day(text: str) -> Iterator[tuple[str, str]]:
    try:
        day = date.fromisoformat(text) if ISO.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        yield "audited_on", _("Donnez la date de l’audit : un état ne se déclare qu’après lui.")
    elif day > timezone.localdate():
        yield "audited_on", _("Cette date n’est pas encore venue. Donnez celle du rapport d’audit.")
