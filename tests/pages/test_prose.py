"""Texts that others wrote, made safe."""

import re

import pytest

from portal.pages import prose


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        '[x](https://a.example "onmouseover=alert(1)")',
        "<a href='javascript:alert(1)'>x</a>",
        "[x]: javascript:alert(1)\n\n[x]",
        "![x](https://ailleurs.example/pixel.png)",
        "<javascript:alert(1)>",
        "<svg><style><!--</style><img title='--><img src=x onerror=alert(1)>'>",
    ],
)
def test_nothing_that_runs_or_calls_comes_out(text: str) -> None:
    html = prose.to_html(text)
    tags = set(re.findall(r"<\s*([a-z0-9]+)", html))
    assert not tags - {"p", "a", "em", "code"}
    for value in re.findall(r'href="([^"]*)"', html):
        assert value.startswith(("https://", "http://", "ftp://", "mailto:"))
    assert not re.search(r"<[^>]+\son\w+=", html)


def test_markdown_becomes_html_with_links_that_vouch_for_nothing() -> None:
    html = prose.to_html("Voir **ceci** et [cela](https://a.example/b).\n\n- un\n- deux")
    assert "<strong>ceci</strong>" in html
    assert 'rel="nofollow noopener"' in html
    assert "<li>un</li>" in html


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("# a\n\n## b\n\n# c", ["h3", "h4", "h3"]),
        ("##### a\n\n# b", ["h3", "h3"]),
        ("# a\n\n##### b", ["h3", "h4"]),
        ("a\n===\n\nb\n---", ["h3", "h4"]),
    ],
)
def test_titles_stand_under_the_page_s_own_and_skip_no_level(text: str, levels: list[str]) -> None:
    assert re.findall(r"<(h\d)>", prose.to_html(text)) == levels


def test_a_wide_table_scrolls_in_a_named_region() -> None:
    html = prose.to_html("| a | b |\n|---|---|\n| 1 | 2 |")
    assert 'role="region"' in html
    assert 'tabindex="0"' in html
    assert "<td>2</td>" in html


@pytest.mark.parametrize(
    "text", ["> " * 5000, "[" * 20_000, "*a " * 20_000, "`" * 30_001, "|a" * 10_000 + "\n" + "|-" * 10_000]
)
def test_a_text_made_to_be_slow_is_read_all_the_same(text: str) -> None:
    assert isinstance(prose.to_html(text), str)


def test_the_first_sentences_are_the_lead_and_say_whether_more_follows() -> None:
    assert prose.first_sentences("Une **phrase**. Une autre.") == ("Une phrase. Une autre.", True)
    lead, whole = prose.first_sentences("Une phrase. " * 60)
    assert lead.endswith("Une phrase.")
    assert len(lead) <= 260
    assert not whole
    assert prose.first_sentences("Un.\n\n- deux") == ("Un.", False)
    assert prose.first_sentences("") == ("", True)
    assert prose.first_sentences("a < b & <b>c</b>")[0] == "a < b & <b>c</b>"


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://a.example/b?c=d#e", True),
        ("ftp://a.example/b", True),
        ("HTTP://a.example", True),
        ("javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
        ("//a.example", False),
        ("https://a.example/ b", False),
        ('https://a.example/"onclick=x', False),
        ("data:text/html,x", False),
        ("urn:uuid:1", False),
        ("", False),
    ],
)
def test_only_web_addresses_become_links(address: str, link: bool) -> None:
    assert prose.web_link(address) == (address if link else "")


@pytest.mark.parametrize(
    ("address", "mail"),
    [
        ("mailto:a@b.example", "a@b.example"),
        ("a@b.example", "a@b.example"),
        ("mailto:a@b.example?bcc=c@d.example", ""),
        ("mailto:a@b.example,c@d.example", ""),
        ("a b@c.example", ""),
    ],
)
def test_a_mail_address_carries_nothing_else(address: str, mail: str) -> None:
    assert prose.mail_link(address) == mail
