"""`Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): the same question twice has one effect and one answer.

The answer is written in the transaction of the effect. A process killed on its way leaves a key without an answer and no
effect: after STALE, whoever asks again takes it over.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Final

from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from catalogue import auditing
from catalogue.models import KeptAnswer
from portal.api.writing.problems import Wrong

LIVES: Final = timedelta(hours=24)
STALE: Final = timedelta(seconds=60)
KEY: Final = re.compile(r"[\x21-\x7e]{1,255}")
HEADERS: Final = ("ETag", "Location", "Content-Type")


def once(request: HttpRequest, holder: str, act: Callable[[], HttpResponse], body: bytes) -> HttpResponse:
    """What `act` answers, or what it answered. What raises Wrong leaves no effect, and its key free.

    `body`: what the question says, or a digest of it.
    """
    key = request.headers.get("Idempotency-Key")
    if key is None:
        with transaction.atomic(), auditing.together():
            return act()
    if not KEY.fullmatch(key):
        raise Wrong("key")
    held = _take(holder, key, _digest(request, body))
    if held.status:
        return _again(held)
    done = False
    try:
        with transaction.atomic(), auditing.together():
            answer = act()
            _keep(held, answer)
        done = True
    finally:
        if not done:
            KeptAnswer.objects.filter(pk=held.pk, taken_at=held.taken_at, status=0).delete()
    return answer


def _take(holder: str, key: str, digest: str) -> KeptAnswer:
    """The row of this key, ours to work on when it has no answer. Raises Wrong while another has it."""
    now = timezone.now()
    KeptAnswer.objects.filter(taken_at__lt=now - LIVES).delete()
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(holder=holder, key=key, digest=digest, taken_at=now)
    except IntegrityError:
        found = KeptAnswer.objects.filter(holder=holder, key=key).first()
    busy = Wrong("key-busy", headers={"Retry-After": "5"})
    if found is None:
        raise busy  # it was freed between the two
    if found.digest != digest:
        raise Wrong("key-reused")
    if not found.status:
        mine = KeptAnswer.objects.filter(pk=found.pk, status=0, taken_at__lt=now - STALE).update(taken_at=now)
        if not mine:
            raise busy
        found.taken_at = now
    return found


def _keep(held: KeptAnswer, answer: HttpResponse) -> None:
    """Raises Wrong, and so undoes the effect, when another process has taken the key over."""
    headers = {name: answer[name] for name in HEADERS if name in answer}
    kept = KeptAnswer.objects.filter(pk=held.pk, taken_at=held.taken_at, status=0)
    if not kept.update(status=answer.status_code, headers=headers, body=answer.content.decode()):
        raise Wrong("key-busy", headers={"Retry-After": "5"})


def _again(held: KeptAnswer) -> HttpResponse:
    answer = HttpResponse(held.body, status=held.status, headers=held.headers)
    answer["Idempotency-Replayed"] = "true"
    return answer


def _digest(request: HttpRequest, body: bytes) -> str:
    head = [request.method or "", request.get_full_path(), request.headers.get("If-Match", "")]
    return hashlib.sha256("\n".join(head).encode("utf-8", "replace") + b"\n" + body).hexdigest()
