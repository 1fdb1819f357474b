"""Who is written to about the instance itself."""

from __future__ import annotations

from catalogue.models import User


def people_who_run() -> list[User]:
    """The instance's administrators who can be written to."""
    return list(User.objects.filter(is_active=True, is_superuser=True).exclude(email="").order_by("pk"))
