"""Keys that forms hold, changed for those of another body, and fields that no form has: refused, and nothing changes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import BooleanField, ForeignKey, IntegerField, SlugField

from catalogue.models import AuditEntry, Change
from tests.security.hostile import EXTRA, Sent
from tests.security.planted import Held, Plant
from tests.security.sending import Way, undone, ways

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
DECIDING = (BooleanField, ForeignKey, IntegerField, SlugField)
# What a field of a thing is called; a number elsewhere counts something.
OF_THINGS = ("groupe", "personne", "invitation", "demande", "usage", "acces", "jeton", "organisme", "remplace")
HOLDING = {
    "questions_review",
    "question_ask",
    "members",
    "body_groups",
    "dataset_access",
    "reuses_review",
    "tokens",
    "drop",
    "sessions",
    "deposit_file",
}


def counterparts(plant: Plant) -> dict[str, list[str]]:
    """A key of ours -> those of theirs of the same kind."""
    found: dict[str, list[str]] = {}
    for name, row in plant.ours.rows.items():
        theirs = [other for key, other in plant.theirs.rows.items() if type(other) is type(row)]
        found[str(row.pk)] = [str(plant.theirs.rows[name].pk), *(str(other.pk) for other in theirs)][:2]
    return found | {key: [plant.theirs.names[name]] for name, key in plant.ours.names.items()}


def exchanged(way: Way, keys: dict[str, list[str]]) -> Iterator[Sent]:
    """The form with one key of its fields, or of its address, changed for another body's."""
    given, form = dict(way.form.given), way.form
    for name in form.names:
        offered = {given.get(name, ""), *form.choices.get(name, ())}
        for key in sorted(offered & set(keys)):
            if name in OF_THINGS or not key.isdecimal():
                kept = tuple(pair for pair in form.given if pair[0] != name)
                for other in keys[key]:
                    yield Sent(form, (*kept, (name, other)), changed=f"{name}: {key} -> {other}")


def of_theirs(held: Held) -> dict[str, Any]:
    """Their rows, and how many others name them."""
    said: dict[str, Any] = {}
    for name, row in held.rows.items():
        said[name] = type(row)._base_manager.filter(pk=row.pk).values().first()
        for relation in row._meta.related_objects:
            found = relation.related_model._base_manager.filter(**{relation.field.name: row.pk})  # type: ignore[union-attr]
            said[f"{name}, {relation.name}"] = found.count()
    return said


def written() -> tuple[int, int]:
    return AuditEntry.objects.count(), Change.objects.count()


def test_another_body_s_key_changes_nothing(plant: Plant) -> None:
    keys, before, done = counterparts(plant), (of_theirs(plant.theirs), written()), Counter[str]()
    wrong = []
    for way in ways(plant, plant.ours.people["administrator"], plant.ours.people["contributor"]):
        for sent in exchanged(way, keys):
            with undone(way.browser, sent) as answer:
                done[way.name] += 1
                if (of_theirs(plant.theirs), written()) != before or answer.status_code >= 500:
                    wrong.append(f"{way.name} {answer.status_code} {sent.changed}")
    assert wrong == []
    assert set(done) >= HOLDING and done.total() > 20


def effect(held: Held) -> tuple[Any, ...]:
    """What was done: whose each row is, its state, its rights; texts hold new keys each time."""
    rows = {}
    for name, row in held.rows.items():
        fields = [one.attname for one in row._meta.concrete_fields if one.choices or isinstance(one, DECIDING)]
        rows[name] = type(row)._base_manager.filter(pk=row.pk).values(*fields).first()
    acts = Counter(AuditEntry.objects.values_list("action", "kind", "body"))
    return rows, acts, Counter(Change.objects.values_list("verb", "kind"))


def test_a_field_that_no_form_has_changes_nothing(plant: Plant) -> None:
    wrong = []
    theirs = plant.theirs
    said = {"owner": theirs.body.slug, "owner_id": str(theirs.body.pk), "pk": str(theirs.rows["public"].pk)}
    for way in ways(plant, plant.ours.people["administrator"], plant.ours.people["contributor"]):
        files = tuple((name, "a.csv", b"nom;age\na;1\n") for name in way.form.files)
        more = tuple((name, said.get(name, "on")) for name in EXTRA if name not in way.form.names)
        found = []
        for pairs in (way.form.given, way.form.given + more):
            with undone(way.browser, Sent(way.form, pairs, files)) as answer:
                found.append((answer.status_code, effect(plant.ours), of_theirs(theirs)))
        if found[0] != found[1]:
            wrong.append(f"{way.name} {[one[0] for one in found]}")
    assert wrong == []
