"""Reading a file otherwise than it was: the sheet, the encoding, the separator, the lines of its header, as a person says."""

from __future__ import annotations

from typing import Any, Final

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy

from catalogue.models import Table
from catalogue.tables.contract import Options
from catalogue.tables.plain import chosen, options_from

ENCODINGS: Final = ("utf-8", "windows-1252", "utf-16", "iso-8859-15")
SEPARATORS: Final = (
    (";", gettext_lazy("point-virgule")),
    (",", gettext_lazy("virgule")),
    ("\t", gettext_lazy("tabulation")),
    ("|", gettext_lazy("barre verticale")),
)


def asked(table: Table) -> dict[str, Any]:
    """What `parts/otherwise.html` shows."""
    return {"options": options_from(table.options), "encodings": ENCODINGS, "separators": SEPARATORS}


def ask(table: Table, said: QueryDict, **also: Any) -> None:
    """To be read now; `also`: what else becomes of the table."""
    now = timezone.now()
    Table.objects.filter(pk=table.pk).update(
        options=chosen(_options(said)), next_at=now, etag="", last_modified="", **also
    )


def _options(said: QueryDict) -> Options:
    lines = said.get("entete", "")
    separator = said.get("separateur", "")
    encoding = said.get("encodage", "")
    return Options(
        sheet=said.get("feuille", "")[:200],
        encoding=encoding if encoding in ENCODINGS else "",
        separator=separator if separator in dict(SEPARATORS) else "",
        header_lines=int(lines) if lines.isdecimal() and int(lines[:3]) <= 50 else None,
    )
