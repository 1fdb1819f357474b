"""Publishing in the name of another body: an inter-municipality for its communes.

A mandate lets the records of one body say that another publishes them. It opens nothing of the other: neither its private
records nor its drafts, and it may be taken back at any time; what was published meanwhile stays as it was said.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue import auditing
from catalogue.auditing import Thing
from catalogue.dcat.terms import Values
from catalogue.errors import Refused
from catalogue.models import Mandate, Organisation, User, in_french
from catalogue.named import folded
from catalogue.permissions import Person, speaks_for

SELF: Final = gettext_noop("Une organisation publie déjà en son propre nom : choisissez-en une autre.")
NOT_HERE: Final = gettext_noop("Cette organisation ne travaille pas sur ce portail : choisissez-en une de la liste.")


def give(by: Organisation, on_behalf_of: Organisation, actor: User) -> bool:
    """Lets `by` publish in the name of the other; False when it did already. Raises Refused for itself, or a body that is but a name."""
    if by.pk == on_behalf_of.pk:
        raise Refused(_(SELF))
    if not by.tenant:
        raise Refused(_(NOT_HERE))
    with transaction.atomic():
        told = {"given_by": actor, "given_at": timezone.now()}
        __, new = Mandate.objects.get_or_create(by=by, on_behalf_of=on_behalf_of, defaults=told)
        if new:
            auditing.tell(actor, "mandate.give", Thing.organisation(on_behalf_of), after={"by": by.name})
    return new


def take_back(by: Organisation, on_behalf_of: Organisation, actor: User) -> bool:
    """False when there was none."""
    with transaction.atomic():
        gone, __ = Mandate.objects.filter(by=by, on_behalf_of=on_behalf_of).delete()
        if gone:
            auditing.tell(actor, "mandate.take", Thing.organisation(on_behalf_of), before={"by": by.name})
    return bool(gone)


def names_for(body: Organisation) -> list[Organisation]:
    """The bodies in whose name this one may publish."""
    return list(Organisation.objects.filter(mandated__by=body).order_by("name"))


def not_spoken_for(person: Person, body: Organisation, agent: Values) -> Iterator[Organisation]:
    """The bodies that work here, that this publisher of a record of `body` names, and for which this person does not speak."""
    bodies = Organisation.objects.filter(tenant=True).exclude(pk=body.pk)
    for other in bodies.known_as(folded(in_french(agent.get("name", {}))), agent.get("uri", "")) if agent else ():
        if not speaks_for(person, body, other):
            yield other
