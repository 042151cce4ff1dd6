"""Texts made plain: nothing hidden is left, nothing readable is lost, and once is enough."""

import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from note_strategies import any_text, bodies, contents

from diag360.challenge.annotations.clean import clean_content, clean_line, clean_text
from diag360.challenge.annotations.model import Content

HIDDEN = "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"


@given(st.one_of(any_text, bodies))
def test_cleaning_twice_is_cleaning_once(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert clean_line(clean_line(text)) == clean_line(text)


@given(st.one_of(any_text, bodies))
def test_what_is_clean_is_plain(text: str) -> None:
    cleaned = clean_text(text)
    assert cleaned == unicodedata.normalize("NFC", cleaned)
    assert not [c for c in cleaned if unicodedata.category(c) in ("Cc", "Cs") and c not in "\n\t"]
    assert not set(HIDDEN) & set(cleaned)
    assert all(line == line.rstrip() for line in cleaned.split("\n"))
    assert cleaned.encode("utf-8").decode("utf-8") == cleaned


@pytest.mark.parametrize(
    ("typed", "cleaned"),
    [
        ("un\r\ndeux\rtrois\vquatre\u2028cinq", "un\ndeux\ntrois\nquatre\ncinq"),
        ("a\x00b\x07c\x9fd", "abcd"),
        ("abc\u202edef\u202c", "abcdef"),
        ("نص من اليمين", "نص من اليمين"),
        ("👩\u200d🌾", "👩\u200d🌾"),
        ("bas\ud800haut", "bas\ufffdhaut"),
        ("e\u0301te\u0301 \t", "été"),
        ("\tretrait  \n\n", "\tretrait\n\n"),
    ],
)
def test_texts_of_every_kind(typed: str, cleaned: str) -> None:
    assert clean_text(typed) == cleaned


def test_a_letter_under_a_heap_of_marks_does_not_stop_the_house() -> None:
    started = time.perf_counter()
    cleaned = clean_text("a" + "\u0316\u0301" * 100_000 + "fin")
    assert time.perf_counter() - started < 5.0  # the heap as it is takes minutes to normalize
    assert cleaned.endswith("fin")
    assert len(cleaned) < 40


@given(contents)
def test_a_clean_note_stays_as_it_is(content: Content) -> None:
    cleaned = clean_content(content)
    assert clean_content(cleaned) == cleaned
    assert cleaned.revision == clean_content(cleaned).revision
