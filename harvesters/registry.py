"""Sources by their key: found, or made with what a person typed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import IntegrityError
from django.utils.text import slugify
from django.utils.translation import gettext as _

from catalogue import publishing
from catalogue.models import Organisation, Territory
from harvesters.http import Client, Limits
from harvesters.models import HarvestSource
from harvesters.options import BadOption
from harvesters.pace import book
from harvesters.sources import KINDS

VERSION = "0.1"


class BadSource(ValueError):
    """What was typed names no source; the message is French and says what to do."""


def find_or_make(
    address: str, *, kind: str = "", base: str = "", options: Mapping[str, Any] | None = None, trusted: bool = False
) -> HarvestSource:
    """The source whose key is this URL or absolute path; made, held by the instance's own body, if there is none.

    `options` are added to those that it has; they are checked once its kind is known, here or at its first run.
    `trusted`: the address was typed by someone with a shell on this server, who may name a private host.
    """
    key = key_of(address)
    if kind and kind not in KINDS:
        raise BadSource(
            _("« %(kind)s » n’est pas une sorte de source. Sortes connues : %(names)s.")
            % {"kind": kind, "names": ", ".join(sorted(KINDS))}
        )
    if base and urlsplit(base).scheme not in ("http", "https", "urn"):
        raise BadSource(_("La base des adresses relatives doit commencer par http://, https:// ou urn:."))
    source, __ = HarvestSource.objects.get_or_create(
        key=key, defaults={"kind": kind, "base": base, "owner": home_body(), "territory": home_territory()}
    )
    changed: dict[str, Any] = {
        name: value for name, value in (("kind", kind), ("base", base)) if value and getattr(source, name) != value
    }
    if trusted and (host := host_of(key)) and host not in source.trusted:
        changed["trusted"] = [*source.trusted, host]
    if options or (kind and source.options):
        changed["options"] = checked(kind or source.kind, {**source.options, **(options or {})})
    if changed:
        HarvestSource.objects.filter(pk=source.pk).update(**changed)
        source.refresh_from_db()
    return source


def checked(kind: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options as they are stored. Raises BadSource."""
    if not kind:
        return dict(options)
    try:
        return KINDS[kind].options_type.read(options).stored()
    except BadOption as error:
        raise BadSource(str(error)) from error


def trusted_by(source: HarvestSource) -> frozenset[str]:
    """ "host:port" that a source may ask though it is private: those vouched for when it was typed on this server, and its own
    when BOUTURE_PRIVATE_HOSTS names it, no other of that list."""
    named = {host_of(source.key)} & set(settings.BOUTURE_PRIVATE_HOSTS)
    return frozenset({*source.trusted, *named})


def client_for(source: HarvestSource, limits: Limits | None = None) -> Client:
    """The polite client of this source (to be closed by the caller), with the private hosts that its operator vouched for."""
    return Client(trusted=trusted_by(source), limits=limits, agent=agent(), pace=book)


def agent() -> str:
    """Who asks, in each request: whom to write to when we bother a server."""
    return f"Bouture/{VERSION} (+{settings.BOUTURE_URL})"


def key_of(address: str) -> str:
    """The URL, or the absolute path of the file or folder. Raises BadSource."""
    if "://" in address:
        try:
            parts = urlsplit(address)
            fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
        except ValueError:  # half of an IPv6 address, a port beyond 65535
            fine = False
        if not fine:
            raise BadSource(
                _(
                    "L’adresse d’une source commence par http:// ou https://, ou bien c’est le chemin d’un fichier ou d’un dossier."
                )
            )
        return address
    try:
        path = Path(address).expanduser().resolve()
        found = path.is_file() or path.is_dir()
    except (RuntimeError, ValueError):  # links that go round, an unknown home, a NUL
        found = False
    if not found:
        raise BadSource(
            (_("Il n’y a ni fichier ni dossier « %(address)s ». Vérifiez son chemin.") % {"address": address}).replace(
                "\0", " "
            )
        )
    return str(path)


def host_of(key: str) -> str:
    """host:port of a URL, "" for a file."""
    if "://" not in key:
        return ""
    parts = urlsplit(key)
    return f"{parts.hostname}:{parts.port or (443 if parts.scheme == 'https' else 80)}"


def home_territory() -> Territory | None:
    """The territory that this instance is for, if it was said and is known."""
    return Territory.objects.resolve(settings.BOUTURE_TERRITORY) if settings.BOUTURE_TERRITORY else None


def home_body() -> Organisation:
    """The body that holds this instance: its only tenant at first, made from its name or its territory."""
    found = Organisation.objects.filter(tenant=True).order_by("pk").first()
    if found:
        return found
    territory = home_territory()
    name = settings.BOUTURE_NAME or (str(territory) if territory else "") or "Ce portail"
    slug = slugify(name)[:100] or "ce-portail"
    known = Organisation.objects.filter(slug=slug).first()
    values: dict[str, Any] = {} if known else {"name": name, "territory": territory}
    body = known or Organisation(slug=slug)
    try:
        publishing.change_body(body, **values, tenant=True)
    except IntegrityError:  # another process has just made it
        body = Organisation.objects.get(slug=slug)
    return body
