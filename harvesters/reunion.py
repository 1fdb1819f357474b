"""Which newcomers of a source are records that it had under other identifiers.

Sources rename everything overnight: ArcGIS hubs, portals that change software. A newcomer is one of the missing when

1. it bears the same title, and an address of a file, of a service or of a landing page of its own;
2. or it alone bears an address or a name that one missing record alone bore, and no other record of the source;
3. or, when the source changed most of its identifiers at once, it alone bears the title that one missing record alone
   bore. On an ordinary day a title is not enough: of real catalogues, 258 datasets had 228 titles.

Each of both sides is matched once, and a tie is nobody's. Traits are kept as hashes, so that a hundred thousand
records fit in memory.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from harvesters.recognition import Traits

COMMON = 50  # holders of one trait beyond which it tells nobody from another
SHARE = 0.5  # of the missing that titles must explain before titles alone are believed


@dataclass(frozen=True)
class Marks:
    """The traits of one record, as hashes of this process."""

    kind: str
    gone: bool  # withdrawn already: only the surest traits bring it back
    pairs: frozenset[int]  # title and address
    alone: frozenset[int]  # what may be enough when nobody else has it
    titles: frozenset[int]


def marks(kind: str, traits: Traits, *, gone: bool = False) -> Marks:
    addresses = traits.addresses | traits.pages
    return Marks(
        kind,
        gone,
        frozenset(hash((kind, pair)) for pair in product(traits.titles, addresses)),
        frozenset(hash((kind, trait)) for trait in addresses | traits.names),
        frozenset(hash((kind, title)) for title in traits.titles),
    )


def reunite(
    new: Mapping[int, Marks],
    missing: Mapping[int, Marks],
    borne_elsewhere: Callable[[frozenset[int]], frozenset[int]],
    renamed: Callable[[str], bool],
) -> dict[int, int]:
    """Newcomer -> missing record. `borne_elsewhere` tells which traits other records of the source bear too;
    `renamed`, whether so much of a kind is missing that the source must have changed its identifiers.
    """
    live = {key: each for key, each in missing.items() if not each.gone}
    found = _matched(_shared(new, live, lambda m: m.pairs), {})
    found = _matched(_shared(_without(new, found), _without(missing, live), lambda m: m.pairs), found)
    missing = live
    votes = _shared(_without(new, found), _without(missing, found.values()), lambda m: m.alone, alone=(new, missing))
    if votes:
        known = borne_elsewhere(frozenset(trait for traits in votes.values() for trait in traits))
        found = _matched({pair: left for pair, traits in votes.items() if (left := traits - known)}, found)
    titles = _shared(_without(new, found), _without(missing, found.values()), lambda m: m.titles, alone=(new, missing))
    titles = {pair: traits for pair, traits in titles.items() if renamed(new[pair[0]].kind)}
    more = _matched(titles, found)
    return more if len(more) >= SHARE * len(missing) else found


Pairs = dict[tuple[int, int], frozenset[int]]


def _without(every: Mapping[int, Marks], some: Iterable[int]) -> dict[int, Marks]:
    left = set(some)
    return {key: value for key, value in every.items() if key not in left}


def _shared(
    new: Mapping[int, Marks],
    missing: Mapping[int, Marks],
    traits: Callable[[Marks], frozenset[int]],
    alone: tuple[Mapping[int, Marks], Mapping[int, Marks]] | None = None,
) -> Pairs:
    """What each newcomer shares with each of the missing; with `alone`, only what no third one bears."""
    counts = [Counter(trait for each in side.values() for trait in traits(each)) for side in alone or (new, missing)]
    most = 1 if alone else COMMON
    holders: dict[int, list[int]] = defaultdict(list)
    for key, each in missing.items():
        for trait in traits(each):
            holders[trait].append(key)
    pairs: dict[tuple[int, int], set[int]] = defaultdict(set)
    for key, each in new.items():
        for trait in traits(each):
            if trait in holders and all(count[trait] <= most for count in counts):
                for other in holders[trait]:
                    pairs[key, other].add(trait)
    return {pair: frozenset(shared) for pair, shared in pairs.items()}


def _matched(pairs: Pairs, before: dict[int, int]) -> dict[int, int]:
    """The best first; those that tie wait for what the others leave them."""
    found, taken = dict(before), set(before.values())
    by_score: dict[int, list[tuple[int, int]]] = defaultdict(list)
    for pair, shared in pairs.items():
        by_score[len(shared)].append(pair)
    for score in sorted(by_score, reverse=True):
        free = by_score[score]
        while True:
            free = [(a, b) for a, b in free if a not in found and b not in taken]
            left, right = Counter(a for a, _ in free), Counter(b for _, b in free)
            sure = [(a, b) for a, b in free if left[a] == 1 and right[b] == 1]
            if not sure:
                break
            found.update(sure)
            taken.update(b for _, b in sure)
    return found
