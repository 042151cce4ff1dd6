"""Notes nobody trusts: their text is read, nothing else of it gets through."""

import re
import time
from typing import Any

import pytest
from hostile import CORPUS, body_of, parse
from hypothesis import given
from hypothesis import strategies as st

from diag360.documents.note_html import SUITE, one_line, only_safe, safe_address, safe_html

NAMES = [entry["name"] for entry in CORPUS]
TAGS = {"p", "ul", "ol", "li", "blockquote", "pre", "table", "thead", "tbody", "tr", "th", "td",
        "a", "br", "code", "del", "div", "em", "hr", "strong"}  # fmt: skip
PIECES = ["> ", "- ", "1. ", "`", "```\n", "|", "\n", "*", "**", "[a](", ")", "<b>", "</b>", "~~",
          "mot", "  ", "\n\n", "|-|\n", "[x]: ", "#", "<!--", "-->", "http://a.fr", "&lt;",
          "\\"]  # fmt: skip
ATTRIBUTES = {"class", "dir", "href", "rel", "start"}


def test_the_corpus_is_large_and_each_entry_has_its_own_mark() -> None:
    assert len(CORPUS) >= 60
    assert len({entry["mark"] for entry in CORPUS}) == len(CORPUS) == len(set(NAMES))
    assert all(entry["mark"] in body_of(entry) for entry in CORPUS)


@pytest.mark.parametrize("entry", CORPUS, ids=NAMES)
def test_a_hostile_text_stays_readable_and_holds_nothing_else(entry: dict[str, Any]) -> None:
    html = safe_html(body_of(entry))
    read = parse(html)
    assert read.faults == []
    assert read.tags <= TAGS
    assert {name for _, name in read.attributes} <= ATTRIBUTES
    for link in read.links:
        assert re.match(r"(https?://|mailto:)", link), link
    told = "".join(read.text)
    assert entry["mark"] in told
    for shown in entry["shows"]:
        assert shown in told, shown
    assert len(told) <= 4000 + len(SUITE) + 2000  # spaces between blocks
    # Once clean, nothing more to clean.
    assert only_safe(html) == html


@given(
    st.text(max_size=300) | st.text(alphabet="<>&\"'`*_[]()!#|-~\\:/\n\t {}%$@a1.", max_size=200)
)
def test_any_text_gives_sound_html_and_loses_no_word(text: str) -> None:
    read = parse(safe_html(text))
    assert read.faults == []
    assert read.tags <= TAGS


@given(st.lists(st.sampled_from(PIECES), max_size=60))
def test_any_broken_markdown_gives_sound_html(pieces: list[str]) -> None:
    read = parse(safe_html("".join(pieces)))
    assert read.faults == []
    # Markdown may take a word for the language of a fence: its words are those of all the others.
    if "```\n" not in pieces and "`" not in pieces:
        assert "".join(read.text).count("mot") == pieces.count("mot")


def test_what_experts_write_is_laid_out() -> None:
    html = safe_html(
        "# Titre\n\nUn **seuil** _trop_ ~~haut~~, voir [l’étude](https://exemple.fr/a?b=1&c=2).\n\n"
        "- un\n- deux\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n3. trois\n"
    )
    assert '<p dir="auto"><strong>Titre</strong></p>' in html
    assert (
        '<a href="https://exemple.fr/a?b=1&amp;c=2" rel="noopener nofollow ugc">l’étude</a>' in html
    )
    assert "<del>haut</del>" in html
    assert "<td>2</td>" in html
    assert '<div class="scroll"><table dir="auto">' in html
    assert '<ol start="3" dir="auto">' in html


def test_a_text_too_long_is_cut_on_a_word_and_says_so() -> None:
    html = safe_html("mot " * 2000, limit=100)
    assert html.count("mot") == 25
    assert html.endswith(f'<p dir="auto">{SUITE}</p>')
    assert SUITE not in safe_html("mot " * 10, limit=100)
    # Cut even where there is no word to cut on, and when all that is near is thrown away.
    assert len(safe_html("A" * 10_000, limit=100)) < 300
    assert SUITE in safe_html("\x00" * 10_000 + "fin", limit=100)


def test_a_thousand_notes_take_less_than_half_a_second() -> None:
    """The bound is ten times what is asked: a test is not a bench (tests/bench), nor a slow one."""
    body = (
        "Le seuil de **0,129** vient d’une moyenne [Insee](https://insee.fr/x) ; il écrase les "
        "*petites* communes.\n\n- un\n- deux\n\nSuite, un peu longue pour faire nombre.\n"
    )
    safe_html(body)
    start = time.perf_counter()
    for at in range(1000):
        safe_html(f"{body}{at}")
    assert time.perf_counter() - start < 5
    start = time.perf_counter()
    for entry in CORPUS:
        safe_html(body_of(entry))
    assert time.perf_counter() - start < 10


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("https://exemple.fr/a?b=1#c", True),
        ("HTTP://exemple.fr", True),
        (" mailto:a@b.fr ", True),
        ("javascript:alert(1)", False),
        (" javascript:alert(1)//https://exemple.fr", False),
        ("//exemple.fr", False),
        ("/etc/passwd", False),
        ("https://", False),
        ("https://exemple.fr/ onclick=x", False),
        ('https://exemple.fr/"x', False),
        ("data:text/html,x", False),
        ("", False),
    ],
)
def test_an_address_is_followed_only_when_it_may_be(address: str, *, kept: bool) -> None:
    assert safe_address(address) == (address.strip() if kept else "")


def test_a_name_holds_on_one_line() -> None:
    assert one_line("Jeanne\nRoux\x00\u202e  x") == "Jeanne Roux x"
    assert one_line("N" * 500, limit=80) == "N" * 80 + "…"
    assert len(one_line("Z" + "\u0301" * 500)) <= 4
