import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag360.documents.typography import typeset


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<p>sur 100 : 68 ; fini</p>", "<p>sur 100\u00a0: 68\u202f; fini</p>"),
        ("« mot » ?", "«\u00a0mot\u00a0»\u202f?"),
        ("13,2 % du tout", "13,2\u00a0% du tout"),
        (
            '<a title="a : b" style="x : y">c : d</a>',
            '<a title="a : b" style="x : y">c\u00a0: d</a>',
        ),
        ("<style>p { a : b }</style>x : y", "<style>p { a : b }</style>x\u00a0: y"),
        ("<pre>a : b</pre><code>c ? d : e</code> f : g", None),
        ("12:30, a;b &amp; c", "12:30, a;b &amp; c"),
    ],
)
def test_spaces_are_unbreakable_in_text_only(written: str, expected: str | None) -> None:
    if expected is None:
        expected = "<pre>a : b</pre><code>c ? d : e</code> f\u00a0: g"
    assert typeset(written) == expected


@given(st.text(alphabet="ab <>/:;?«»%1pre", max_size=60))
def test_only_spaces_change(page: str) -> None:
    made = typeset(page)
    assert made.replace("\u00a0", " ").replace("\u202f", " ") == page
    assert typeset(made) == made
