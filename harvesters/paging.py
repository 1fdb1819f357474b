"""One way to walk a source's pages, with the guards that real sources made necessary.

An address is read once, a content is read once, pages are counted, and a page that leads from the web to somewhere else
is not followed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from harvesters.base import Fetch, Harvester, Misasked, Page, Refused, Unreadable

MAX_PAGES = 10_000
WEB = ("http://", "https://")


def walk(source: Harvester, fetch: Fetch) -> Iterator[Page]:
    """The pages of a source, from its first one on. Raises HarvestError."""
    seen: set[str] = set()
    contents: set[str] = set()
    met: int | None = 0
    url = source.start()
    while url:
        if len(seen) >= MAX_PAGES:
            raise Refused(
                f"Plus de {MAX_PAGES} pages : la source boucle sans doute. Demandez à son gestionnaire de vérifier sa pagination."
            )
        seen.add(url)
        try:
            fetched = fetch(url)
        except Misasked:
            url = source.otherwise(url)
            if not url or url in seen:
                raise
            continue
        next_url = ""
        known = Page(fetched, iter(()), fetched.next_url, total=fetched.total, given=fetched.given)
        for page in [known] if fetched.known else source.read(fetched):
            content = page.content or fetched.answer.sha256
            if content in contents and not fetched.answer.not_modified:
                raise Unreadable(
                    f"La page {url} répète une page déjà lue : la pagination de la source boucle. Signalez-le à son gestionnaire."
                )
            contents.add(content)
            followed = _followed(url, page)
            next_url = followed.next_url
            yield followed
            # Only now: what was given is taken in, and a lie about the rest stops the run before anything is withdrawn.
            met = None if met is None or page.given is None else met + page.given
            _check_total(met, page.total, finished=not page.next_url)
        _check_next(next_url, seen)
        url = next_url


def _check_next(url: str, seen: set[str]) -> None:
    if url in seen:
        raise Unreadable(
            f"La page suivante annoncée, {url}, a déjà été lue : la pagination de la source boucle. Signalez-le à son gestionnaire."
        )
    if url and not url.startswith(WEB):  # never a file of this machine, however a page names it
        raise Refused(
            f"La page suivante annoncée, {url[:200]}, n'est pas une adresse du web : elle n'a pas été lue. "
            "Demandez au gestionnaire de la source de vérifier sa pagination."
        )


def _followed(url: str, page: Page) -> Page:
    """A file's next page is not followed, whatever it says: reading stops there, and is not complete."""
    if page.next_url and not url.startswith(WEB):
        return replace(page, next_url="", last=False)
    return page


@dataclass
class Steadiness:
    """Whether a list held still while its pages were read. One that moved may have shown a record twice and another never,
    under a total that is right.
    """

    pages: int = 0
    totals: set[int] = field(default_factory=set)

    def see(self, page: Page) -> None:
        self.pages += 1
        self.totals |= {page.total} if page.total is not None else set()

    def moved(self, repeated: int) -> str:
        """What shows that it moved, in French; "" when nothing does. `repeated`: records that were met again."""
        if self.pages > 1 and repeated:
            return f"{repeated} fiches ont été données deux fois, d’une page à l’autre"
        return "le nombre de fiches annoncé a changé pendant la lecture" if len(self.totals) > 1 else ""


def with_query(url: str, **values: str | int) -> str:
    """The address with these parameters in place of those of the same name; `__` stands for a bracket: `page__size`
    is `page[size]`.
    """
    parts = urlsplit(url)
    query = {name: found[-1] for name, found in parse_qs(parts.query, keep_blank_values=True).items()}
    for name, value in values.items():
        head, _, tail = name.partition("__")
        query[f"{head}[{tail}]" if tail else head] = str(value)
    return urlunsplit(parts._replace(query=urlencode(query), fragment=""))


def number(url: str, name: str, default: int = 0) -> int:
    """A parameter that is a number; `default` when it is absent or is not."""
    head, _, tail = name.partition("__")
    text = parse_qs(urlsplit(url).query).get(f"{head}[{tail}]" if tail else head, [""])[-1]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else default


@dataclass(frozen=True)
class Numbering:
    """How an interface cuts its answer in pages: which parameters say where to start and how many to give.

    Our own arithmetic, never the source's links: behind a proxy they lead to a private host (ckanext-dcat #68).
    `by_page`: `start` counts pages, from 1; else it counts records, from `first`.
    """

    start: str
    size: str
    by_page: bool = False
    first: int = 0

    def begin(self, url: str, size: int) -> str:
        return with_query(url, **{self.start: 1 if self.by_page else self.first, self.size: size})

    def asked(self, url: str) -> int:
        return number(url, self.size)

    def offset(self, url: str, size: int) -> int:
        """How many records are on the pages before; `size` is how many the source gives on each."""
        at = number(url, self.start, 1 if self.by_page else self.first)
        return max(0, (at - 1) * size if self.by_page else at - self.first)

    def after(self, url: str, met: int) -> str:
        """The next page, when `met` records were read so far."""
        at = number(url, self.start, 1) + 1 if self.by_page else met + self.first
        return with_query(url, **{self.start: at})


def _check_total(met: int | None, total: int | None, *, finished: bool) -> None:
    """Raises Unreadable when a source gave fewer records than it announced, or more: nothing may be withdrawn then."""
    if met is not None and total is not None and (met > total or (finished and met < total)):
        raise Unreadable(
            f"La source annonce {total} fiches et en donne {met} : rien ne sera retiré. Signalez-le à son gestionnaire ; "
            "si elle compte toujours mal, relancez avec « --option trust_total=non »."
        )
