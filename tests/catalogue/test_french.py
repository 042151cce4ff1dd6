import pytest
from hypothesis import given
from hypothesis import strategies as st

from diag360.catalogue.french import typeset_text


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("l'eau : 12 % ; « oui » !", "l’eau\u00a0: 12\u00a0% ; «\u00a0oui\u00a0»\u202f!"),
        ("1 255 EPCI, 68 010 643 habitants", "1\u202f255 EPCI, 68\u202f010\u202f643 habitants"),
        ("en 2024 150 communes", "en 2024 150 communes"),
        ("100 000 habitants", "100\u202f000 habitants"),
        ("deux\n lignes  et...", "deux lignes et…"),
        ("12:30 https://a.fr/x?y", "12:30 https://a.fr/x?y"),
    ],
)
def test_what_is_typed_on_a_keyboard_is_printed_in_french(typed: str, printed: str) -> None:
    assert typeset_text(typed) == printed.replace(" ;", "\u202f;")


@given(st.text(alphabet="ab'’ \n«»:;!?%€.0123456789\u00a0\u202f", max_size=60))
def test_typesetting_twice_changes_nothing_more(typed: str) -> None:
    assert typeset_text(typeset_text(typed)) == typeset_text(typed)
