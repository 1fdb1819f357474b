"""One territory in the place of another: the parameters of a pack, put in and taken out of its values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.text import slugify

from catalogue.models import Territory
from catalogue.models.territories import Level, sort_key
from portal.packs.guarding import ADDRESS
from portal.packs.refusals import PackRefused

# As `${…}` in the values of a pack.
PARAMETERS: Final = {
    "insee": "code INSEE de la commune",
    "siren": "SIREN de la commune, ou du territoire",
    "name": "nom : « Le Havre »",
    "of": "nom après « de » : « du Havre », « de Lyon »",
    "slug": "nom dans une adresse : « le-havre »",
    "of_slug": "nom après « de » dans une adresse : « du-havre », « de-lyon »",
    "departement": "code du département",
    "region": "code de la région, sans « R »",
    "epci": "SIREN de l’intercommunalité",
    "epci_name": "nom de l’intercommunalité",
    "postcode": "premier code postal",
}
HOLE: Final = re.compile(r"\$(?:\$|\{([a-z_]*)\})")
ESCAPED: Final = r"(?<=%[0-9A-Fa-f]{2})"  # after a sign of an address, as in « where=code%3D%2240192%22 »
LEAST_GLUED: Final = 5  # letters of a name looked for inside a host: "ay" is in half of them


@dataclass(frozen=True)
class Place:
    """The values of PARAMETERS for one territory; "" where it has none."""

    values: Mapping[str, str]

    def missing(self, values: Any) -> set[str]:
        """Parameters that these values ask for and this place has not."""
        return {name for text in texts(values) for name in holes(text) if not self.values.get(name)}

    def filled(self, values: Any) -> Any:
        """With the parameters of this place in their holes, and `$$` a dollar."""
        return _each(values, lambda text: HOLE.sub(lambda hole: self.values[hole[1]] if hole[1] else "$", text))

    def emptied(self, values: Any) -> Any:
        """The contrary: holes where this place is named. Codes only as whole words, short ones only alone."""
        return _each(values, self._emptied)

    def left_in(self, values: Any) -> list[str]:
        """What of this place still stands in values that were emptied: its code, its SIREN, its name however written."""
        wanted = [value for name in ("insee", "siren", "epci") if (value := self.values.get(name))]
        name = re.sub(r"^(?:le|la|les|l|aux)-", "", sort_key(self.values["name"]))  # « du Havre » names it too
        found: dict[str, None] = {}
        for text in texts(values):
            plain = HOLE.sub(" ", text)
            found.update({code: None for code in wanted if re.search(rf"(?:(?<!\d)|{ESCAPED}){code}(?!\d)", plain)})
            if f"-{name}-" in f"-{sort_key(plain)}-" or _glued(name, plain):
                found[self.values["name"]] = None
        return list(found)

    def _emptied(self, text: str) -> str:
        kept = text.replace("$", "$$")
        for name in ("departement", "region"):
            value = self.values.get(name)
            if value and text in (value, f"R{value}") and (text[0] == "R") is (name == "region"):
                return text.replace(value, f"${{{name}}}")
        for name in ("epci_name", "of", "of_slug", "name", "slug", "epci", "siren", "insee", "postcode"):
            if value := self.values.get(name):
                found = re.escape(value.replace("$", "$$"))
                kept = re.sub(rf"(?:(?<![\w$-])|{ESCAPED}){found}(?![\w-])", lambda _, name=name: f"${{{name}}}", kept)  # type: ignore[misc]
        return kept


def place_of(code: str) -> Place:
    """Of a commune (INSEE code) or another territory. Raises PackRefused for a code that means none."""
    found = Territory.objects.resolve(code) if code else None
    if found is None:
        raise PackRefused(
            f"« {code} » n’est le code d’aucun territoire connu. Donnez --place et le code INSEE de la commune, ou réglez "
            "BOUTURE_TERRITORY ; s’il est juste, chargez le référentiel avec « manage.py load_reference »."
        )
    above = {parent.level: parent for parent in found.parents.all()} | {found.level: found}
    epci, departement, region = (above.get(level) for level in (Level.EPCI, Level.DEPARTEMENT, Level.REGION))
    return Place(
        {
            "insee": found.code if found.level == Level.COMMUNE else "",
            "siren": found.siren or (found.code if len(found.code) == 9 else ""),
            "name": found.name,
            "of": found.of(),
            "slug": slugify(found.name),
            "of_slug": slugify(found.of().replace("’", "-")),
            "departement": departement.code if departement else "",
            "region": region.code if region else "",
            "epci": epci.code if epci else "",
            "epci_name": epci.name if epci else "",
            "postcode": found.postcodes[0] if found.postcodes else "",
        }
    )


def holes(text: str) -> list[str]:
    return [hole[1] for hole in HOLE.finditer(text) if hole[0] != "$$"]


def texts(values: Any) -> Iterator[str]:
    """All texts of JSON values, keys of mappings included."""
    if isinstance(values, str):
        yield values
    elif isinstance(values, Mapping):
        for key, value in values.items():
            yield str(key)
            yield from texts(value)
    elif isinstance(values, list):
        for value in values:
            yield from texts(value)


def _each(values: Any, change: Any) -> Any:
    if isinstance(values, str):
        return change(values)
    if isinstance(values, Mapping):
        return {key: _each(value, change) for key, value in values.items()}
    return [_each(value, change) for value in values] if isinstance(values, list) else values


def _glued(name: str, text: str) -> bool:
    """Whether a host says the name without its spaces: data.lehavre.fr."""
    short = name.replace("-", "")
    hosts = (address.partition("://")[2].partition("/")[0].lower() for address in ADDRESS.findall(text))
    return len(short) >= LEAST_GLUED and any(short in host.replace("-", "") for host in hosts)
