"""Following a source that somebody adds from a page, ceasing to, and following it again.

What a page adds is a public address on the web, on trial until its first rehearsal was seen; who has a shell on the server
may also name files and private hosts (`harvesters.registry`). Ceasing deletes nothing but a source on trial, which never
published anything: runs, records and what links them stay. Followed again, a source is read whole, and each record that
it still gives is itself again.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue.log import takeable
from catalogue.models import Organisation, User
from harvesters import schedule
from harvesters.http.guard import is_public, private, spelt
from harvesters.keeping import Keeping
from harvesters.models import HarvestPage, HarvestSource
from harvesters.options import Options, Wrong, option
from harvesters.registry import BadSource, home_territory, host_of, key_of
from harvesters.telling import tell_followed

PORTS: Final = {"http": 80, "https": 443}
EXAMPLE: Final = gettext_noop("Exemple : https://donnees.ville.fr/catalogue.ttl.")


class Followed(BadSource):
    """The address is that of `source`."""

    def __init__(self, source: HarvestSource) -> None:
        super().__init__(_("Cette adresse est déjà suivie sur ce portail."))
        self.source = source


def web_address(text: str) -> str:
    """The key of a source on the web, as everybody would write it. Raises Wrong; asks nobody, not even for a name."""
    text = text.strip()
    parts = _web(text)
    if parts is None:
        told = _(
            "L’adresse commence par http:// ou https://. %(example)s Un fichier du serveur s’ajoute depuis le serveur, avec « manage.py harvest »."
        )
        raise Wrong(told % {"example": _(EXAMPLE)})
    if not text.isprintable() or " " in text:
        raise Wrong(_("Une adresse n’a ni espace ni caractère invisible. %(example)s") % {"example": _(EXAMPLE)})
    if "@" in parts.netloc:
        raise Wrong(
            _(
                "Cette adresse contient un compte, que d’autres personnes liraient ici. Retirez-le : une source se lit sans "
                "mot de passe."
            )
        )
    try:
        key = key_of(_plain(parts))
    except BadSource as error:
        raise Wrong(str(error)) from error
    _not_private(key)
    return key


def _web(text: str) -> SplitResult | None:
    """None for what is no web address."""
    try:
        parts = urlsplit(text)
        fine = parts.scheme in PORTS and bool(parts.hostname) and parts.port != 0
        str(parts.hostname).encode("idna")
    except ValueError:  # half of an IPv6 address, a port beyond 65535, a label of a hundred letters
        return None
    return parts if fine else None


def _plain(parts: SplitResult) -> str:
    """Without what changes nothing: case of the host, a port that the scheme says, what stands after #."""
    host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else str(parts.hostname)
    port = f":{parts.port}" if parts.port and parts.port != PORTS[parts.scheme] else ""
    return parts._replace(netloc=host + port, fragment="").geturl()


def _not_private(key: str) -> None:
    host, _, port = host_of(key).rpartition(":")
    address = spelt(host)
    inside = not is_public(address) if address else "." not in host
    if inside and host_of(key) not in settings.BOUTURE_PRIVATE_HOSTS:
        raise Wrong(private(host, int(port)).message)


def _check(text: str) -> None:
    web_address(text)


@dataclass(frozen=True)
class Address(Options):
    """What a person types to add a source."""

    address: str = option(
        "",
        gettext_noop("adresse"),
        gettext_noop("Celle du portail, du service ou du catalogue à suivre, sur le web."),
        most=2000,
        check=_check,
    )


def same(key: str) -> HarvestSource | None:
    """The source already followed at this address, however it is written: http or https, a slash at its end, an account."""
    rest = key.partition("://")[2].rstrip("/")
    spelt_so = [f"{scheme}://{rest}{slash}" for scheme in PORTS for slash in ("", "/")]
    found = HarvestSource.objects.filter(key__in=spelt_so).order_by("pk").first()
    return found or HarvestSource.objects.filter(key__endswith=f"@{rest}").first()


def follow(
    address: str, owner: Organisation, keeping: Keeping, kind: str = "", actor: User | None = None
) -> HarvestSource:
    """A source on trial, whose first rehearsal is asked for. Raises Wrong, Followed, BadOption."""
    key = web_address(address)
    if found := same(key):
        raise Followed(found)
    source = HarvestSource(
        key=key,
        kind=kind,
        owner=owner,
        territory=owner.territory or home_territory(),
        trial=True,
        rehearsal=True,
    )
    try:
        with transaction.atomic():
            source.save()
            keeping.keep(source)
            tell_followed(source, actor)
    except IntegrityError:  # somebody else, just now
        raise Followed(HarvestSource.objects.get(key=key)) from None
    source.next_at = timezone.now()
    source.save(update_fields=["next_at"])
    return source


def leave(source: HarvestSource, *, withdraw: bool, actor: User | None = None) -> None:
    """No run starts any more; `withdraw`: its records are withdrawn at the next round."""
    schedule.pause(source)
    source.left_at, source.left_by, source.leaving = timezone.now(), actor, withdraw
    source.alerted_at = None
    source.save(update_fields=["left_at", "left_by", "leaving", "alerted_at"])


def discard(source: HarvestSource) -> bool:
    """Deletes a source on trial; False for any other, and while it is rehearsed."""
    mine = HarvestSource.objects.filter(takeable(source.holder, timezone.now()), pk=source.pk, trial=True)
    return not source.records.exists() and bool(mine.delete()[0])


def follow_again(source: HarvestSource) -> None:
    """Back to its rhythm, all its pages to be read again."""
    HarvestPage.objects.filter(run__source=source).delete()
    source.left_at, source.left_by, source.leaving = None, None, False
    source.save(update_fields=["left_at", "left_by", "leaving"])
    schedule.resume(source)
