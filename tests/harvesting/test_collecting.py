"""Rare collections end with the last run, whatever the order in which runs end, and when one fails."""

import gc
from contextlib import ExitStack

import pytest

from harvesters.collecting import RARE, rare_collections


def test_the_last_run_to_end_puts_back_what_the_first_one_found() -> None:
    before = gc.get_threshold()
    first, second = ExitStack(), ExitStack()
    first.enter_context(rare_collections())
    second.enter_context(rare_collections())
    first.close()
    assert gc.get_threshold() == RARE
    second.close()
    assert gc.get_threshold() == before


def test_a_run_that_fails_puts_it_back() -> None:
    before = gc.get_threshold()
    with pytest.raises(RuntimeError), rare_collections():
        raise RuntimeError
    assert gc.get_threshold() == before
