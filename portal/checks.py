"""Tells as system checks what portal.settings found wrong in the environment.

Every command runs the checks before it does anything; the web server does not, so `deploy/run.sh` and the systemd
units run `manage.py check` before it.
"""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

from portal.environment import Problem
from portal.leaving.unfinished import stands_in_the_way


def register() -> None:
    checks.register(check_environment)
    checks.register(check_import)
    checks.register(check_contact, checks.Tags.security, deploy=True)


def check_environment(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[checks.CheckMessage]:
    if app_configs is not None and not any(config.name == "portal" for config in app_configs):
        return []
    return [_message(problem) for problem in settings.BOUTURE_PROBLEMS]


def check_import(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Half of what came is no portal."""
    found = stands_in_the_way()
    if found is None:
        return []
    said = f"Un import commencé le {found.at} n'est pas fini : ce portail ne sert personne avant."
    hint = (
        f"Lancez de nouveau : manage.py import {found.path} (il reprend où il en était). Pour y renoncer, prenez un autre "
        "BOUTURE_HOME et une autre base."
    )
    return [checks.Error(said, hint=hint, id="bouture.E020")]


def check_contact(**_kwargs: Any) -> list[checks.CheckMessage]:
    """Asked by `manage.py check --deploy`: whoever finds a weakness must be able to say it to somebody."""
    if settings.BOUTURE_SECURITY_CONTACT:
        return []
    said = "Personne n'est nommé pour recevoir ce que l'on trouve de fragile : /.well-known/security.txt ne répond pas."
    return [checks.Warning(said, hint="Écrivez BOUTURE_SECURITY_CONTACT=securite@ville.fr", id="bouture.W006")]


def _message(problem: Problem) -> checks.CheckMessage:
    kind = checks.Error if problem.blocking else checks.Warning
    return kind(problem.message, hint=problem.hint, id=problem.id)
