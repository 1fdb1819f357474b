"""What is written to journals: what happened, where in the code, and nothing that tells who or opens anything.

Journals are kept for long, copied to other machines and read by many. So every line, tracebacks included, passes here last: addresses
of mail, secrets and secret links are taken out whatever wrote them, our code, a library or an error of the base that repeats a value.
"""

from __future__ import annotations

import logging
import re
import sys
import threading
from types import TracebackType
from typing import Any, Final

logger = logging.getLogger(__name__)
JOURNALS: Final[dict[str, Any]] = {  # the setting LOGGING
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {
            "class": "catalogue.journals.Discreet",
            "format": "{asctime} {levelname} {name} {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "propagate": True},
        # A line for each HEAD whose body Django leaves for the server to drop, as servers do.
        "gunicorn.http.wsgi": {"level": "ERROR"},
        "elastic_transport": {"level": "WARNING"},
        "httpx": {"level": "WARNING"},
        # A line for each task, twenty a minute.
        "celery": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
    },
}
TAKEN_OUT: Final = "…"
# Addresses whose end is a key: who has the link may do what it says.
KEYED: Final = (
    "connexion/nouveau",
    "invitation",
    "alertes",
    "suivre",
    "reutilisations",
    "questions",
    "tableaux-de-bord",
)
NAMED: Final = (
    r"session_?id|session_?key|csrf\w*|passw\w*|mot_?de_?passe|secret|token|jeton|api_?key|authorization|cookie"
)

# Each repetition is bounded or of characters that end it: a line of any length is read in a time that follows its length.
RULES: Final = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"(?i)\b(bearer|basic)\s+[\w.~+/=-]{6,}", rf"\1 {TAKEN_OUT}"),
        (r"\bbouture_[\w-]{30,}", f"bouture_{TAKEN_OUT}"),
        (
            rf"(?i)\b([\w-]{{0,30}}(?:{NAMED})[\"']?\s?[=:]\s?)(?:\[?[\"'][^\"'\n]*[\"']\]?|[^\s\"']+)",
            rf"\1{TAKEN_OUT}",
        ),
        (rf"(/(?:{'|'.join(KEYED)})/)[^\s?\"'<>/][^\s?\"'<>]*", rf"\1{TAKEN_OUT}"),
        # What is asked: a search, an address of mail, the key of somebody else's interface.
        (r"\?[\w.~%+-]{1,60}=[^\s\"'<>]*", f"?{TAKEN_OUT}"),
        (r"://[^/\s@\"']{1,300}@", f"://{TAKEN_OUT}@"),
        (r"[^\s<>\"'(),:;@/=…]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63})+", f"{TAKEN_OUT}@{TAKEN_OUT}"),
    )
)


class Discreet(logging.Formatter):
    """A line as its format says, without what is not for journals."""

    def format(self, record: logging.LogRecord) -> str:
        return discreet(super().format(record))


def discreet(text: str) -> str:
    for pattern, said in RULES:
        text = pattern.sub(said, text)
    return text


def hear_falls() -> None:
    """What ends a thread or this process is written as any line is. Python would write it itself, with all that the error repeats."""

    def of_process(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            sys.__excepthook__(kind, error, trace)
        else:
            logger.critical("arrêté sur un défaut du logiciel", exc_info=(kind, error, trace))

    def of_thread(fall: threading.ExceptHookArgs) -> None:
        if fall.exc_value is not None and fall.exc_type is not SystemExit:
            name = fall.thread.name if fall.thread else "?"
            told = (fall.exc_type, fall.exc_value, fall.exc_traceback)
            logger.critical("« %s » est tombé sur un défaut du logiciel", name, exc_info=told)

    sys.excepthook, threading.excepthook = of_process, of_thread
