"""The links from one page of a list to the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet, Window

from portal.asking import LAST_PAGE, PAGE_SIZE


@dataclass(frozen=True)
class Pager:
    """Addresses of the neighbouring pages; a link without address is the page one is on, without label a gap.

    Beyond what numbers reach, pages have none: only what follows, and `start`, the address of the first.
    """

    pages: int
    links: tuple[tuple[str, str], ...]
    previous: str
    next: str
    start: str = ""

    @property
    def several(self) -> bool:
        return bool(self.pages > 1 or self.next or self.start)


def pager(page: int, total: int, address: Callable[[int], str], size: int = PAGE_SIZE, beyond: str = "") -> Pager:
    """`beyond`: the address of what follows the last numbered page, when there is more."""
    pages = max(1, min(LAST_PAGE, -(-total // size)))
    near = sorted({1, pages, *range(max(1, page - 1), min(pages, page + 1) + 1)})
    links: list[tuple[str, str]] = []
    for before, number in zip([0, *near], near, strict=False):
        if number > before + 1:
            links.append(("", ""))
        links.append((str(number), "" if number == page else address(number)))
    following = address(page + 1) if page < pages else beyond
    return Pager(pages, tuple(links), address(page - 1) if page > 1 else "", following)


def found_at(rows: QuerySet[Any], asked: int, size: int = PAGE_SIZE) -> tuple[int, int, list[Any]]:
    """The page that there is, the first when the asked one is beyond the last; how many rows there are in all; its rows.

    `rows` are in an order that decides between any two. One query, two beyond the last page.
    """
    counted = rows.annotate(in_all=Window(Count("pk")))
    for page in dict.fromkeys((asked, 1)):
        start = (page - 1) * size
        if found := list(counted[start : start + size]):
            return page, found[0].in_all, found
    return 1, 0, []
