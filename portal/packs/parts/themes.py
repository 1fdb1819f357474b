"""What a territory calls the European themes: the code of the theme, in small letters, is the key."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, Final

from catalogue import themes
from catalogue.themes import Choice, ThemesRefused
from portal.packs.refusals import PackRefused

DEFAULTS: Final = asdict(Choice())


class Themes:
    name = "themes"
    gone = "retirer"
    gentle = False

    def mine(self) -> tuple[dict[str, dict[str, Any]], list[str]]:
        return {_key(uri): asdict(one) for uri, one in themes.current().items()}, []

    def held(self, wanted: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
        return {_key(uri): asdict(one) for uri, one in themes.current().items() if _key(uri) in wanted}

    def normal(self, key: str, fields: Mapping[str, Any]) -> dict[str, Any]:
        said = DEFAULTS | dict(fields)
        if fields.keys() - DEFAULTS.keys() or any(type(said[name]) is not type(one) for name, one in DEFAULTS.items()):
            raise PackRefused(
                f"themes › {key} : « label » et « text » sont des textes, « place » un nombre, « shown » true ou false."
            )
        uri = _uris().get(key)
        if uri is None:
            raise PackRefused(
                f"themes › {key} : ce n’est pas le code d’un thème européen, en minuscules : {', '.join(_uris())}."
            )
        try:
            return asdict(themes.checked({uri: Choice(**said)})[uri])
        except ThemesRefused as error:
            raise PackRefused(f"themes › {key} : {error.message}") from error

    def write(self, key: str, before: Mapping[str, Any] | None, fields: Mapping[str, Any]) -> None:
        themes.keep(themes.current() | {_uris()[key]: Choice(**fields)})

    def remove(self, key: str, before: Mapping[str, Any]) -> None:
        """The theme is shown again as the vocabulary has it."""
        themes.keep({uri: one for uri, one in themes.current().items() if _key(uri) != key})

    def left(self, before: Mapping[str, Any]) -> None:
        return None


def _key(uri: str) -> str:
    return themes.code_of(uri).lower()


def _uris() -> dict[str, str]:
    return {_key(uri): uri for uri in themes.known()}
