"""What is read of an address by a pattern is what the standard library's parser finds in it."""

from urllib.parse import urlsplit

import pyoxigraph as ox
from hypothesis import given
from hypothesis import strategies as st

from catalogue.dcat.lines import SURE
from catalogue.dcat.terms import ADDRESS, HOSTLESS, is_address
from catalogue.dcat.tokens import address as token
from harvesters.nearness import PLAIN as HOST
from harvesters.nearness import host_of
from harvesters.recognition import PLAIN, one_spelling

PIECES = st.sampled_from(
    ["http://", "HTTPS://", "www.", "Donnees.banc.example", ":80", ":", "/", "//", "?", "#", "a b", "é", "[", "]", "@", "\t", "%41", "\\", ";x"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=8).map("".join) | st.text())
def test_plain_addresses(address: str) -> None:
    if HOST.match(address):
        host = urlsplit(address).netloc.lower().removeprefix("www.")
        assert host_of(address) == host
    if PLAIN.match(address):
        parts = urlsplit(address)
        assert not parts.query
        assert one_spelling(address) == f"{parts.netloc.lower().removeprefix('www.')}{parts.path.rstrip('/')}"


@given(st.from_regex(SURE) | st.lists(PIECES, max_size=8).map("".join))
def test_every_parser_takes_an_address_that_is_sure(address: str) -> None:
    if SURE.match(address):
        assert str(ox.NamedNode(address)) == f"<{address}>" == token(address)
        assert is_address(address) and ADDRESS.match(address) and not HOSTLESS.match(address)


def test_most_are_plain() -> None:
    for address in ("https://www.Ville.example:8080/jeux/1/", "http://ville.example", "http://ville.example/a#b"):
        assert HOST.match(address) and PLAIN.match(address) and (SURE.match(address) or "V" in address)
    assert not PLAIN.match("https://ville.example/a?b=1") and not HOST.match("https://moi@ville.example/")
