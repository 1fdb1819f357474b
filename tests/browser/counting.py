"""How many questions one answer asked of the base, and what work it was, told in headers of the answer."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

HEADER = "X-Queries"
WORK = "X-Work"  # milliseconds of processor, of the thread that answered


class QueryCount:
    """The outermost middleware, so that sessions and accounts count too."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        asked, started = 0, time.thread_time()

        def count(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
            nonlocal asked
            asked += 1
            return execute(sql, params, many, context)

        with connection.execute_wrapper(count):
            response = self._answer(request)
        response[HEADER] = str(asked)
        response[WORK] = f"{(time.thread_time() - started) * 1000:.2f}"
        return response
