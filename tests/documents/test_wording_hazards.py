"""The texts of hazards, links, graphs, scenarios and commons, and the checker that reads them."""

import os
import re
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from diag360.catalogue.model import Catalogue
from diag360.documents.wording_hazards import LENGTHS, check_hazard_wording, passages

HERE = Path(__file__).parent
WORDS = {
    line
    for name in ("allowed_words.txt", "allowed_words_hazards.txt")
    for line in (HERE / name).read_text(encoding="utf-8").split("\n")
    if line and not line.startswith("#")
}
FILLER = "Une phrase assez longue pour que le compte de signes soit bon, et encore un peu plus. "


def test_no_fault_in_the_shipped_texts(catalogue: Catalogue) -> None:
    assert "\n".join(map(str, check_hazard_wording(catalogue))) == ""


def test_every_file_is_read(catalogue: Catalogue) -> None:
    files = Counter(passage.file.split("/")[0] for passage in passages(catalogue))
    assert set(files) == {"hazards", "links.yaml", "graphs", "cascade.yaml", "proxies.yaml",
                          "scenarios.yaml", "commons.yaml", "frameworks"}  # fmt: skip
    assert files["hazards"] > 33 * 8
    assert files["links.yaml"] == len(catalogue.links)
    sorts = {passage.sort for passage in passages(catalogue)}
    assert sorts == set(LENGTHS)


@pytest.mark.skipif(
    "DIAG360_SPELLING" not in os.environ,
    reason="dictionaries differ between machines: .ci/run installs hunspell-fr and asks for it",
)
def test_every_word_is_french_or_known(catalogue: Catalogue) -> None:
    bodies = "\n".join(p.body for p in passages(catalogue)).replace("\u202f", " ")
    # Addresses, paths of files and commands are not words.
    bodies = re.sub(
        r"https?://\S+|[\w.-]+/[\w./-]+|[\w.-]+\.(?:fr|org|com|eu|csv)\b|« diag360 [^»]+»",
        "",
        bodies.replace("\u00a0", " "),
    )
    found = subprocess.run(
        ["hunspell", "-d", "fr_FR", "-l", "-i", "utf-8"],
        input=bodies, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    words = {re.sub(r"^(?:[ldsn]|qu)’", "", word, flags=re.I).rstrip(".") for word in found}
    unknown = {w for w in words if w not in WORDS and not w.isupper() and not re.search(r"\d", w)}
    assert sorted(unknown) == []


def test_the_list_of_known_words_holds_nothing_unused(catalogue: Catalogue) -> None:
    bodies = "\n".join(passage.body for passage in passages(catalogue))
    lines = (HERE / "allowed_words_hazards.txt").read_text(encoding="utf-8").split("\n")
    own = [line for line in lines if line and not line.startswith("#")]
    common = (HERE / "allowed_words.txt").read_text(encoding="utf-8").split("\n")
    assert [word for word in own if word not in bodies or word in common] == []
    assert len(set(own)) == len(own)


def faults_with(catalogue: Catalogue, **changed: object) -> list[str]:
    """What the checker says when some fields of one hazard are changed."""
    hazard = catalogue.hazards["A3"].model_copy(update=changed)
    other = replace(catalogue, hazards={**catalogue.hazards, "A3": hazard})
    return [str(fault).replace("\u00a0", " ") for fault in check_hazard_wording(other)]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"description": ""}, "hazards/A3.yaml, description : ce texte manque"),
        ({"opportunity": "Court."}, "hazards/A3.yaml, opportunity : 6 signes → entre 80 et 450"),
        ({"origin": "Mot. " * 90}, "hazards/A3.yaml, origin : 450 signes"),
        ({"description": FILLER * 2 + "Faux:non."}, "description : typographie (espace) près de"),
        ({"description": FILLER * 2 + 'Dit "oui".'}, "typographie (guillemet ou points)"),
        ({"description": FILLER * 2 + "Sans point"}, "description : la fin « …"),
        ({"phrase": "des sécheresses longues"}, "« des sécheresses longues » n’est pas un sujet"),
        ({"phrase": "une sécheresse longue."}, "phrase : la fin « …e sécheresse longue. » est"),
        ({"questions": ()}, "hazards/A3.yaml, questions : aucune question aux experts"),
        ({"questions": ("Et alors ?",)}, "questions.0 : 10 signes"),
    ],
)
def test_each_fault_is_named(catalogue: Catalogue, changed: dict[str, object], said: str) -> None:
    faults = faults_with(catalogue, **changed)
    assert any(said in fault for fault in faults), faults


def test_a_sentence_used_twice_is_found_with_both_places(catalogue: Catalogue) -> None:
    faults = faults_with(catalogue, opportunity=catalogue.hazards["A4"].opportunity)
    found = [fault for fault in faults if "employée 2 fois" in fault]
    assert any("hazards/A3.yaml" in f and "hazards/A4.yaml" in f for f in found), faults


def test_a_sentence_used_by_two_files_is_found(catalogue: Catalogue) -> None:
    why = catalogue.links["A1-A3"].why
    faults = faults_with(catalogue, origin=why + " " + FILLER)
    assert any("links.yaml, A1-A3.why" in fault for fault in faults), faults


def test_a_noun_without_article_is_found(catalogue: Catalogue) -> None:
    frame = catalogue.frameworks["besoins-2021"]
    first = frame.needs[0].model_copy(update={"noun": "alimentation"})
    frames = {**catalogue.frameworks, frame.id: frame.model_copy(
        update={"needs": (first, *frame.needs[1:])})}  # fmt: skip
    faults = [str(fault) for fault in check_hazard_wording(replace(catalogue, frameworks=frames))]
    assert any("needs.me_nourrir.noun : « alimentation » n’a pas d’article" in f.replace(
        "\u00a0", " ") for f in faults), faults  # fmt: skip


def test_labels_may_repeat_and_sentences_may_not(catalogue: Catalogue) -> None:
    label = "Un libellé assez long pour être compté comme une phrase entière"
    hazards = {
        name: hazard.model_copy(update={"label": label}) if name in {"A1", "A3"} else hazard
        for name, hazard in catalogue.hazards.items()
    }
    assert check_hazard_wording(replace(catalogue, hazards=hazards)) == check_hazard_wording(
        catalogue
    )


def test_bounds_of_length_leave_room() -> None:
    for low, high in LENGTHS.values():
        assert 0 < low < high
