"""Who works here, without anybody's name: the bodies, whether two people review, their room, their groups (empty)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.text import slugify

from catalogue import publishing
from catalogue.granting import make_group, remove_group
from catalogue.models import BodyGroup, Organisation
from portal.packs.refusals import PackRefused

DEFAULTS: Final[dict[str, Any]] = {
    "slug": "",
    "name": "",
    "siren": "",
    "description": "",
    "homepage": "",
    "reviewed": False,
    "tables_quota": None,
    "groups": [],
}
SET: Final = ("name", "siren", "description", "homepage", "reviewed", "tables_quota")


class Roles:
    name = "roles"
    gone = "laisser, sans ses groupes vides"
    gentle = True

    def mine(self) -> tuple[dict[str, dict[str, Any]], list[str]]:
        return {body.slug: _fields(body) for body in Organisation.objects.filter(tenant=True).order_by("pk")}, []

    def held(self, wanted: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        slugs = {key: (known.get(key) or fields).get("slug", "") for key, fields in wanted.items()}
        rows = {body.slug: body for body in Organisation.objects.filter(slug__in=slugs.values(), tenant=True)}
        return {key: _fields(rows[slug]) for key, slug in slugs.items() if slug in rows}

    def normal(self, key: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        said = DEFAULTS | dict(fields)
        texts = (said[name] for name in ("slug", "name", "siren", "description", "homepage"))
        quota, groups = said["tables_quota"], said["groups"]
        sound = (
            not fields.keys() - DEFAULTS.keys()
            and all(isinstance(text, str) for text in texts)
            and isinstance(said["reviewed"], bool)
            and (quota is None or (isinstance(quota, int) and 0 <= quota <= 2**31 - 1))
            and isinstance(groups, list)
            and all(isinstance(group, str) and group == " ".join(group.split())[:100] != "" for group in groups)
        )
        if not sound or not said["name"] or slugify(said["slug"]) != said["slug"] or not said["slug"]:
            raise PackRefused(
                f"roles › {key} : « slug » et « name » sont à dire, les autres champs sont dans docs/pack.md."
            )
        if (
            len(said["slug"]) > 120
            or len(said["name"]) > 300
            or (said["siren"] and not (said["siren"].isdigit() and len(said["siren"]) == 9))
        ):
            raise PackRefused(f"roles › {key} : un SIREN a neuf chiffres, un nom 300 signes au plus, un « slug » 120.")
        return said

    def write(self, key: str, before: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> None:
        body = Organisation.objects.filter(slug=(before or fields)["slug"]).first() or Organisation()
        values = {name: fields[name] for name in SET}
        publishing.change_body(body, None, slug=fields["slug"], tenant=True, **values)
        there = set(BodyGroup.objects.filter(body=body).values_list("name", flat=True))
        for name in fields["groups"]:
            if name not in there:
                make_group(body, name)
        _without(body, there - set(fields["groups"]))

    def remove(self, key: str, before: Mapping[str, Any]) -> None:
        """The body stays, with what it publishes and its members; its groups that nobody is in go."""
        if body := Organisation.objects.filter(slug=before["slug"]).first():
            _without(body, set(before["groups"]))

    def left(self, before: Mapping[str, Any]) -> dict[str, Any]:
        return dict(before) | {"groups": []}


def _without(body: Organisation, names: set[str]) -> None:
    for kept in BodyGroup.objects.filter(body=body, name__in=names, members=None):
        remove_group(kept)


def _fields(body: Organisation) -> dict[str, Any]:
    groups = BodyGroup.objects.filter(body=body).order_by("pk").values_list("name", flat=True)
    return {"slug": body.slug, **{name: getattr(body, name) for name in SET}, "groups": list(groups)}
