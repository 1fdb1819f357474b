"""What a page of the feed says besides its payloads, as N-Triples: the stream, the page, its links, the activities."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

from django.conf import settings

from catalogue.dcat.contexts import PREFIXES
from catalogue.dcat.quads import FEED_PREFIXES
from catalogue.dcat.terms import RDF_TYPE, XSD
from catalogue.feeding.tree import Child, Node
from catalogue.models import FeedMember
from portal.api.statements import link

A: Final = RDF_TYPE.value
AS: Final = PREFIXES["as"]
VOID: Final = "http://rdfs.org/ns/void#"
LDES, TREE = FEED_PREFIXES["ldes"], FEED_PREFIXES["tree"]
SHAPE: Final = "https://semiceu.github.io/LDES-DCAT-AP-feeds/shape.ttl#ActivityShape"
GREATER, LESS = TREE + "GreaterThanOrEqualToRelation", TREE + "LessThanRelation"


def root() -> str:
    return f"{settings.BOUTURE_URL}/flux/"


def stream() -> str:
    return f"{root()}#flux"


def address(node: Node) -> str:
    return root() + (f"n/{node.level}/{node.place}" if node.level else f"{node.first}-{node.last}")


def activity(member: FeedMember) -> str:
    """The name of the activity, and of the graph of its payload."""
    return f"{root()}a/{member.position}"


def moment(at: datetime) -> str:
    return f'"{instant(at)}"^^<{XSD}dateTime>'


def instant(at: datetime) -> str:
    """To the microsecond, whatever it is: two activities of one second have their order."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def whole() -> str:
    """The stream itself (DCAT-AP Feeds; LDES, retention: the last activity of each object, deletions too)."""
    retention = f"{root()}#conservation"
    return "".join(
        (
            link(stream(), A, LDES + "EventStream"),
            link(stream(), TREE + "shape", SHAPE),
            link(stream(), LDES + "timestampPath", AS + "published"),
            link(stream(), LDES + "versionOfPath", AS + "object"),
            link(stream(), TREE + "view", root()),
            link(root(), LDES + "retentionPolicy", retention),
            link(retention, A, LDES + "LatestVersionSubset"),
            f'<{retention}> <{LDES}amount> "1"^^<{XSD}integer> .\n',
        )
    )


def offered() -> str:
    """Where all of it is in one document (VoID §3.2), for who begins."""
    return link(stream(), VOID + "dataDump", f"{root()}dump.trig")


def page(here: str, nodes: Iterable[Child] = ()) -> str:
    """A node of the tree and where it leads."""
    return link(here, A, TREE + "Node") + "".join(_relations(here, child) for child in nodes)


def _relations(here: str, child: Child) -> str:
    there = address(child.node)
    name = f"{here}#{child.node.first}"
    said = _relation(here, f"{name}-apres", GREATER, there, child.since)
    return said + (_relation(here, f"{name}-avant", LESS, there, child.until) if child.until else "")


def _relation(here: str, name: str, kind: str, there: str, value: datetime) -> str:
    return "".join(
        (
            link(here, TREE + "relation", name),
            link(name, A, kind),
            link(name, TREE + "path", AS + "published"),
            f"<{name}> <{TREE}value> {moment(value)} .\n",
            link(name, TREE + "node", there),
        )
    )


def activities(members: Sequence[FeedMember]) -> str:
    """Nothing else may hang on a member: its shape is closed."""
    held = "".join(link(stream(), TREE + "member", activity(member)) for member in members)
    return held + "".join(_activity(member) for member in members)


def _activity(member: FeedMember) -> str:
    name = activity(member)
    said = link(name, A, AS + member.activity) + link(name, AS + "object", member.object)
    return said + f"<{name}> <{AS}published> {moment(member.published)} .\n"
