"""Who may do what, from one module."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser, Group
from guardian.shortcuts import assign_perm

from catalogue import permissions, publishing
from catalogue.models import Change, Dataset
from tests import factories

pytestmark = pytest.mark.django_db


def visible(user: object) -> set[object]:
    return set(Dataset.objects.visible_to(permissions.audience_of(user)).values_list("pk", flat=True))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        ("", set()),
        ("reader", {"see"}),
        ("contributor", {"see", "edit"}),
        ("publisher", {"see", "edit", "publish"}),
        ("administrator", {"see", "edit", "publish", "administer"}),
    ],
)
def test_each_role_on_a_private_dataset(role: str, allowed: set[str]) -> None:
    town = factories.body()
    private = factories.dataset(owner=town, private=True)
    user = factories.person(role, town)
    assert {action for action in permissions.ACTIONS if permissions.may(user, action, private)} == allowed
    assert (private.pk in visible(user)) == bool(role)


def test_rights_read_with_a_record_are_those_that_are_asked_for() -> None:
    town, neighbour = factories.body(), factories.body()
    records = [
        factories.dataset(owner=body, private=private) for body in (town, neighbour) for private in (True, False)
    ]
    people = [factories.person(role, town) for role in ("", *permissions.ROLES)]
    granted, shared = factories.person(), factories.person()
    publishing.grant(records[0], granted)
    group = Group.objects.create(name="Conseil municipal")
    shared.groups.add(group)
    assign_perm(permissions.PUBLISH, group, town)
    inactive = factories.person("publisher", town, is_active=False)
    administrator = factories.person(is_superuser=True)
    for user in (AnonymousUser(), *people, granted, shared, inactive, administrator):
        rows = permissions.with_rights(Dataset.objects.select_related("owner"), user)
        for record in rows:
            assert permissions.actions_of(user, record) == permissions.actions(user, record)


def test_a_role_says_nothing_in_another_body() -> None:
    private = factories.dataset(private=True)
    neighbour = factories.person("administrator", factories.body())
    assert not permissions.may(neighbour, "see", private)
    assert private.pk not in visible(neighbour)


def test_a_stranger_sees_what_is_public_only() -> None:
    public, private = factories.dataset(), factories.dataset(private=True)
    for user in (AnonymousUser(), factories.person()):
        assert visible(user) == {public.pk}
        assert not permissions.may(user, "see", private)
        assert not permissions.may(user, "edit", public)


def test_the_administrator_of_the_instance_sees_everything() -> None:
    private = factories.dataset(private=True)
    assert permissions.may(factories.person(is_superuser=True), "administer", private)
    inactive = factories.person(is_superuser=True, is_active=False)
    assert not permissions.may(inactive, "see", private)
    assert visible(inactive) == set()


@pytest.mark.parametrize("by_group", [False, True])
def test_a_grant_on_one_dataset(by_group: bool) -> None:
    town = factories.body()
    private, other = factories.dataset(owner=town, private=True), factories.dataset(owner=town, private=True)
    user = factories.person()
    group = Group.objects.create(name="Conseil municipal")
    user.groups.add(group)
    who = group if by_group else user
    publishing.grant(private, who)
    user = type(user).objects.get(pk=user.pk)
    assert visible(user) == {private.pk}
    assert permissions.may(user, "see", private)
    assert not permissions.may(user, "edit", private)
    assert set(permissions.tokens_for([private])[private.pk]) & permissions.audience_of(user).tokens
    publishing.revoke(private, who)
    user = type(user).objects.get(pk=user.pk)
    assert visible(user) == set()
    assert not set(permissions.tokens_for([private, other])[private.pk]) & permissions.audience_of(user).tokens
    assert Change.objects.filter(record=private.pk, restricts=True).exists()


def test_a_role_taken_back_is_gone_at_once() -> None:
    town = factories.body()
    factories.dataset(owner=town, private=True)
    user = factories.person("publisher", town)
    permissions.remove_role(user, town)
    assert visible(type(user).objects.get(pk=user.pk)) == set()


def test_one_role_replaces_another() -> None:
    town = factories.body()
    user = factories.person("administrator", town)
    permissions.assign_role(user, town, "reader")
    private = factories.dataset(owner=town, private=True)
    assert permissions.actions(type(user).objects.get(pk=user.pk), private) == {"see"}


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(KeyError):
        permissions.assign_role(factories.person(), factories.body(), "king")
