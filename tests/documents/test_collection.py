"""The collection notebook and its blocks: complete, true to the numbers, safe to open."""

import re
from datetime import date
from html import unescape
from pathlib import Path

import nbformat
import numpy as np
import pandas as pd
import pytest

from diag360 import read_values, score
from diag360.catalogue.model import Catalogue
from diag360.documents import text
from diag360.documents.figures.diagnosis import collection as blocks
from diag360.documents.notebook import run_notebook
from diag360.documents.render import render_html
from diag360.paths import notebooks_dir
from diag360.scoring.matrices import score_of
from diag360.scoring.next_questions import completeness, next_questions
from diag360.scoring.scores import Scores
from diag360.territories.guard import Finding, check_values, withhold

LANNION = "200065928"
TODAY = date(2026, 11, 23)


def words(html: str) -> str:
    body = unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u00a0", " ").replace("\u202f", " ")
    return " ".join(body.split())


@pytest.fixture(scope="module")
def rows(catalogue: Catalogue) -> pd.DataFrame:
    every = read_values(catalogue=catalogue)
    return every[every["territory"] == LANNION]


def test_the_state_prints_every_count(open_scores: Scores) -> None:
    said = words(blocks.collection_state(open_scores, territory=LANNION).html)
    for by, labels in (
        ("need", {need.id: need.label for need in open_scores.framework.needs}),
        ("service", {one.id: one.label for one in open_scores.catalogue.services.values()}),
    ):
        for name, line in completeness(open_scores, territory=LANNION, by=by).iterrows():
            counted = f"{labels[name]} {line['known']:.0f} sur {line['asked']:.0f}"
            assert f"{counted} {text.share(line['coverage'])}".replace("\u00a0", " ") in said
    total = completeness(open_scores, territory=LANNION)
    assert f"{total['known'].sum()} indicateurs connus sur {total['asked'].sum()}" in said
    determined = int(open_scores.determined.loc[LANNION].sum())
    assert f"{determined} besoins déterminés sur 18" in said


def test_a_need_without_meaning_and_a_full_one_are_told(catalogue: Catalogue, rows) -> None:
    own = [i.id for i in catalogue.indicators.values()
           if "besoins-2021" in i.needs and i.needs["besoins-2021"].primary == "boire"]  # fmt: skip
    nothing = (
        rows.iloc[:1]
        .loc[rows.index[:1].repeat(len(own))]
        .assign(indicator=own, value="", status="sans_objet", number=np.nan)
    )
    scores = score(pd.concat([rows, nothing]), catalogue=catalogue)
    assert "Boire – sans objet –" in words(blocks.collection_state(scores, territory=LANNION).html)


def test_nothing_left_to_ask_is_said(catalogue: Catalogue, full_values: Path) -> None:
    scores = score(read_values(full_values, catalogue=catalogue), catalogue=catalogue)
    assert next_questions(scores, territory=LANNION).empty
    assert words(blocks.questions_table(scores, territory=LANNION).html) == (
        "Il ne reste rien à demander à ce niveau."
    )
    state = words(blocks.collection_state(scores, territory=LANNION).html)
    assert "rien à demander" in state
    assert "prendrait" not in state


def test_an_hour_is_filled_and_what_it_determines_is_named(open_scores: Scores) -> None:
    catalogue = open_scores.catalogue
    hour = next_questions(open_scores, territory=LANNION, budget=60)
    said = blocks.what_to_ask(open_scores, territory=LANNION)
    assert said.startswith("En une heure, demandez « ")
    labels = re.findall(r"« (.*?) »", said)
    assert sorted(labels) == sorted(catalogue.indicators[n].label for n in hour["indicator"])
    needs = {need.id: need.label for need in open_scores.framework.needs}
    won = [needs[name] for name in hour.loc[hour["makes_determined"], "need"]]
    assert len(won) > 1
    assert said.endswith(
        f"Cela suffit à déterminer {len(won)}\u00a0besoins : {text.enumerate_words(won)}."
    )
    assert blocks.what_to_ask(open_scores, territory=LANNION, minutes=2).startswith("Aucune")


def test_every_question_is_in_the_table_in_order(open_scores: Scores) -> None:
    html = blocks.questions_table(open_scores, territory=LANNION).html
    listed = re.findall(r'<span class="code">(\w+)</span>', html)
    questions = next_questions(open_scores, territory=LANNION)
    assert listed == list(questions["indicator"])
    assert html.count('<span class="tag">déterminé</span>') == questions["makes_determined"].sum()


def test_errors_are_withheld_and_shown_with_the_score_they_would_have(
    catalogue: Catalogue, rows: pd.DataFrame
) -> None:
    slipped = rows.copy()
    here = slipped["indicator"] == "be2_i05"
    slipped.loc[here, "value"], slipped.loc[here, "number"] = "13.2", 13.2
    found = check_values(slipped, catalogue=catalogue, reference=None, today=TODAY)
    scored = withhold(slipped, found)
    kept = scored[scored["indicator"] == "be2_i05"].iloc[0]
    assert (kept["value"], kept["status"]) == ("", "non_collecte")
    said = words(blocks.findings_table(found, examined=len(rows), catalogue=catalogue).html)
    assert "1 erreur" in said
    after = round(100 * score_of(catalogue.indicators["be2_i05"], 0.132))
    assert re.search(rf"Taux de pauvreté be2_i05 .* 13\.2 .* 13,2 % 0 → {after}\b", said)
    scores = score(scored, catalogue=catalogue)
    assert "be2_i05" in set(next_questions(scores, territory=LANNION)["indicator"])


def test_findings_stand_under_their_severity_and_hold_no_markup(catalogue: Catalogue) -> None:
    def finding(severity, value, proposed):
        return Finding(LANNION, "bv1_i01", "Boire!H12", "vocabulaire", severity, value,
                       "réponse inconnue", proposed)  # fmt: skip

    three = (
        finding("info", "b", None),
        finding("alerte", "<script>", None),
        finding("erreur", "oui", "Oui"),
    )
    html = blocks.findings_table(three, examined=3, catalogue=catalogue).html
    assert "<script>" not in html
    said = words(html)
    assert said.startswith("3 lignes examinées : 1 erreur, 1 alerte.")
    assert said.index("Erreurs : valeurs écartées") < said.index("Alertes : à vérifier")
    assert said.index("Alertes") < said.index("1 remarque sans conséquence")
    assert "Boire!H12 oui réponse inconnue Oui – → 100" in said
    none = blocks.findings_table((), examined=5, catalogue=catalogue)
    assert words(none.html) == "5 lignes examinées : aucune erreur ni alerte."


@pytest.mark.parametrize(
    ("value", "shown"), [("0.132", "13,2 %"), ("#DIV/0!", "#DIV/0!"), ("", ""), ("inf", "inf")]
)
def test_a_value_is_printed_or_left_as_it_was_written(catalogue, value, shown) -> None:
    printed = blocks.printed("be2_i05", value, catalogue=catalogue)
    assert printed.replace("\u00a0", " ") == shown


@pytest.mark.documents
@pytest.mark.parametrize("which", ["open-data", "full"])
def test_the_notebook_runs_and_its_page_shows_all_but_the_form(
    which: str, full_values: Path, tmp_path: Path
) -> None:
    parameters = {
        "territory": LANNION,
        "values": "open-data" if which == "open-data" else str(full_values),
        "framework": "besoins-2021",
        "weights": "egal",
        "tier": "standard",
    }
    executed = run_notebook(
        notebooks_dir() / "21_collecte.ipynb", parameters=parameters, partial=tmp_path / "c.ipynb"
    )
    outputs = [o for cell in executed.cells for o in cell.get("outputs", [])]
    assert not [o for o in outputs if o.output_type in ("error", "stream")]
    shown = next(c for c in executed.cells if c.id == "formulaire").outputs[0].data
    assert "application/vnd.jupyter.widget-view+json" in shown
    html = render_html(executed, title="Collecte")
    for title in ("Où en est la collecte", "Ce que disent les contrôles", "Par service",
                  "Ce qu’il faut demander maintenant"):  # fmt: skip
        assert title in html
    for unwanted in ("<script", "widget", "Saisir ou corriger", "Traceback", ">nan<", "None"):
        assert unwanted not in html
    assert ("En une heure, demandez" in html) == (which == "open-data")
    assert ("fichier complet.csv" in html) == (which == "full")
    assert not list(Path.cwd().glob("reponses-*.csv"))


def test_the_notebook_holds_stable_ids_and_its_parameters() -> None:
    notebook = nbformat.read(notebooks_dir() / "21_collecte.ipynb", as_version=4)
    ids = [cell.id for cell in notebook.cells]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z-]+", name) for name in ids)
    tagged = {cell.id: cell.metadata.get("tags", []) for cell in notebook.cells}
    assert tagged["parametres"] == ["parameters"]
    assert tagged["formulaire"] == tagged["charger"] == ["remove-cell"]
