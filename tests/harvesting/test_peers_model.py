"""The protocol against a model: a home that changes, a link that fails in every way, and in the end two equal catalogues.

`FEED_EXAMPLES` says how many histories are tried (40 unless set), for a long night.
"""

from __future__ import annotations

import contextlib
import os
import random

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule, run_state_machine_as_test

from catalogue.models import Change, Dataset
from harvesters.engine import harvest
from harvesters.http import Client, Limits
from harvesters.models import HarvestRun, HarvestSource, PeerObject
from harvesters.registry import home_body
from tests.harvesting.feeds import Home
from tests.harvesting.servers import Server

NAMES = st.integers(0, 6)
ROOMY = Limits(connect=2, read=5, total=20, delay=0, retries=0)


class Replica(RuleBasedStateMachine):
    """`truth`: what the home shows, by name. The base is as it was at the end of each history."""

    server: Server

    def __init__(self) -> None:
        super().__init__()
        self.history = contextlib.ExitStack()
        self.history.enter_context(contextlib.suppress(Undone))
        self.history.enter_context(transaction.atomic())
        self.home = Home(self.server, size=3)
        self.truth: dict[int, str] = {}
        HarvestSource.objects.create(key=self.server.url("/flux/"), owner=home_body())
        self.titles = 0

    def teardown(self) -> None:
        try:
            self.the_link_is_good()
        finally:
            self.history.__exit__(Undone, Undone(), None)

    def _title(self) -> str:
        self.titles += 1
        return f"Titre {self.titles}"

    @rule(name=NAMES)
    def create_or_update(self, name: int) -> None:
        verb = "Update" if name in self.truth else "Create"
        self.truth[name] = self._title()
        self.home.dataset(name, self.truth[name], verb=verb)

    @rule(name=NAMES)
    def delete_or_hide(self, name: int) -> None:
        """A policy that lets it out no more says the same as a deletion."""
        if self.truth.pop(name, None):
            self.home.delete(name)

    @rule(retained=st.booleans(), size=st.integers(1, 4), bounds=st.booleans())
    def change_the_shape(self, retained: bool, size: int, bounds: bool) -> None:
        """Every activity or the last of each object, in other leaves."""
        self.home.size, self.home.bounds = size, bounds
        self.home.publish(None if retained else self.home.every)

    @precondition(lambda self: self.home.every)
    @rule(at=st.integers(0, 8), cut=st.booleans())
    def a_page_fails(self, at: int, cut: bool) -> None:
        self.home.publish()
        paths = sorted(self.home.pages)
        bad = paths[at % len(paths)]
        self.home.cut = bad if cut else ""
        self.home.turned = lambda path, body: b"" if path == bad else body
        self._follow()

    @precondition(lambda self: self.home.every)
    @rule(at=st.integers(0, 8))
    def it_is_killed(self, at: int) -> None:
        self.home.publish()
        beats = iter(range(at))

        def die(run: HarvestRun) -> None:
            if next(beats, None) is None:
                raise KeyboardInterrupt

        with contextlib.suppress(KeyboardInterrupt), Client(self.server.trusted, ROOMY) as client:
            harvest(HarvestSource.objects.get(), client, max_withdrawn=1, progress=die)

    @precondition(lambda self: self.home.every)
    @rule(seed=st.integers(0, 1_000))
    def pages_lie_about_their_order(self, seed: int) -> None:
        """Old activities and new ones, some twice, on any page."""
        told = [*self.home.every, *self.home.every[:2]]
        random.Random(seed).shuffle(told)
        paths = [f"/flux/{seed}-{at}" for at in range(3)]
        for at, path in enumerate(paths):
            self.home.write(path, told[at::3])
        self.home.pages["/flux/"] = self.home.node("/flux/", [(path, told[0].published, None) for path in paths])
        self.home.write_root()
        self._follow()

    @precondition(lambda self: len(self.home.every) > 1)
    @rule()
    def the_home_shows_its_past(self) -> None:
        self.home.publish(self.home.every[:-1])
        self._follow()

    @rule()
    def the_link_is_good(self) -> None:
        if not self.home.every:
            return
        self.home.publish()
        run = self._follow()
        assert run.status == "done", run.messages
        shown = {row.uri: row.title["fr"] for row in Dataset.objects.published()}
        assert shown == {self.home.uri(name): title for name, title in self.truth.items()}
        assert not PeerObject.objects.filter(due=True).exists()
        lines = Change.objects.count()
        again = self._follow()
        assert (again.status, Change.objects.count()) == ("done", lines)

    def _follow(self) -> HarvestRun:
        with Client(self.server.trusted, ROOMY) as client:
            run = harvest(HarvestSource.objects.get(), client, max_withdrawn=1)
        self.home.cut, self.home.turned = "", lambda path, body: body
        return run


class Undone(Exception):
    """Ends a history: nothing of it stays."""


@pytest.mark.django_db
def test_whatever_happens_the_replica_ends_as_its_home(server: Server) -> None:
    machine = type("Machine", (Replica,), {"server": server})
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=int(os.environ.get("FEED_EXAMPLES", "40")),
            stateful_step_count=14,
            deadline=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )
