"""The languages of the pages: French, in which they are written, and those of `locale/`, one file of translations each.

`make` compiles the files into the folder of the instance (GNU gettext's MO format), where Django looks for them: neither the project's
folder nor a program of the machine has to be written or installed. Names of languages are theirs, as Django says them.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from django.conf.locale import LANG_INFO
from django.utils.translation import get_language, gettext, override

from portal.environment import Environment

if TYPE_CHECKING:
    from catalogue.indicators.contract import Words

LOCALE: Final = Path(__file__).resolve().parent.parent / "locale"
WRITTEN_IN: Final = "fr"
DEFAULT: Final = "fr,en"  # of BOUTURE_LANGUAGES


def translated() -> tuple[str, ...]:
    """The codes of the languages that have a file, in their order."""
    return tuple(sorted(path.parent.parent.name for path in LOCALE.glob("*/LC_MESSAGES/django.po")))


def offered(env: Environment) -> list[tuple[str, str]]:
    """Django's LANGUAGES, from BOUTURE_LANGUAGES: French first, whatever is asked."""
    asked = [word.strip().lower() for word in env.text("BOUTURE_LANGUAGES", DEFAULT).split(",")]
    known = {WRITTEN_IN, *translated()}
    if unknown := [code for code in asked if code not in known]:
        env.wrong(
            "E023",
            f"BOUTURE_LANGUAGES : {', '.join(unknown)} n’a pas de fichier de traduction.",
            f"Choisissez parmi {', '.join(sorted(known))}, séparés par des virgules.",
        )
    codes = dict.fromkeys((WRITTEN_IN, *(code for code in asked if code in known)))
    return [(code, str(LANG_INFO[code]["name_local"]).capitalize()) for code in codes]


def signs() -> tuple[str, str]:
    """What stands between thousands and before decimals in the language that is read now, by how it writes one number."""
    return _signs(get_language() or WRITTEN_IN)


@lru_cache
def _signs(code: str) -> tuple[str, str]:
    with override(code):
        said = gettext("1\N{NARROW NO-BREAK SPACE}234,5")
    return said[1:-5], said[-2]


def said(words: Words) -> str:
    """In the reader's language what is written in several; in French where it is not in theirs."""
    code = (get_language() or WRITTEN_IN).partition("-")[0]
    return getattr(words, code, "") or words.fr


def compiled(home: Path) -> Path:
    """Where `make` writes, and Django's LOCALE_PATHS looks."""
    return home / "locale"


def make(home: Path, codes: Sequence[str]) -> None:
    """Compiles what is not compiled yet; a process that reads meanwhile has the old file whole, or the new one.

    Raises OSError, also for a file that cannot be read as translations: with its path and line.
    """
    import polib

    for code in (WRITTEN_IN, *codes):
        # French is what the texts are, in any file; its own says how it counts: zero is singular, which gettext does not know of itself.
        source = _file("en" if code == WRITTEN_IN else code)
        target = compiled(home) / code / "LC_MESSAGES" / "django.mo"
        if not source.exists() or (target.exists() and target.stat().st_mtime_ns == source.stat().st_mtime_ns):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f"{target.name}.{os.getpid()}")
        said = polib.pofile(str(source))
        if code == WRITTEN_IN:
            said.metadata["Plural-Forms"] = "nplurals=2; plural=(n > 1);"
            for one in said:
                one.msgstr = ""
                one.msgstr_plural = {0: one.msgid, 1: one.msgid_plural} if one.msgid_plural else {}
        said.save_as_mofile(str(beside))
        stamp = source.stat()
        os.utime(beside, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
        beside.replace(target)


def _file(code: str) -> Path:
    return LOCALE / code / "LC_MESSAGES" / "django.po"
