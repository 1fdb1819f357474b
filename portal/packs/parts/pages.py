"""Pages that people of the territory wrote: the address is the key, whatever names the territory a parameter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from catalogue import pages
from catalogue.models import Page
from catalogue.pages import Written
from portal.packs.refusals import PackRefused

DEFAULTS: Final[dict[str, Any]] = {
    name: value for name, value in asdict(Written(published=True)).items() if name != "slug"
}


class Pages:
    name = "pages"
    gone = "retirer"
    gentle = False

    def mine(self) -> tuple[dict[str, dict[str, Any]], list[str]]:
        return {row.slug: _fields(row) for row in Page.objects.in_order()}, []

    def held(self, wanted: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        return {row.slug: _fields(row) for row in Page.objects.filter(slug__in=wanted)}

    def normal(self, key: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        said = DEFAULTS | dict(fields)
        if fields.keys() - DEFAULTS.keys() or any(type(said[name]) is not type(one) for name, one in DEFAULTS.items()):
            raise PackRefused(
                f"pages › {key} : « title » et « body » sont des textes, « place » un nombre, « published » true ou false."
            )
        found = pages.checked(Written(slug=key, **said))
        if found.faults:
            raise PackRefused(f"pages › {key} › {name} : {fault}" for name, fault in found.faults.items())
        return {name: getattr(found.said, name) for name in DEFAULTS}

    def write(self, key: str, before: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> None:
        pages.keep(Page.objects.filter(slug=key).first(), Written(slug=key, **fields))

    def remove(self, key: str, before: Mapping[str, Any]) -> None:
        """Its text stays in the audit trail."""
        if row := Page.objects.filter(slug=key).first():
            pages.remove(row)

    def left(self, before: Mapping[str, Any]) -> None:
        return None


def _fields(row: Page) -> dict[str, Any]:
    return {name: getattr(row, name) for name in DEFAULTS}
