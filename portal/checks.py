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


def register() -> None:
    checks.register(check_environment)


def check_environment(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[checks.CheckMessage]:
    if app_configs is not None and not any(config.name == "portal" for config in app_configs):
        return []
    return [_message(problem) for problem in settings.BOUTURE_PROBLEMS]


def _message(problem: Problem) -> checks.CheckMessage:
    kind = checks.Error if problem.blocking else checks.Warning
    return kind(problem.message, hint=problem.hint, id=problem.id)
