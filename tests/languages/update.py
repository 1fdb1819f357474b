"""`python -m tests.languages.update`: brings the files of `locale/` to the texts of the code, for their translators.

New texts come with nothing to say yet, those that nothing says any more go; what is translated stays as it is.
"""

from __future__ import annotations

import sys
from pathlib import Path

import django
import polib

from tests.languages.extraction import PROJECT, Message, messages


def file_of(language: str) -> Path:
    return PROJECT / "locale" / language / "LC_MESSAGES" / "django.po"


def updated(language: str, said: list[Message]) -> polib.POFile:
    """The file as it should be; nothing is written."""
    path = file_of(language)
    old = polib.pofile(str(path)) if path.exists() else polib.POFile()
    known = {(entry.msgctxt, entry.msgid): entry for entry in old}
    new = polib.POFile(wrapwidth=0)
    new.header = old.header
    new.metadata = {
        "Language": language,
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": old.metadata.get("Plural-Forms", "nplurals=2; plural=(n != 1);"),
    }
    forms = int(new.metadata["Plural-Forms"].split("=")[1].split(";")[0])
    for one in said:
        entry = polib.POEntry(
            msgid=one.text, msgctxt=one.context, occurrences=[(name, "") for name in sorted(one.files)]
        )
        if one.plural:
            entry.msgid_plural = one.plural
            entry.msgstr_plural = dict.fromkeys(range(forms), "")
        if "%(" in one.text:
            entry.flags = ["python-format"]
        if before := known.get((one.context, one.text)):
            entry.tcomment = before.tcomment
            if one.plural and before.msgstr_plural:
                entry.msgstr_plural = {form: before.msgstr_plural.get(form, "") for form in range(forms)}
            elif not one.plural:
                entry.msgstr = before.msgstr
        new.append(entry)
    return new


if __name__ == "__main__":
    django.setup()
    found = messages()
    for language in sys.argv[1:] or sorted(
        path.parent.parent.name for path in (PROJECT / "locale").glob("*/*/django.po")
    ):
        file = updated(language, found)
        file_of(language).parent.mkdir(parents=True, exist_ok=True)
        file.save(str(file_of(language)))
        left = sum(not entry.translated() for entry in file)
        sys.stderr.write(f"{language}: {len(file)} texts, {left} to translate\n")
