"""The texts of the catalogue: complete, French, traceable, ours; and the checker that says so."""

import os
import re
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from diag360 import read_values, score
from diag360.catalogue.french import typeset_text
from diag360.catalogue.model import Catalogue, Cited, Example
from diag360.documents import text
from diag360.documents.wording import LENGTHS, check_wording, figures_in, texts_of
from diag360.paths import data_dir
from diag360.scoring.matrices import score_of
from diag360.scoring.scores import Scores

HERE = Path(__file__).parent
WORKBOOKS = data_dir().parent.parent / "shared" / "reference" / "workbooks"
WORDS = [line for line in (HERE / "allowed_words.txt").read_text(encoding="utf-8").split("\n")
         if line and not line.startswith("#")]  # fmt: skip


@pytest.fixture(scope="module")
def nation(catalogue: Catalogue) -> Scores:
    return score(read_values(catalogue=catalogue), catalogue=catalogue, tier="expert")


# --- The shipped texts -----------------------------------------------------------------------


def test_no_fault_in_the_shipped_texts(catalogue: Catalogue) -> None:
    assert "\n".join(map(str, check_wording(catalogue))) == ""


def every_text(catalogue: Catalogue) -> dict[str, str]:
    """Every text a reader of the catalogue sees, by where it stands."""
    found = {}
    for one in catalogue.indicators.values():
        for place, body in texts_of(one).items():
            found[f"{one.id}.{place}"] = body
        for at, question in enumerate(one.questions):
            found[f"{one.id}.questions.{at}"] = question
        for at, cited in enumerate(one.cited):
            found[f"{one.id}.cited.{at}"] = f"{cited.number} {cited.source}"
        found[f"{one.id}.label"] = one.label
    for frame in catalogue.frameworks.values():
        found[frame.id] = frame.description
        for need in frame.needs:
            found[f"{frame.id}.{need.id}"] = need.description
            if need.functions is not None:
                for name, body in need.functions.model_dump().items():
                    found[f"{frame.id}.{need.id}.{name}"] = body
    for objective in catalogue.objectives.values():
        found[objective.id] = objective.description
    for reference in catalogue.references.values():
        found[f"{reference.id}.states"] = reference.states
    return found


def test_needs_frameworks_and_objectives_are_described(catalogue: Catalogue) -> None:
    for frame in catalogue.frameworks.values():
        assert 300 <= len(frame.description) <= 1000, frame.id
        for need in frame.needs:
            assert 150 <= len(need.description) <= 750, need.id
            assert 1 <= len(need.goals) <= 4, need.id
            assert 1 <= len(need.tags) <= 4, need.id
            if frame.id == "besoins-2021":
                assert need.functions is not None, need.id
                for body in need.functions.model_dump().values():
                    assert 60 <= len(body) <= 350, need.id
    for objective in catalogue.objectives.values():
        assert 200 <= len(objective.description) <= 600, objective.id
    bodies = [body for body in every_text(catalogue).values() if len(body) > 60]
    assert len(set(bodies)) == len(bodies)


def test_every_goal_and_every_theme_of_the_thesaurus_has_a_need(catalogue: Catalogue) -> None:
    needs = catalogue.frameworks["besoins-2021"].needs
    themes = {catalogue.tags[name].theme for need in needs for name in need.tags}
    assert {"Vulnérabilités", "Facteurs de résilience", "Gestion de crise"} <= themes
    goals = {catalogue.goals[name].number for need in needs for name in need.goals}
    assert len(goals) >= 14, sorted({*range(1, 18)} - goals)


@pytest.mark.skipif(
    "DIAG360_SPELLING" not in os.environ,
    reason="dictionaries differ between machines: .ci/run installs hunspell-fr and asks for it",
)
def test_every_word_is_french_or_known(catalogue: Catalogue) -> None:
    """An English word is a spelling fault; acronyms and addresses are left out."""
    bodies = "\n".join(every_text(catalogue).values()).replace("\u202f", " ")
    bodies = re.sub(
        r"https?://\S+|[\w./-]+\.(?:fr|org|com|eu|info|net|csv)\b(?:/[\w/.-]*)?|\w+\.\w+_\w+",
        "",
        bodies,
    )
    found = subprocess.run(
        ["hunspell", "-d", "fr_FR", "-l", "-i", "utf-8"],
        input=bodies, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    words = {re.sub(r"^(?:[ldsn]|qu)’", "", word, flags=re.I).rstrip(".") for word in found}
    unknown = {w for w in words if w not in WORDS and not w.isupper() and not re.search(r"\d", w)}
    assert sorted(unknown) == []


def test_the_list_of_known_words_holds_nothing_unused(catalogue: Catalogue) -> None:
    bodies = "\n".join(every_text(catalogue).values())
    assert [word for word in WORDS if word not in bodies] == []
    assert len(set(WORDS)) == len(WORDS)


NAMED = {
    "médiane": 0.5,
    "5e centile": 0.05,
    "1er quartile": 0.25,
    "3e quartile": 0.75,
    "95e centile": 0.95,
    "valeur la plus haute": 1.0,
    "valeur la plus basse": 0.0,
}


def test_figures_said_to_come_from_the_shipped_values_do(
    catalogue: Catalogue, nation: Scores
) -> None:
    checked = 0
    for one in catalogue.indicators.values():
        for cited in one.cited:
            asked = re.fullmatch(
                r"(part|" + "|".join(NAMED) + r")(?: des EPCI| des)?(?: au score (0|100))?,? "
                r"données livrées(?:, .*)?",
                cited.source,
            )
            if asked is None:
                continue
            shown = float(figures_in(cited.number)[0].replace(",", "."))
            if asked[2]:
                scores = nation.indicator_scores[one.id].dropna()
                exact = 100 * float((scores == int(asked[2]) / 100).mean())
            else:
                unit = catalogue.unit(one.id)
                assert unit is not None
                exact = float(nation.number[one.id].quantile(NAMED[asked[1]])) * unit.factor
            decimals = len(figures_in(cited.number)[0].partition(",")[2])
            assert abs(abs(exact) - shown) <= 0.51 * 10**-decimals, (one.id, cited, exact)
            checked += 1
    assert checked >= 30


TERM = r"([\d,\u202f]+)"
QUOTED = (
    re.compile(rf"\({TERM} − {TERM}\) / \({TERM} − {TERM}\)"),
    re.compile(rf"\({TERM} − {TERM}\) / {TERM}()"),
    re.compile(rf"score de {TERM}.*? entre {TERM}.*? et {TERM}"),
)


def test_calculations_quoted_give_the_number_printed(catalogue: Catalogue) -> None:
    checked = 0
    for one in catalogue.indicators.values():
        for cited in one.cited:
            forms = [form.search(cited.source.replace("\u00a0", " ")) for form in QUOTED]
            for at, match in enumerate(forms):
                if match is None:
                    continue
                terms = [float(t.replace(",", ".").replace("\u202f", "")) if t else 0.0
                         for t in match.groups()]  # fmt: skip
                if at == 2:
                    value, low, high = terms
                    result = (value - low) / (high - low)
                else:
                    result = (terms[0] - terms[1]) / (terms[2] - terms[3])
                shown = float(figures_in(cited.number)[0].replace(",", "."))
                assert abs(100 * result - shown) <= 0.51, (one.id, cited)
                checked += 1
                break
    assert checked >= 15


def test_scales_tell_territories_apart_or_say_why_not(catalogue: Catalogue, nation: Scores) -> None:
    """Fewer than 60 % of the territories at one end of a scale, else ``limits`` explains it."""
    told = {}
    for name in nation.indicator_scores:
        scores = nation.indicator_scores[name].dropna()
        if scores.empty:
            continue
        for end in (0, 1):
            share = float((scores == end).mean())
            if share < 0.6:
                continue
            told[name, end] = share
            limits = catalogue.indicators[str(name)].limits
            printed = {text.number(100 * share), text.number(100 * share, decimals=1)}
            traced = printed & set(figures_in(limits)) or re.search(r"\btous?\b|\btoutes?\b|tiers|"
                     r"seul|uniquement|jamais|moitié|majorité|beaucoup", limits)  # fmt: skip
            assert traced, (name, end, share, limits)
    assert {name for name, _ in told} == {"be3_i04", "bi1_i03", "bv2_i01", "bv3_i07", "bv4_i11"}


@pytest.mark.shared
@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
@pytest.mark.skipif(not WORKBOOKS.exists(), reason="the published workbooks are not here")
def test_no_passage_of_the_published_workbooks_is_copied(catalogue: Catalogue) -> None:
    """Eight words in a row shared with a sentence of the workbooks, labels aside."""
    labels = shingles(" . ".join(i.label for i in catalogue.indicators.values()))
    published: set[tuple[str, ...]] = set()
    for path in WORKBOOKS.glob("*v1.3.[35].xlsx"):
        book = openpyxl.load_workbook(path, read_only=True)
        for sheet in book:
            for row in sheet.iter_rows(values_only=True):
                for cell in row:
                    if isinstance(cell, str) and len(cell) > 60 and not cell.startswith("="):
                        published |= shingles(cell)
        book.close()
    assert len(published) > 500
    ours = {place: shingles(body) for place, body in every_text(catalogue).items()
            if not place.endswith(".label")}  # fmt: skip
    copied = {place: found for place, body in ours.items() if (found := body & published - labels)}
    assert copied == {}


def shingles(body: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", body.lower())
    return {tuple(words[at : at + 8]) for at in range(len(words) - 7)}


# --- The checker -----------------------------------------------------------------------------


def faults_with(catalogue: Catalogue, name: str = "be2_i05", **changed: object) -> list[str]:
    """What the checker says of one indicator when some of its fields are changed."""
    one = catalogue.indicators[name]
    scale = changed.pop("justification", None)
    if scale is not None:
        changed["scale"] = one.scale.model_copy(update={"justification": scale})
    how = changed.pop("collection", None)
    if isinstance(how, dict):
        changed["collection"] = one.collection.model_copy(update=how)
    other = replace(
        catalogue,
        indicators={**catalogue.indicators, name: one.model_copy(update=changed)},
    )
    return [str(fault) for fault in check_wording(other)]


FILLER = "Une phrase assez longue pour que le compte de signes soit bon, et encore un peu plus. "


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"definition": ""}, "be2_i05.yaml, definition : ce texte manque"),
        ({"limits": "Court."}, "be2_i05.yaml, limits : 6 signes → entre 80 et 900 signes"),
        ({"rationale": "Mot. " * 400}, "be2_i05.yaml, rationale : 2000 signes"),
        ({"limits": FILLER + "Faux:non."}, "typographie (espace) près de"),
        ({"limits": FILLER + 'Dit "oui".'}, "typographie (guillemet ou points) près de"),
        ({"limits": FILLER + "Sans point"}, "la fin «"),
        ({"limits": FILLER + "Soit 43 ménages."}, "limits : le nombre « 43 » n’est ni un seuil"),
        ({"justification": FILLER * 2 + "Au seuil de 27 %."}, "le nombre « 27 » n’est ni un seuil"),
        ({"cited": (Cited(number="977", source="x"),)}, "cited.0 : « 977 » n’est cité par aucun"),
        ({"collection": {"minutes": None}}, "collection.minutes : le temps de collecte manque"),
        ({"example": Example(value=0.2, text=FILLER)}, "ne commence pas par « Lecture : »"),
        (
            {"example": Example(value=0.2, text="Lecture : 20 % donnent 99 sur 100. " + FILLER)},
            "example.text : « 23 » n’y figure pas",
        ),
        ({"example": None}, "example.text : ce texte manque"),
    ],
)
def test_each_fault_is_named(catalogue: Catalogue, changed: dict[str, object], said: str) -> None:
    faults = faults_with(catalogue, **changed)
    assert any(said in fault.replace("\u00a0", " ") for fault in faults), faults


def test_a_sentence_used_twice_is_found_with_both_places(catalogue: Catalogue) -> None:
    other = catalogue.indicators["bv1_i01"].limits
    faults = faults_with(catalogue, limits=other)
    assert any("employée 2 fois" in f and "bv1_i01" in f and "be2_i05" in f for f in faults), faults


def test_an_answer_outside_the_vocabulary_is_no_example(catalogue: Catalogue) -> None:
    example = Example(value="Peut-être", text=typeset_text("Lecture : « Peut-être ». " + FILLER))
    faults = faults_with(catalogue, name="bv1_i01", example=example)
    assert any("« Peut-être » n’est pas une réponse possible" in fault for fault in faults)


def test_bounds_of_length_leave_room() -> None:
    for low, high in LENGTHS.values():
        assert 0 < low < high


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("de 12,9 % à 26 %", ["12,9", "26"]),
        ("1 255 EPCI en 2024", ["1255"]),
        ("article L2224-7-3, A/RES/70, CO2", []),
        ("de −11 à +3 points", ["11", "3"]),
        ("entre 20 000 et 50 000 habitants", ["20000", "50000"]),
        ("v1.3.5, bv1_i03", []),
    ],
)
def test_numbers_are_read_as_printed(body: str, found: list[str]) -> None:
    assert figures_in(body) == found


def test_the_score_of_an_example_is_that_of_the_scoring(catalogue: Catalogue) -> None:
    rate = catalogue.indicators["be2_i05"]
    assert score_of(rate, 0.13) == pytest.approx(0.5)
    assert np.isnan(score_of(rate, "Oui"))
    word = catalogue.indicators["bv1_i01"]
    assert score_of(word, "En cours") == 0.5
    assert np.isnan(score_of(word, "Peut-être"))
