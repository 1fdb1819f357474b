"""People who log in. Citizens need no account: everything public is readable without one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib.auth.base_user import BaseUserManager
from django.contrib.auth.models import AbstractUser
from django.db import models


@dataclass(frozen=True)
class Limits:
    """What a person's token may do of what they may: some rights, in some bodies (None: in all of theirs)."""

    rights: frozenset[str]
    bodies: frozenset[int] | None = None


class UserManager(BaseUserManager["User"]):
    """Makes accounts; an address is compared without regard to case, as people type it."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        return self.create_user(email, password, **{"is_staff": True, "is_superuser": True, **fields})

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email=(username or "").lower())


class User(AbstractUser):
    """An account, known by its e-mail address. `is_superuser` is the administrator of the instance."""

    username = None  # type: ignore[assignment]
    email = models.EmailField("adresse électronique", unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]
    limits: Limits | None = None  # set where a token speaks for its person (catalogue.accounts.tokens)

    class Meta:
        verbose_name = "compte"

    def __str__(self) -> str:
        return self.get_full_name() or self.email

    @property
    def is_held_to_bodies(self) -> bool:
        return self.limits is not None and self.limits.bodies is not None

    def within(self, right: str, body: int | str | None) -> bool:
        """Whether the limits of now, if any, let this right through in this body (by its key; None: in every body)."""
        if self.limits is None:
            return True
        bodies = self.limits.bodies
        return right in self.limits.rights and (bodies is None or (body is not None and int(body) in bodies))

    def limits_in_full(self) -> set[tuple[str, str]]:
        """(right, key of the body) of each of them: what who may do everything is held to."""
        if self.limits is None or self.limits.bodies is None:
            return set()
        return {(right, str(body)) for right in self.limits.rights for body in self.limits.bodies}
