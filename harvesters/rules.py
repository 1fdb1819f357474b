"""Rules of reception of a source: what it says in other words than ours, what of it is wanted, whose it becomes here.

Declared like the options of a source (`harvesters.options`): the check of what is stored, the form, the file of
`manage.py rules` and the table in docs/harvest.md follow from these fields. Values, no database: what names a term, a body
or a territory is resolved by `harvesters.receiving`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any, ClassVar, Final, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from catalogue.named import folded
from harvesters.matching import fold
from harvesters.options import BadOption, Declared, Options, lines, option

MOST: Final = 500  # lines of one rule
LONGEST: Final = 300  # signs of one line
HERE: Final = "ici"
PATTERNS: Final = ("owners", "territories")  # whose lines begin with a pattern
# As people write a criterion -> the property that it looks at.
CRITERIA: Final = {
    "mot-clé": "keyword",
    "thème": "theme",
    "producteur": "publisher",
    "format": "format",
    "licence": "license",
    "titre": "title",
    "adresse": "address",
}
WORDS: Final = ", ".join(CRITERIA)
PATTERN: Final = gettext_noop("* vaut n’importe quelle suite de signes ; majuscules et accents ne comptent pas.")


@dataclass(frozen=True)
class Pair:
    """One line « ce que dit la source = ce que nous disons »."""

    said: str
    ours: str

    def criterion(self, rule: str) -> Criterion | None:
        """What stands on the left of a theme that is added to records, not put in place of one; None for a word."""
        head = fold(self.said.partition(":")[0])
        return (
            _criterion(rule, self.said)
            if rule == "themes" and head in map(fold, CRITERIA) and ":" in self.said
            else None
        )


@dataclass(frozen=True)
class Criterion:
    """One line « critère : modèle »; `name` is a key of CRITERIA."""

    name: str
    pattern: str

    def __str__(self) -> str:
        return f"{self.name} : {self.pattern}"


@dataclass(frozen=True)
class Rules(Options):
    """All of them for one source. A list has one line for each of its rules."""

    noun: ClassVar[str] = gettext_noop("règle")
    whose: ClassVar[str] = gettext_noop("de réception")

    concerns: tuple[str, ...] = lines(
        gettext_noop("territoires concernés"),
        gettext_noop(
            "Ne garder que ce qui les concerne : code INSEE d’une commune, SIREN d’une intercommunalité, numéro d’un "
            "département, R75 pour une région, quatre nombres « ouest, sud, est, nord », ou « ici » (le territoire du portail)."
        ),
    )
    scope: str = option(
        "epci",
        gettext_noop("échelle la plus large"),
        gettext_noop("Ce qui concerne plus large que vos territoires, et que l’on garde pourtant."),
        choices=(
            ("own", gettext_noop("rien de plus large")),
            ("epci", gettext_noop("leur intercommunalité")),
            ("departement", gettext_noop("leur département aussi")),
            ("region", gettext_noop("leur région aussi")),
            ("country", gettext_noop("la France entière aussi")),
        ),
    )
    placeless: bool = option(
        False,
        gettext_noop("garder ce qui ne dit pas son lieu"),
        gettext_noop("Sinon, une fiche dont ni le lieu ni le producteur ne disent le territoire est écartée."),
    )
    include: tuple[str, ...] = lines(
        gettext_noop("ne garder que"),
        gettext_noop(
            "« critère : modèle », par exemple « mot-clé : voirie* ». Critères : {words}. Une fiche est gardée quand, pour "
            "chaque critère cité, un de ses modèles convient. {pattern}"
        ),
    )
    exclude: tuple[str, ...] = lines(
        gettext_noop("écarter"),
        gettext_noop("Mêmes critères : une fiche est écartée dès qu’une ligne convient, même si elle était à garder."),
    )
    themes: tuple[str, ...] = lines(
        gettext_noop("thèmes"),
        gettext_noop(
            "« Voirie = TRAN » : ce que dit la source (libellé, code ou adresse), puis le thème européen à la place. "
            "« mot-clé : voirie* = TRAN » : ce thème en plus, pour les fiches qui répondent au critère."
        ),
    )
    licences: tuple[str, ...] = lines(
        gettext_noop("licences"),
        gettext_noop("« Libre de droits = Licence Ouverte » : ce que dit la source, puis la licence à la place."),
    )
    formats: tuple[str, ...] = lines(
        gettext_noop("formats"), gettext_noop("« Tableur = CSV » : ce que dit la source, puis le format à la place.")
    )
    publisher: str = option(
        "", gettext_noop("producteur par défaut"), gettext_noop("Celui des fiches qui n’en nomment aucun.")
    )
    owners: tuple[str, ...] = lines(
        gettext_noop("organisations"),
        gettext_noop(
            "« Ville de Dax = ville-de-dax » : les fiches de ce producteur (nom, SIREN ou SIRET) sont à cette organisation du "
            "portail ; « * = … » : toutes. La première ligne qui convient vaut ; sans aucune, l’organisation de la source."
        ),
    )
    territories: tuple[str, ...] = lines(
        gettext_noop("territoires"),
        gettext_noop(
            "« Ville de Dax = 40088 » : les fiches de ce producteur qui ne disent pas leur lieu par un code sont de ce "
            "territoire ; « * = … » : toutes. Sans aucune, le territoire de la source."
        ),
    )
    prefix: str = option(
        "",
        gettext_noop("préfixe des titres"),
        gettext_noop("« Département : » devant chaque titre ; ceux qui l’ont le gardent."),
    )

    @classmethod
    def declared(cls) -> tuple[Declared, ...]:
        """With the words of criteria, that are French in every language: rules are kept with them."""
        return tuple(
            replace(one, help=one.help.replace("{words}", WORDS).replace("{pattern}", _(PATTERN)))
            for one in super().declared()
        )

    @classmethod
    def read(cls, given: Any) -> Self:
        """From what is stored, a JSON file or a form. Raises BadOption."""
        if not isinstance(given, Mapping):
            raise BadOption(_('Les règles sont un objet JSON : { "themes": ["Voirie = TRAN"], … }.'))
        found = super().read(given)
        found.check()
        return found

    def check(self) -> None:
        """What no line says alone. Raises BadOption."""
        for each in fields(self):
            value = getattr(self, each.name)
            lines = value if isinstance(value, tuple) else (str(value),)
            if len(lines) > MOST:
                raise wrong(each.name, _("%(count)s lignes : %(most)s au plus.") % {"count": len(lines), "most": MOST})
            if long := next((line for line in lines if len(line) > LONGEST), ""):
                raise wrong(
                    each.name,
                    _("« %(line)s… » est trop long : %(most)s signes au plus.") % {"line": long[:60], "most": LONGEST},
                )
        for name in ("themes", "licences", "formats", "owners", "territories"):
            self.pairs(name)
        if both := set(map(_same, self.criteria("include"))) & set(map(_same, self.criteria("exclude"))):
            name, pattern = sorted(both)[0]
            raise wrong(
                "exclude",
                _("« %(name)s : %(pattern)s » est à la fois à garder et à écarter : choisissez.")
                % {"name": name, "pattern": pattern},
            )

    def pairs(self, name: str) -> tuple[Pair, ...]:
        """The lines of a rule « … = … ». Raises BadOption."""
        found: dict[tuple[str, ...], Pair] = {}
        for line in getattr(self, name):
            said, equals, ours = line.rpartition(" = ") if " = " in line else line.partition("=")
            pair = Pair(said.strip(), ours.strip())
            if not equals or not pair.said or not pair.ours or (" = " not in line and line.count("=") > 1):
                raise wrong(
                    name,
                    _("« %(value)s » n’a pas la forme « ce que dit la source = ce que nous disons ».")
                    % {"value": line[:100]},
                )
            known = found.setdefault(self._key(name, pair), pair)
            if known.ours != pair.ours:
                raise wrong(
                    name,
                    _("« %(said)s » a deux réponses, « %(ours)s » et « %(other)s » : choisissez.")
                    % {"said": pair.said, "ours": known.ours, "other": pair.ours},
                )
        return tuple(found.values())

    @staticmethod
    def _key(name: str, pair: Pair) -> tuple[str, ...]:
        """What two lines may not both say: a word of the source, or a pattern; several themes may follow from one criterion."""
        if name in PATTERNS:
            return (folded(pair.said),)
        return (folded(pair.said), pair.ours) if pair.criterion(name) else (fold(pair.said) or pair.said,)

    def criteria(self, name: str) -> tuple[Criterion, ...]:
        """The lines of `include` or `exclude`. Raises BadOption."""
        return tuple(_criterion(name, line) for line in getattr(self, name))


def wrong(name: str, reason: str) -> BadOption:
    """An error that a form can say beside its field."""
    return next(each for each in Rules.declared() if each.name == name).bad(reason)


def _criterion(name: str, line: str) -> Criterion:
    said, colon, pattern = line.partition(":")
    known = {fold(word): word for word in CRITERIA}
    word = known.get(fold(said), "")
    if not colon or not word or not pattern.strip(" *"):
        raise wrong(
            name,
            _("« %(value)s » n’a pas la forme « critère : modèle ». Critères : %(words)s.")
            % {"value": line[:100], "words": WORDS},
        )
    return Criterion(word, pattern.strip())


def _same(criterion: Criterion) -> tuple[str, str]:
    return criterion.name, folded(criterion.pattern)
