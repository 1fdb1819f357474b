"""What is hidden is what is not visible, for every reader and every state of a record."""

from __future__ import annotations

import pytest

from catalogue import permissions
from catalogue.models import PUBLIC, Audience, Dataset, Observation
from tests import factories
from tests.comparing.places import communes
from tests.observed import figure, indicator


@pytest.mark.django_db
def test_hidden_and_visible_are_each_other_s_rest() -> None:
    owner, other = factories.body(), factories.body()
    found = [factories.dataset(owner=body, private=private) for body in (owner, other) for private in (False, True)]
    for status in ("draft", "withdrawn"):
        found.append(factories.dataset(owner=owner))
        Dataset.objects.filter(pk=found[-1].pk).update(status=status)
    [town] = communes([600])
    open_one, internal = indicator(), indicator(internal=True)
    for each in found:
        for measure in (open_one, internal):
            figure(measure, town, "2021", 1.0, each)
    granted = Audience(datasets=frozenset({found[3].pk}))
    readers = [PUBLIC, granted, Audience(everything=True)]
    readers += [permissions.audience_of(factories.person("reader", body)) for body in (owner, other)]
    for reader in readers:
        visible = set(Dataset.objects.visible_to(reader).values_list("pk", flat=True))
        hidden = set(Dataset.objects.hidden_from(reader).values_list("pk", flat=True))
        assert not visible & hidden
        assert visible | hidden == {each.pk for each in found}
        seen = Observation.objects.visible_to(reader)
        assert set(seen.filter(indicator=open_one).values_list("dataset", flat=True)) == visible
        inside = {
            each.pk
            for each in found
            if each.pk in visible and (reader.everything or each.owner_id in reader.organisations)
        }
        assert set(seen.filter(indicator=internal).values_list("dataset", flat=True)) == inside
