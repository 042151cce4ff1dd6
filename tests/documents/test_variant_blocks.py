"""What readers see of a comparison of variants: blocks, words, tables, files, commands."""

import re
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import typer

from diag360 import find_place, load_catalogue, prepare_ratings, read_values
from diag360.catalogue.load import load_catalogue as load_folder
from diag360.catalogue.model import Catalogue
from diag360.challenge.comparison.compare import Comparison, compare_variants
from diag360.challenge.variants.files import read_variant, variant_text
from diag360.challenge.variants.model import Variant
from diag360.challenge.variants.steps import steps_of
from diag360.cli_challenge import compare as compare_command
from diag360.cli_challenge import variant_app
from diag360.documents import text
from diag360.documents.acceptance import write_accepted
from diag360.documents.comparison import (
    comparison_tables,
    make_comparison,
    prepare_comparison,
)
from diag360.documents.comparison_words import (
    RULE,
    is_inert,
    letters,
    nation_words,
    tell_comparison,
)
from diag360.documents.figures.laboratory.variant_blocks import (
    variant_cards,
    variant_hazards,
    variant_nation,
    variant_needs,
    variant_verdict,
)
from diag360.documents.figures.laboratory.variant_waterfall import variant_waterfall
from diag360.documents.variant_words import fate, signature, step_words
from diag360.errors import Refusal

LANNION = "200065928"
POVERTY, VITAL = "pauvrete-seuils-du-site", "vital-geometrique"
HOSTILE = "<script>alert(1)</script>"


def variant(changes: dict, **head: object) -> Variant:
    body = {
        "id": "essai", "label": "Un essai", "author": "Jeanne", "role": "terrain",
        "date": date(2026, 11, 3), "status": "ouverte", "changes": changes,
        "justification": "Une raison assez longue pour être lue par quelqu’un.",
    }  # fmt: skip
    return Variant.model_validate(body | head)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


@pytest.fixture(scope="module")
def compare(catalogue: Catalogue):
    values = read_values(catalogue=catalogue)
    codes = [LANNION, *values["territory"].unique()[:19]]
    nation = values[values["territory"].isin(codes)]
    ratings = {LANNION: prepare_ratings(place=find_place(LANNION), catalogue=catalogue)}

    def run(*variants: Variant, own: pd.DataFrame | None = None, **options: str) -> Comparison:
        rows = nation[nation["territory"] == LANNION] if own is None else own
        return compare_variants(
            catalogue, variants, own={LANNION: rows}, ratings=ratings, nation=nation, **options
        )

    return run


@pytest.fixture(scope="module")
def found(compare) -> Comparison:
    return compare(read_variant(POVERTY), read_variant(VITAL))


def words(html: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)).strip()


# --- Words -------------------------------------------------------------------------------------

SAID = [
    ({"scheme": {"kind": {"action": 1.25}}}, "Coefficients des poids : sorte (action 1,25)"),
    ({"weights": {"be2_i05": 2.0}}, "Poids 2 pour « Taux de pauvreté » (be2_i05)"),
    (
        {"choices": {"bv1_i01": {"En cours": 0.25}}, "weights": {}},
        "« En cours » vaut 25",
    ),
    ({"interpolation": {"be2_i05": {"kind": "exponential", "k": 2.0}}}, "exponentielle (2)"),
    ({"indicators": {"out": ["be2_i05"]}}, "Sans « Taux de pauvreté » (be2_i05)"),
    ({"indicators": {"in": ["voix_p01"]}}, "Demandé en plus : « Conseil de développement"),
    (
        {"aggregation": {"boire": {"kind": "power", "exponent": 0.5}}},
        "Moyenne de puissance 0,5 pour « Boire »",
    ),
    ({"effects": {"A3": {"besoins-2021": {"boire": 1}}}}, "effet 1 sur 3 sur « Boire »"),
    ({"links": {"A1-A3": 0.35}}, "vers « Sécheresses"),
    (
        {"edges": [{"framework": "besoins-2021", "need": "me_soigner", "on": "boire",
                    "strength": 2, "delay": 1.5}]},
        "Dépendance de « Me soigner » de « Boire » : 2 sur 3, délai de 1,5 j",
    ),
    (
        {"edges": [{"framework": "besoins-2021", "need": "me_soigner", "on": "boire",
                    "strength": 0}]},
        "Plus de dépendance de « Me soigner » de « Boire »",
    ),
    (
        {"gamma": {"low": 0.1, "central": 0.22, "high": 0.25}},
        "Part transmise entre besoins : 0,22 (0,1 à 0,25)",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "said"), SAID, ids=lambda one: str(one)[:30])
def test_every_change_is_said(catalogue: Catalogue, changes: dict, said: str) -> None:
    (step,) = steps_of(variant(changes))
    assert said in step_words(step, catalogue=catalogue)


def test_anchors_are_said_in_their_unit(catalogue: Catalogue) -> None:
    (step,) = steps_of(read_variant(POVERTY))
    told = step_words(step, catalogue=catalogue)
    assert told == ("Seuils de « Taux de pauvreté » : 42,9\u00a0% vaut 0, 5\u00a0% vaut 100")


def test_signature_and_fate() -> None:
    assert signature(variant({"weights": {"be2_i05": 2.0}})) == (
        "Jeanne (expert de terrain), 03/11/2026"
    )
    decision = {"by": "Le panel", "date": date(2026, 12, 1), "reason": "Trop peu de données ici."}
    rejected = variant({"weights": {"be2_i05": 2.0}}, status="rejetee", decision=decision)
    assert fate(rejected).startswith("Rejetée le 01/12/2026 par Le panel")
    assert fate(rejected).endswith("Trop peu de données ici.")


# --- Blocks ------------------------------------------------------------------------------------


def test_cards_say_everything_and_escape(compare) -> None:
    hostile = variant({"weights": {"be2_i05": 2.0}}, label=HOSTILE, author=HOSTILE,
                      references=["insee_pauvrete_2023", HOSTILE])  # fmt: skip
    html = variant_cards(compare(hostile, read_variant(POVERTY))).html
    assert "<script>" not in html
    assert html.count("&lt;script&gt;") >= 3
    assert "Insee, Niveau de vie" in html
    assert "Ouverte au débat" in html
    assert "Poids 2 pour « Taux de pauvreté »" in html


def test_a_conflict_is_said(compare) -> None:
    one = variant({"weights": {"be2_i05": 2.0}})
    two = variant({"weights": {"be2_i05": 3.0}}, id="autre")
    clash = compare(one, two)
    assert letters(clash) == ["A", "B"]
    assert "« be2_i05 » est déjà changé par « essai »" in words(variant_cards(clash).html)


def test_the_verdict_names_what_changes(found: Comparison) -> None:
    html = words(variant_verdict(found, territory=LANNION).html)
    assert "A Taux de pauvreté, les seuils du site change les conclusions : la classe" in html
    assert RULE in html
    assert letters(found) == ["A", "B", "A+B"]
    assert "A+B Toutes ensemble change les conclusions" in html


def test_needs_show_scores_changes_and_classes(found: Comparison) -> None:
    html = variant_needs(found, territory=LANNION).html
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', html)
    assert [name for name, _ in rows] == [
        need.label
        for need in found.reference.scores.framework.needs
        if found.reference.scores.determined.loc[LANNION, need.id]
    ]
    shown = dict(rows)
    before, after = (
        float(state.scores.needs.score.loc[LANNION, "etre_solidaire"])
        for state in (found.reference, found.cases[0].state)
    )
    cells = re.findall("<td>(.*?)</td>", shown["Être solidaire"])
    assert cells[0].startswith(text.number(100 * before, decimals=1))
    assert cells[1].startswith(text.number(100 * after, decimals=1))
    assert f"({text.number(100 * (after - before), decimals=1, signed=True)})" in cells[1]
    assert "<b>très bonne</b>" in cells[1]
    assert cells[2] == cells[0]
    weakest = found.reference.conclusions.weakest[found.row(LANNION)].sum()
    assert sum("▼" in re.findall("<td>(.*?)</td>", row)[0] for _, row in rows) == weakest == 3


def test_nothing_is_weakest_among_three(compare, catalogue: Catalogue) -> None:
    values = read_values(catalogue=catalogue)
    kept = ("bv2_", "bv4_", "be3_")
    mine = values["territory"].eq(LANNION) & values["indicator"].str.startswith(kept)
    little = compare(read_variant(VITAL), own=values[mine])
    assert little.reference.scores.determined.loc[LANNION].sum() in (2, 3)
    html = variant_needs(little, territory=LANNION).html
    assert "▼ " not in html.split("</table>")[0]


def test_nothing_known_is_said_so(compare, catalogue: Catalogue) -> None:
    values = read_values(catalogue=catalogue)
    mine = values[values["territory"].eq(LANNION)].head(1)
    empty = compare(read_variant(VITAL), own=mine)
    assert "Aucun besoin n’est assez connu" in variant_needs(empty, territory=LANNION).html
    html = variant_waterfall(empty, territory=LANNION).html
    assert "aucun score imprimé ne bouge ici" in html
    assert "Indéterminés partout" in variant_needs(empty, territory=LANNION).html


def test_hazards_and_actions_in_bold_when_they_differ(compare) -> None:
    changes = {"gamma": {"low": 0.1, "central": 0.11, "high": 0.25}}
    html = variant_hazards(compare(variant(changes)), territory=LANNION).html
    assert html.count("<ol>") == 6
    assert html.count("<li>") == 2 * (3 + 3 + 5)
    reference = html.split("<td>")[1]
    assert "<b>" not in reference


def test_the_waterfall_has_words_and_exact_numbers(found: Comparison) -> None:
    html = variant_waterfall(found, territory=LANNION, case=2).html
    alt = re.search(r'alt="([^"]*)"', html)
    assert alt is not None
    assert "Avoir un toit" in alt.group(1)
    assert "<summary>Les chiffres de cette figure</summary>" in html
    part = found.cases[2].score_parts[:, 0, 9].sum()
    assert text.number(100 * float(part), decimals=2, signed=True) in html


def test_a_long_waterfall_groups_its_small_steps(compare) -> None:
    known = read_values(catalogue=load_catalogue())
    known = known[known["territory"] == LANNION]
    names = {"avoir_un_toit", "etre_solidaire"}
    indicators = [
        one.id for one in load_catalogue().indicators.values()
        if one.id in set(known["indicator"]) and one.needs["besoins-2021"].primary in names
    ]  # fmt: skip
    anchors = {"be2_i05": [{"value": 0.4, "score": 0}, {"value": 0.05, "score": 1}]}
    weights = {name: 1.5 + at for at, name in enumerate(indicators)}
    result = compare(variant({"weights": weights, "anchors": anchors}))
    assert result.cases[0].fair_parts is None
    html = variant_waterfall(result, territory=LANNION).html
    assert "un seul ordre est calculé" in html
    assert "–" in html


def test_the_nation_counts_what_moves(found: Comparison) -> None:
    html = words(variant_nation(found).html)
    changed = int(found.cases[0].verdict.changes.sum())
    assert f"dans {changed} territoires sur 20" in html
    assert "Les territoires qui bougent le plus" in html


def test_a_variant_that_moves_nothing_says_why(compare) -> None:
    """The eleven lines are asked at the expert tier alone: they weigh nothing in the standard."""
    result = compare(read_variant("sans-agents-referents"))
    assert is_inert(result, result.cases[0])
    assert "n’entre dans aucun calcul du cadre besoins-2021 au niveau standard" in nation_words(
        result, result.cases[0]
    )
    asked = compare(read_variant("sans-agents-referents"), tier="expert")
    assert not is_inert(asked, asked.cases[0])


# --- Terminal and files ------------------------------------------------------------------------


def test_the_terminal_says_it_side_by_side(found: Comparison) -> None:
    lines = tell_comparison(found, places=[find_place(LANNION)])
    joined = "\n".join(lines)
    row = next(line for line in lines if line.startswith("  Être solidaire"))
    assert re.findall(r"\d+,\d|indét\.", row) == ["71,3", "84,7", "71,3", "84,7"]
    told = "la classe d’au moins un besoin et les trois aléas les plus lourds"
    assert f"  A change les conclusions : {told}." in lines
    assert "Les plus faibles étaient" in joined
    assert lines[-1] == f"Règle : {RULE}"


def test_tables_are_written_unrounded(found: Comparison) -> None:
    tables = comparison_tables(found)
    assert set(tables) == {
        "besoins.csv", "aleas.csv", "actions.csv", "etapes.csv", f"territoires-{POVERTY}.csv",
        f"territoires-{VITAL}.csv", f"territoires-{POVERTY}+{VITAL}.csv",
    }  # fmt: skip
    head = tables["etapes.csv"].splitlines()[0]
    assert head == "territory,state,variant,place,need,score,fair,effect"
    assert "changes.anchors.be2_i05" in tables["etapes.csv"]
    assert tables[f"territoires-{POVERTY}.csv"].startswith("territory,name,need,change,")


def test_preparing_refuses_what_is_unknown(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="« rien » n’est ni un fichier"):
        prepare_comparison([LANNION], ["rien"])
    with pytest.raises(Refusal, match="« autre » inconnu"):
        prepare_comparison([LANNION], [POVERTY], framework="autre")


@pytest.mark.documents
def test_accepting_writes_a_catalogue_and_its_entry(tmp_path: Path) -> None:
    one = read_variant(POVERTY)
    body = one.model_dump(by_alias=True) | {
        "status": "acceptee",
        "decision": {"by": "Le panel", "date": date(2026, 12, 1), "reason": "Voté à l’unanimité."},
    }
    path = tmp_path / f"{POVERTY}.yaml"
    path.write_text(variant_text(Variant.model_validate(body)), encoding="utf-8")
    folder, entry, accepted = write_accepted(path, output=tmp_path / "nouveau")
    assert load_folder(folder).version == accepted.after.version
    assert entry == (folder / "JOURNAL.md").read_text(encoding="utf-8")
    assert entry.startswith(f"## Catalogue {accepted.after.version}\n\nVariante `{POVERTY}`")
    assert "Voté à l’unanimité." in entry
    assert "« 0,26 » → « 0,429 »" in entry
    assert re.search(r"- Être solidaire : 1.232\sscores bougent, en moyenne \+14,7 sur 100", entry)
    assert "l’ancienne méthode.\n" in entry, "no weight changes: no scheme to name again"
    with pytest.raises(Refusal, match="nouveau : ce dossier existe déjà"):
        write_accepted(path, output=tmp_path / "nouveau")


@pytest.mark.documents
def test_an_entry_says_that_the_name_of_a_changed_scheme_no_longer_holds(tmp_path: Path) -> None:
    one = read_variant("poids-par-criteres")
    body = one.model_dump(by_alias=True) | {
        "status": "acceptee",
        "decision": {"by": "Le panel", "date": date(2026, 12, 1), "reason": "Voté à l’unanimité."},
    }
    path = tmp_path / "poids-par-criteres.yaml"
    path.write_text(variant_text(Variant.model_validate(body)), encoding="utf-8")
    _, entry, accepted = write_accepted(path, output=tmp_path / "nouveau")
    assert f"le nom du jeu « {accepted.before.weights['egal'].label} », dont" in entry
    assert accepted.before.weights["criteres"].label not in entry


def test_the_commands_check_list_and_refuse(capsys: pytest.CaptureFixture[str]) -> None:
    app = typer.main.get_command(variant_app)
    app(["list"], standalone_mode=False)
    listed = capsys.readouterr().out
    assert f"{POVERTY}\touverte\tÉquipe diag360\tTaux de pauvreté, les seuils du site" in listed
    app(["check", POVERTY], standalone_mode=False)
    assert "42,9\u00a0% vaut 0, 5\u00a0% vaut 100" in capsys.readouterr().out
    with pytest.raises(Refusal, match="« ouverte » : seule une variante acceptée"):
        app(["accept", POVERTY, "-o", "jamais"], standalone_mode=False)
    assert not Path("jamais").exists()


def test_the_compare_command_prints(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, found: Comparison
) -> None:
    given = {}

    def prepared(territories, variants, **options):
        given.update(territories=territories, variants=variants, **options)
        return found, (find_place(LANNION),)

    monkeypatch.setattr("diag360.documents.comparison.prepare_comparison", prepared)
    app = typer.Typer()
    app.command()(compare_command)
    command = typer.main.get_command(app)
    command(
        [LANNION, "--variant", POVERTY, "--variant", VITAL, "--tier", "expert"],
        standalone_mode=False,
    )
    assert given["variants"] == [POVERTY, VITAL]
    assert given["territories"] == [LANNION]
    assert given["tier"] == "expert"
    assert "A : Taux de pauvreté, les seuils du site" in capsys.readouterr().out


def test_numbers_drawn_are_finite(found: Comparison) -> None:
    assert np.isfinite(found.cases[0].effect_parts).all()
    assert sys.getsizeof(variant_waterfall(found, territory=LANNION).html) < 400_000


@pytest.mark.documents
def test_the_page_stands_alone_with_its_tables(tmp_path: Path) -> None:
    comparison, places, report, tables = make_comparison(
        [LANNION], [POVERTY], output=tmp_path, tier="standard"
    )
    html = report.html.read_text(encoding="utf-8")
    assert report.html.parent == tmp_path / LANNION / "variantes"
    assert "Variantes comparées" in html
    assert "Ce qui est proposé" in html
    assert "Être solidaire" in html
    assert "remove-cell" not in html
    assert [place.siren for place in places] == list(comparison.territories)
    assert len(tables) == 5
    assert all(path.parent == report.html.parent for path in tables)
