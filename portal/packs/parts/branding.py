"""The colours of a portal. Neither its name nor its logo: those are one town's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from portal import identity
from portal.identity import Face, IdentityRefused
from portal.packs.refusals import PackRefused

KEY: Final = "colours"
TOKENS: Final = ("accent", "accent_dark")


class Branding:
    name = "branding"
    gone = "retirer"
    gentle = False

    def mine(self) -> tuple[dict[str, dict[str, Any]], list[str]]:
        now = identity.current()
        notes = (
            ["Le nom et le logo de ce portail ne voyagent pas, ses couleurs seules."] if now.name or now.logo else []
        )
        return ({KEY: _fields(now)} if now.accent else {}), notes

    def held(self, wanted: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        now = identity.current()
        return {KEY: _fields(now)} if KEY in wanted and now.accent else {}

    def normal(self, key: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        said = dict.fromkeys(TOKENS, "") | dict(fields)
        if key != KEY or set(fields) - set(TOKENS) or not all(isinstance(one, str) for one in said.values()):
            raise PackRefused(
                f"branding.yaml a une seule clé, « {KEY} », avec « accent » et « accent_dark », « #rrggbb »."
            )
        if not said["accent"]:
            raise PackRefused(f"branding › {key} › accent : donnez une couleur, « #rrggbb ».")
        try:
            return _fields(identity.checked(Face(accent=said["accent"], accent_dark=said["accent_dark"])))
        except IdentityRefused as error:
            raise PackRefused(f"branding › {key} › {name} : {fault}" for name, fault in error.faults.items()) from error

    def write(self, key: str, before: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> None:
        identity.keep(replace(identity.current(), accent=fields["accent"], accent_dark=fields["accent_dark"]))

    def remove(self, key: str, before: Mapping[str, Any]) -> None:
        """Back to the colour of the environment; the name and the logo stay."""
        identity.keep(replace(identity.current(), accent="", accent_dark=""))

    def left(self, before: Mapping[str, Any]) -> None:
        return None


def _fields(face: Face) -> dict[str, Any]:
    return {name: getattr(face, name) for name in TOKENS}
