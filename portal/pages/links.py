"""Whether the addresses that a record gives answer, in words."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from catalogue.models import LinkCheck
from catalogue.prepared import Prepared
from portal.pages import words

GONE: Final = frozenset({404, 410})
CLOSED: Final = frozenset({401, 403, 407})


@dataclass(frozen=True)
class LinkState:
    text: str
    failing: bool = False


def states_of(record: uuid.UUID) -> dict[str, LinkState]:
    """By address; those of which there is nothing to say are left out. One query, whatever the number of files."""
    told = {link.address: _state(link) for link in _used_by(record)}
    return {address: state for address, state in told.items() if state}


_used_by = Prepared(lambda record: LinkCheck.objects.used_by(record).defer("digest"))


def _state(link: LinkCheck) -> LinkState | None:
    if link.status is None or link.checked_at is None or link.since is None:
        if not settings.BOUTURE_LINK_CHECKS:
            return None  # nobody looks, nobody will
        return LinkState(_("lien pas encore vérifié") + (_("\u00a0: ") + _(link.reason) if link.reason else ""))
    if link.answers:
        return LinkState(_("lien vérifié le %(day)s") % {"day": words.day(link.checked_at)})
    since = _("depuis le %(day)s") % {"day": words.day(link.since)}
    if not link.status:
        return LinkState(
            _("ne répond pas %(since)s\u00a0: %(reason)s")
            % {"since": since, "reason": _(link.reason) if link.reason else ""},
            failing=True,
        )
    return LinkState(f"{_failure(link.status)} ({link.status}) {since}", failing=True)


def _failure(status: int) -> str:
    if status in GONE:
        return _("introuvable")
    if status in CLOSED:
        return _("accès refusé")
    return _("en panne") if status >= 500 else _("répond par une erreur")
