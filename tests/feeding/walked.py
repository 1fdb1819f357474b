"""The feed as a follower reads it: from its root, page after page, by what the pages say and nothing else."""

from __future__ import annotations

from dataclasses import dataclass, field

import pyoxigraph as ox
from django.conf import settings
from django.test import Client

AS = "https://www.w3.org/ns/activitystreams#"
TREE = "https://w3id.org/tree#"
TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
FORMATS = {"application/trig": ox.RdfFormat.TRIG, "application/ld+json": ox.RdfFormat.JSON_LD}


@dataclass(frozen=True)
class Activity:
    name: str
    verb: str
    object: str
    published: str
    payload: frozenset[str] = frozenset()


@dataclass
class Walk:
    """`pages`: address -> its quads, in the order in which they were read. `activities`: without the catalogue's."""

    pages: dict[str, list[ox.Quad]] = field(default_factory=dict)
    everything: list[Activity] = field(default_factory=list)

    @property
    def activities(self) -> list[Activity]:
        return [one for one in self.everything if one.object != f"{settings.BOUTURE_URL}/catalogue"]

    @property
    def now(self) -> dict[str, Activity]:
        """By object, what a follower holds at the end."""
        held: dict[str, Activity] = {}
        for one in sorted(self.activities, key=lambda one: one.published):
            held[one.object] = one
        return {name: one for name, one in held.items() if one.verb != "Delete"}


def quads(client: Client, address: str, media: str = "application/trig") -> list[ox.Quad]:
    answer = client.get(address.removeprefix(settings.BOUTURE_URL), headers={"accept": media})
    assert answer.status_code == 200, (address, answer.status_code)
    assert answer["Content-Type"] == f"{media}; charset=utf-8"
    return list(ox.parse(answer.content, FORMATS[media], base_iri="http://rien.example/"))


def values(said: list[ox.Quad], predicate: str, subject: str = "") -> list[str]:
    return [
        quad.object.value for quad in said if quad.predicate.value == predicate and subject in ("", quad.subject.value)
    ]


def walk(client: Client, media: str = "application/trig") -> Walk:
    found = Walk()
    waiting = [f"{settings.BOUTURE_URL}/flux/"]
    while waiting:
        address = waiting.pop(0)
        if address in found.pages:
            continue
        said = found.pages[address] = quads(client, address, media)
        waiting += values(said, TREE + "node")
        found.everything += [activity_in(said, name) for name in values(said, TREE + "member")]
    return found


def activity_in(said: list[ox.Quad], name: str) -> Activity:
    own = [quad for quad in said if quad.subject.value == name and isinstance(quad.graph_name, ox.DefaultGraph)]
    assert len(own) == 3, "nothing else may hang on a member"
    [verb], [thing], [at] = values(own, TYPE), values(own, AS + "object"), values(own, AS + "published")
    payload = frozenset(str(quad.triple) for quad in said if quad.graph_name == ox.NamedNode(name))
    return Activity(name, verb.removeprefix(AS), thing, at, payload)
