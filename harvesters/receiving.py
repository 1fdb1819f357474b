"""The rules of a source, with what they name looked up in the base: terms, bodies, territories."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import fields
from difflib import get_close_matches
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from catalogue.dcat.formats import digest
from catalogue.models import Concept, Organisation
from harvesters.base import Refused
from harvesters.matching import Names, fold
from harvesters.models import HarvestSource
from harvesters.options import BadOption
from harvesters.patterns import whole, words
from harvesters.peers.vouching import private_home
from harvesters.places import area_of, territory_at
from harvesters.reading import named_terms
from harvesters.reception import MAPPED, Reception, Ruled, Test
from harvesters.repairs import Repairs
from harvesters.rules import Criterion, Rules, wrong

NEAR = 3  # choices offered in place of a name that nobody bears
VOCABULARIES = {"licence": ("licence", "licence-fr")}
CRITERION_TERMS = {"thème": "data-theme", "format": "file-type", "licence": "licence"}


def reception_of(source: HarvestSource, rules: Rules | None = None) -> Reception:
    """How the records of a source are received, by `rules` or by its own. Raises BadOption."""
    rules = rules or Rules.read(source.rules)
    names, homes = named_terms(), (settings.BOUTURE_URL, private_home(source))
    if not rules.stored():
        return Reception(Repairs(names, *homes))
    maps = {vocabulary: _map(rules, name, vocabulary, names) for name, (vocabulary, _) in MAPPED.items()}
    owners = [(pair.said, _body(pair.ours).pk) for pair in rules.pairs("owners")]
    territories = [(pair.said, territory_at("territories", pair.ours).pk) for pair in rules.pairs("territories")]
    area = area_of(rules)
    added = [
        (criterion, _term("themes", "data-theme", pair.ours, names))
        for pair in rules.pairs("themes")
        if (criterion := pair.criterion("themes"))
    ]
    found = {"rules": rules.stored(), "maps": maps, "added": [term for _, term in added], "owners": owners}
    found |= {"territories": territories, "area": _plain(area)}
    include: dict[str, tuple[Test, ...]] = {}
    for criterion in rules.criteria("include"):
        include[criterion.name] = (*include.get(criterion.name, ()), _test(criterion, names))
    return Reception(
        mender=Ruled(names, homes, maps),
        mark=digest(json.dumps(found, sort_keys=True)),
        publisher=rules.publisher,
        added=tuple((_test(criterion, names), term) for criterion, term in added),
        owners=tuple((whole(said), pk) for said, pk in owners),
        territories=tuple((whole(said), pk) for said, pk in territories),
        include=include,
        exclude=tuple(_test(criterion, names) for criterion in rules.criteria("exclude")),
        area=area,
        prefix=rules.prefix,
    )


def received_by(source: HarvestSource) -> Reception:
    """For a run: rules that no longer hold (a body that is gone) stop it, and nothing of the source changes."""
    try:
        return reception_of(source)
    except BadOption as error:
        raise Refused(
            _("%(error)s Corrigez les règles de réception de la source : rien n’a été changé.") % {"error": error}
        ) from error


def _plain(area: Any) -> Any:
    """An area as JSON says it, the same in every process."""
    if area is None:
        return None
    said = {each.name: getattr(area, each.name) for each in fields(area)}
    return {
        name: sorted(map(str, value)) if isinstance(value, frozenset) else str(value) for name, value in said.items()
    }


def _map(rules: Rules, name: str, vocabulary: str, names: Names) -> Mapping[str, str]:
    """Each word of the source, folded; and the term that a word already means, however a source says it."""
    found: dict[str, str] = {}
    for pair in rules.pairs(name):
        if pair.criterion(name):
            continue
        target, word = _term(name, vocabulary, pair.ours, names), fold(pair.said)
        if not word:
            raise wrong(
                name, _("« %(said)s » n’a ni lettre ni chiffre : rien ne le ferait reconnaître.") % {"said": pair.said}
            )
        if known := names.spelled(vocabulary, pair.said) or names.meant(vocabulary, pair.said):
            found.setdefault(fold(known), target)
        found[word] = target
    return found


def _term(rule: str, vocabulary: str, text: str, names: Names) -> str:
    """The address of the term that somebody names by its label, its code or its address. Raises BadOption."""
    found = names.spelled(vocabulary, text) or names.meant(vocabulary, text)
    if found:
        return found
    terms = Concept.objects.usable().filter(vocabulary__code__in=VOCABULARIES.get(vocabulary, (vocabulary,)))
    known = {name: term.label() for term in terms for name in (term.code.casefold(), term.label().casefold())}
    near = dict.fromkeys(known[name] for name in get_close_matches(text.casefold(), known, NEAR, 0.5))
    raise wrong(
        rule,
        _("« %(text)s » n’est pas un terme que nous connaissons.%(near)s") % {"text": text, "near": _offered(near)},
    )


def given_to(lines: Iterable[str]) -> list[Organisation]:
    """The bodies to which lines of the rule `owners` give records. Raises BadOption."""
    return [_body(pair.ours) for pair in Rules(owners=tuple(lines)).pairs("owners")]


def _body(text: str) -> Organisation:
    """A body that works on this instance, by its short name, its SIREN or its name. Raises BadOption."""
    tenants = Organisation.objects.filter(tenant=True)
    said = "".join(text.split())
    found = tenants.filter(Q(slug=text) | Q(name__iexact=text) | Q(siren=said, siren__gt="")).order_by("pk").first()
    if found:
        return found
    slugs = list(tenants.values_list("slug", flat=True)[:1_000])
    near = get_close_matches(text.casefold(), slugs, NEAR, 0.4) or slugs[:NEAR]
    raise wrong(
        "owners",
        _("« %(text)s » n’est pas une organisation de ce portail.%(near)s") % {"text": text, "near": _offered(near)},
    )


def _offered(near: Iterable[str]) -> str:
    shown = ", ".join(f"« {one} »" for one in near)
    return " " + _("Les plus proches : %(shown)s.") % {"shown": shown} if shown else ""


def _test(criterion: Criterion, names: Names) -> Test:
    vocabulary = CRITERION_TERMS.get(criterion.name)
    term = names.meant(vocabulary, criterion.pattern) if vocabulary else None
    matches = (words if criterion.name == "titre" else whole)(criterion.pattern)
    return Test(criterion, matches, frozenset({term} if term else ()))


def set_rules(source: HarvestSource, rules: Rules, before: Any) -> None:
    """Keeps the rules of a source, if they are still those that were seen. Raises BadOption: a rule that does not hold, or
    somebody else changed them meanwhile.
    """
    reception_of(source, rules)
    with transaction.atomic():
        row = HarvestSource.objects.select_for_update().get(pk=source.pk)
        if row.rules != before:
            raise BadOption(
                _(
                    "Quelqu’un d’autre a changé les règles entre-temps. Rien n’a été enregistré : relisez-les, puis recommencez."
                )
            )
        row.rules = rules.stored()
        row.save(update_fields=["rules"])
    source.rules = row.rules
