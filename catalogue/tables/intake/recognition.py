"""What a file is, by what it holds."""

from __future__ import annotations

from pathlib import Path

from catalogue.tables.contract import Unreadable

HEAD = 4096
# What is no table, and what to do instead.
REFUSED = (
    (b"%PDF", "un PDF", "Publiez le tableau dont il est tiré (CSV, tableur)."),
    (b"\x89PNG", "une image", "Publiez le tableau dont elle est tirée (CSV, tableur)."),
    (b"\xff\xd8\xff", "une image", "Publiez le tableau dont elle est tirée (CSV, tableur)."),
    (b"GIF8", "une image", "Publiez le tableau dont elle est tirée (CSV, tableur)."),
    (b"\x7fELF", "un programme", "Déposez un tableau (CSV, tableur)."),
    (b"MZ", "un programme", "Déposez un tableau (CSV, tableur)."),
)


def recognised(path: Path) -> str:
    """The name of a format. Raises Unreadable for what is plainly something else."""
    with path.open("rb") as file:
        head = file.read(HEAD)
    for mark, what, remedy in REFUSED:
        if head.startswith(mark) and (b"\0" in head or mark == b"%PDF"):
            raise Unreadable(f"Ce fichier est {what}, pas un tableau. {remedy}", "not-a-table")
    return "csv"
