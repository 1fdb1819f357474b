"""What comparisons give to pages: frozen values, the words in French."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalogue.comparing.groups import Group
from catalogue.indicators.compare import Distribution, Rank
from catalogue.indicators.contract import Status


@dataclass(frozen=True)
class Peer:
    """A territory with its figure. `period`: of the figure; `earlier`: it is not the period that was asked.

    `restricted`: not everybody may see it. A figure that is a secret (`Status.SUPPRESSED`) has no value here.
    """

    pk: int
    level: str
    code: str
    name: str
    value: float | None
    status: Status
    period: str
    earlier: bool = False
    restricted: bool = False
    itself: bool = False

    @property
    def estimated(self) -> bool:
        return self.status == Status.ESTIMATED


@dataclass(frozen=True)
class Refused:
    """A territory that publishes, and why its file gives no value: French, with what to do."""

    name: str
    reason: str


@dataclass(frozen=True)
class Missing:
    """Those of the group without a value: how many and why, and the names of the most populous that published nothing.

    `refused`: of those whose file gives nothing, the most populous.
    """

    unpublished: int
    suppressed: int
    not_computable: int
    names: tuple[str, ...]
    schema: str  # that they would publish
    refused: tuple[Refused, ...] = ()

    @property
    def total(self) -> int:
        return self.unpublished + self.suppressed + self.not_computable

    @property
    def words(self) -> str:
        """Such as "12 sans valeur : 10 n’ont rien publié, 2 relèvent du secret statistique"."""
        none, secret, wrong = self.unpublished, self.suppressed, self.not_computable
        said = (
            (none, ngettext("%(count)s n’a rien publié", "%(count)s n’ont rien publié", none)),
            (
                secret,
                ngettext("%(count)s relève du secret statistique", "%(count)s relèvent du secret statistique", secret),
            ),
            (wrong, ngettext("%(count)s n’est pas calculable", "%(count)s ne sont pas calculables", wrong)),
        )
        parts = ", ".join(words % {"count": count} for count, words in said if count)
        told = {"count": self.total, "why": parts}
        return _("%(count)s sans valeur\N{NO-BREAK SPACE}: %(why)s") % told if parts else ""


@dataclass(frozen=True)
class Comparison:
    """How a territory stands in a group for one indicator and one period.

    `peers`: in the group, itself left out; `valued`: of those, with a value. `distribution`, `rank`, `nearest`, `values`, `together` and
    `covered` (share of the inhabitants, 0 to 1) count itself in. `nearest`: up to ten below, itself, up to ten above, from the
    least. `unranked`: in French, why there is no rank.
    """

    indicator: str
    period: str
    group: Group
    own: Peer | None
    peers: int
    valued: int
    estimated: int  # of those, and so on
    earlier: int
    distribution: Distribution | None
    rank: Rank | None
    unranked: str
    least: tuple[Peer, ...]  # those that have the least, three at most
    most: tuple[Peer, ...]
    nearest: tuple[Peer, ...]
    missing: Missing
    covered: float | None
    together: float | None
    values: tuple[float, ...]  # all of them, from the least
    against: str  # from the median of the group: "12 % de plus"
