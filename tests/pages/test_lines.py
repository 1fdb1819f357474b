"""Each kind of result has its way to be shown."""

from catalogue.search.kinds import BY_NAME, KINDS
from portal.pages.lines import SHOWN


def test_every_kind_is_shown() -> None:
    assert set(SHOWN) == set(BY_NAME)
    assert len(BY_NAME) == len(KINDS)
