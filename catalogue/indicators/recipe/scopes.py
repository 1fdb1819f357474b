"""What the names of a recipe mean: the columns of its schema, and those that it derives."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from catalogue.indicators.language import Kind, Misread, Node, Scope, names_of
from catalogue.indicators.language.kinds import kind_of
from catalogue.indicators.language.nearest import nearest
from catalogue.indicators.language.nodes import walked
from catalogue.indicators.recipe.faults import Faults
from catalogue.indicators.recipe.fields import texts_of
from catalogue.indicators.recipe.yaml_tree import Pairs, Text, Tree
from catalogue.tables.schemas.meaning import meant
from catalogue.tables.schemas.national import Schema, schema, schemas

GEOMETRY: Final = "geometry"  # the line or point of a GeoJSON file, that is no field of its schema
MOST: Final = 50  # derived columns
DEEPEST: Final = 100  # values inside of each other in it: trees are walked by functions that call themselves
LARGEST: Final = 2_000  # words of a derived column, those that it is made of written out
ROW_KINDS: Final = frozenset(Kind) - {Kind.LINE}


def found_schema(said: Text, faults: Faults) -> Schema | None:
    try:
        return schema(said.value)
    except KeyError:
        near = nearest(said.value, {each.key for each in schemas()})
        faults.at(said, f"le schéma « {said.value} » n’est pas livré avec Bouture.{near}")
        return None


@lru_cache(maxsize=256)
def _columns(key: str, version: str) -> tuple[Mapping[str, Kind], Mapping[str, frozenset[str]]]:
    of = schema(key, version)
    kinds = {each.name: kind_of(meant(each)) for each in of.fields}
    if of.kind == "features":
        kinds[GEOMETRY] = Kind.LINE
    values = {
        each.name: frozenset(map(str, each.constraints.get("enum", ()))) for each in of.fields if each.type == "string"
    }
    listed = {each.name: frozenset(map(str, each.item.get("constraints", {}).get("enum", ()))) for each in of.fields}
    return kinds, {name: found for name in kinds if (found := values.get(name) or listed.get(name, frozenset()))}


def scope(of: Schema, beyond: Tree | None, derived: Tree | None, faults: Faults) -> Scope:
    """`beyond`: values that real files have and the schema does not list."""
    kinds, values = _columns(of.key, of.version)
    values = _widened(values, beyond, faults)
    said = _derived(derived, kinds, faults)
    broken = {key.value for key, _ in derived.pairs} - set(said) if isinstance(derived, Pairs) else set()
    good: dict[str, Node] = {}
    for name, (text, node) in said.items():
        try:
            Scope(kinds, good, values, of.key, frozenset(broken)).kind(node)
        except Misread as error:
            faults.within(text, error)
            broken.add(name)
        else:
            good[name] = node
    return Scope(kinds, good, values, of.key, frozenset(broken))


def _widened(values: Mapping[str, frozenset[str]], beyond: Tree | None, faults: Faults) -> Mapping[str, frozenset[str]]:
    if beyond is None:
        return values
    if not isinstance(beyond, Pairs):
        faults.at(beyond, "il faut ici, pour chaque colonne, les valeurs que le schéma ne liste pas")
        return values
    widened = dict(values)
    for key, listed in beyond.pairs:
        if key.value not in values:
            faults.at(key, f"le schéma ne liste pas de valeurs pour « {key.value} » : il n’y a rien à ajouter")
            continue
        widened[key.value] = values[key.value] | {each.value for each in texts_of(listed, faults)}
    return widened


def _derived(tree: Tree | None, columns: Mapping[str, Kind], faults: Faults) -> dict[str, tuple[Text, Node]]:
    """Those that can be read, each after those that it is made of."""
    if tree is None:
        return {}
    if not isinstance(tree, Pairs):
        faults.at(tree, "il faut ici des lignes « nom: expression »")
        return {}
    if len(tree.pairs) > MOST:
        faults.at(tree, f"plus de {MOST} colonnes dérivées : simplifiez")
    found: dict[str, tuple[Text, Node]] = {}
    for key, said in tree.pairs[:MOST]:
        if key.value in columns or key.value in found:
            faults.at(key, f"« {key.value} » est déjà une colonne : choisissez un autre nom")
        elif not key.value.isidentifier():
            faults.at(key, f"« {key.value} » n’est pas un nom : des lettres, des chiffres et des soulignés")
        elif not isinstance(said, Text):
            faults.at(said, "il faut ici une expression")
        elif (node := faults.parsed(said)) is not None:
            found[key.value] = (said, node)
    return _in_order(found, faults)


def _in_order(found: dict[str, tuple[Text, Node]], faults: Faults) -> dict[str, tuple[Text, Node]]:
    """Without those that go round in circles, or are too large or too deep when they are written out."""
    sizes: dict[str, tuple[int, int]] = {}  # words, and how many stand inside of each other

    def measure(name: str, above: tuple[str, ...]) -> None:
        if name in above:
            circle = " → ".join((*above[above.index(name) :], name))
            raise Misread(f"ces colonnes se définissent l’une par l’autre : {circle}. Coupez le cercle", 0)
        if name in sizes:
            return
        node = found[name][1]
        within = [each.name for each in names_of(node) if each.name in found]
        for each in within:
            measure(each, (*above, name))
        words = sum(1 for _ in walked(node)) + sum(sizes[each][0] for each in within)
        sizes[name] = words, _depth(node) + max((sizes[each][1] for each in within), default=0)

    good = {}
    for name, (said, _) in found.items():
        try:
            measure(name, ())
        except Misread as error:
            faults.within(said, error)
    for name, (words, depth) in sizes.items():
        if words > LARGEST or depth > DEEPEST:
            faults.at(
                found[name][0], "cette colonne, toutes celles dont elle est faite écrites, est trop longue : simplifiez"
            )
        else:
            good[name] = found[name]
    return good


def _depth(node: Node) -> int:
    return 1 + max(map(_depth, node.parts), default=0)
