"""Who may find what, for the index: each document carries the tokens of those who may, each question those of its reader."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from guardian.shortcuts import get_groups_with_perms, get_users_with_perms
from guardian.utils import get_group_obj_perms_model, get_user_obj_perms_model

from catalogue.models import PUBLIC, DataService, Dataset, Organisation, Record, User

if TYPE_CHECKING:
    from collections.abc import Iterable

GRANT = "read_dataset"
MANY = 500  # keys of one question


def tokens_for(records: Iterable[Record]) -> dict[UUID, tuple[str, ...]]:
    """For the index: who may find each of these records."""
    return {record.pk: ("public",) if not record.private else _private_tokens(record) for record in records}


def tokens_for_bodies(bodies: Iterable[Organisation]) -> dict[int, tuple[str, ...]]:
    """For the index: who may find each of these bodies, as `Organisation.objects.visible_to` says; nobody for some."""
    keys = {body.pk for body in bodies}
    known = set(Organisation.objects.visible_to(PUBLIC).filter(pk__in=keys).values_list("pk", flat=True))
    return {
        key: ("public",)
        if key in known
        else readers_of(*(model.objects.published().filter(published_by=key) for model in (Dataset, DataService)))
        for key in keys
    }


def readers_of(*records: QuerySet[Any]) -> tuple[str, ...]:
    """For the index: who may find one of these published records at least."""
    if any(rows.filter(private=False).exists() for rows in records):
        return ("public",)
    tokens: set[str] = set()
    for rows in records:
        tokens |= {f"org:{owner}" for owner in rows.order_by().values_list("owner", flat=True).distinct()}
        if rows.model is Dataset:
            tokens |= _granted(rows)
    return tuple(sorted(tokens))


def _granted(datasets: QuerySet[Any]) -> set[str]:
    """Who holds a grant on one of them. Keys are text in guardian's tables, and are compared as text (see `_asked`)."""
    held = {"content_type": ContentType.objects.get_for_model(Dataset), "permission__codename": GRANT}
    keys = [str(key) for key in datasets.values_list("pk", flat=True)]
    tokens: set[str] = set()
    for start in range(0, len(keys), MANY):
        some = keys[start : start + MANY]
        models: dict[str, Any] = {"user": get_user_obj_perms_model(), "group": get_group_obj_perms_model()}
        for name, model in models.items():
            found = model.objects.filter(object_pk__in=some, **held)
            tokens |= {f"{name}:{key}" for key in found.values_list(name, flat=True).distinct()}
    return tokens


def presentable(tokens: Iterable[str]) -> set[str]:
    """Those of these tokens with which somebody may read: an account or a group that is gone opens nothing any more."""
    named: dict[str, set[str]] = {}
    for token in tokens:
        kind, _, key = token.partition(":")
        named.setdefault(kind, set()).add(key)
    people = User.objects.filter(is_active=True)
    found = {"public"} if "public" in named else set()
    found |= {f"user:{pk}" for pk in people.filter(pk__in=named.get("user", ())).values_list("pk", flat=True)}
    found |= {f"group:{pk}" for pk in Group.objects.filter(pk__in=named.get("group", ())).values_list("pk", flat=True)}
    bodies = Organisation.objects.filter(pk__in=named.get("org", ())).values_list("pk", flat=True)
    return found | {f"org:{pk}" for pk in bodies}


def _private_tokens(record: Record) -> tuple[str, ...]:
    if not isinstance(record, Dataset):
        return (f"org:{record.owner_id}",)  # grants are of datasets
    dataset = record
    users: Any = get_users_with_perms(dataset, only_with_perms_in=[GRANT], with_group_users=False)
    groups: Any = get_groups_with_perms(dataset)
    return (
        f"org:{dataset.owner_id}",
        *(f"user:{user.pk}" for user in users),
        *(f"group:{group.pk}" for group in groups),
    )
