"""Lines of evidence: an address, a title, a page, in any of the ways one writes them."""

import pytest
from hypothesis import given
from note_strategies import contents

from diag360.challenge.annotations.clean import clean_content, clean_text
from diag360.challenge.annotations.evidence import evidence_line, is_evidence, read_evidence
from diag360.challenge.annotations.model import Content, Evidence

URL = "https://exemple.fr/etude.pdf"


@pytest.mark.parametrize(
    ("line", "read"),
    [
        (f"preuve : {URL} (page 12)", Evidence(url=URL, page="12")),
        (f"Preuve: {URL}, p. 12", Evidence(url=URL, page="12")),
        (f"- **preuves :** <{URL}>.", Evidence(url=URL)),
        (f"preuve\u00a0: [L’étude]({URL}) (pages 12-14)",
         Evidence(url=URL, document="L’étude", page="12-14")),
        (f"preuve : {URL} (annexe B)", Evidence(url=URL, page="annexe B")),
        (f"preuve : L’étude, {URL}", Evidence(url=URL, document="L’étude")),
        ("preuve : www.exemple.fr/a", Evidence(url="https://www.exemple.fr/a")),
        ("preuve : Titre du document, page 12", Evidence(document="Titre du document", page="12")),
        ("preuve : Titre (p. 3)", Evidence(document="Titre", page="3")),
        ("preuve : Titre (2019)", Evidence(document="Titre (2019)")),
        ("preuve : javascript:alert(1)", Evidence(document="javascript:alert(1)")),
    ],
)  # fmt: skip
def test_a_line_of_evidence(line: str, read: Evidence) -> None:
    assert read_evidence(line) == read


@pytest.mark.parametrize(
    "line",
    ["preuve :", "preuve", "la preuve : x", "preuvons : x", "\\preuve : x", "    preuve : x",
     "preuve : " + "x" * 5000],
)  # fmt: skip
def test_other_lines_are_text(line: str) -> None:
    assert not is_evidence(line)
    assert read_evidence(line) is None


@given(contents)
def test_evidence_is_read_back_as_it_was_written(content: Content) -> None:
    for one in clean_content(content).evidence:
        line = evidence_line(one)
        assert line == clean_text(line)
        assert read_evidence(line) == one


def test_the_simple_form_is_used_for_simple_words() -> None:
    told = evidence_line(Evidence(url=URL, document="Un titre", page="12"))
    assert told == f"preuve : [Un titre]({URL}) (page 12)"
    assert evidence_line(Evidence(document="Un titre", page="12")) == "preuve : Un titre, page 12"
