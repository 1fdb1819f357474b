"""Where a body asks that a second person reads before anything is published: nobody publishes there alone, by whatever door."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue.errors import Refused
from catalogue.models import Organisation, User

if TYPE_CHECKING:
    from catalogue.publishing import Draft

ALONE: Final = gettext_noop(
    "{body} demande qu’une deuxième personne relise avant de publier. Écrivez un brouillon, ou proposez le changement "
    "depuis la page de la fiche : une autre personne qui publie pour {body} y répondra."
)


def refuse_alone(drafts: Sequence[Draft], actor: User | None) -> None:
    """Raises Refused for what a person writes in such a body, unless it is a draft, was read, or is said by a source."""
    if actor is None:
        return
    owners = {draft.owner for draft in drafts if not (draft.kept or draft.read or draft.harvested)}
    body = Organisation.objects.filter(pk__in=owners, reviewed=True).first() if owners else None
    if body is not None:
        raise Refused(_(ALONE).format(body=body))
