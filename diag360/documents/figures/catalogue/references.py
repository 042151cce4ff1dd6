"""The catalogue as a reference work: sheets of needs and indicators, crosswalk, sources, tiers."""

import textwrap
from collections.abc import Sequence

import pandas as pd
import seaborn as sns
from matplotlib import rc_context
from matplotlib.figure import Figure

from diag360.catalogue.crosswalk import crosswalk
from diag360.catalogue.model import Catalogue, Framework, Indicator
from diag360.documents import text
from diag360.documents.figures import drawing
from diag360.documents.figures.catalogue.curves import indicator_curve
from diag360.documents.figures.fragments import Fragment, render, table
from diag360.documents.figures.notes.beside import folded, listed, objections_mark
from diag360.documents.notes_shown import Notes
from diag360.scoring.tiers import MOST, MOST_GAP, Choice, minutes_by_tier


def need_list(catalogue: Catalogue, *, framework: str) -> Fragment:
    """List the needs by category, each leading to its sheet, with its number of indicators."""
    chosen = catalogue.frameworks[framework]
    counts = {n.id: len(_primary(catalogue, chosen, n.id)) for n in chosen.needs}
    return render("need_list", framework=chosen, counts=counts)


def need_sheet(
    catalogue: Catalogue,
    *,
    framework: str,
    need: str,
    values: pd.DataFrame,
    notes: Notes | None = None,
) -> Fragment:
    """Describe a need, then every indicator that answers it.

    Parameters
    ----------
    catalogue : Catalogue
        Texts and scales.
    framework, need : str
        Ids.
    values : DataFrame
        Rows of many territories, for the national distributions.
    notes : Notes, optional
        Of experts, shown beside what they are about.

    Returns
    -------
    Fragment
        Description, key functions, goals, words; then one folded sheet per indicator.
    """
    chosen = catalogue.frameworks[framework]
    own = _primary(catalogue, chosen, need)
    return render(
        "need_sheet",
        need=next(n for n in chosen.needs if n.id == need),
        category=chosen.categories,
        catalogue=catalogue,
        kinds=_kinds(own),
        sheets=[
            indicator_sheet(i, catalogue=catalogue, values=values, notes=notes).html for i in own
        ],
        also=[i for i in catalogue.indicators.values()
              if framework in i.needs and need in i.needs[framework].also],
        beside=folded(notes.beside(f"besoin/{need}") if notes else (), about="sur ce besoin"),
        objections=objections_mark(notes.of_need(need) if notes else ()),
    )  # fmt: skip


def indicator_sheet(
    indicator: Indicator,
    *,
    catalogue: Catalogue,
    values: pd.DataFrame,
    unfolded: bool = False,
    notes: Notes | None = None,
) -> Fragment:
    """Show all the catalogue says of an indicator, with its curve when it is a number."""
    drawn = ""
    if indicator.response.unit is not None:
        known = values.loc[values["indicator"] == indicator.id, "number"].dropna().to_numpy(float)
        example = indicator.example
        drawn = indicator_curve(
            indicator,
            catalogue=catalogue,
            values=known,
            marked=float(example.value) if example is not None else None,
        ).html
    default = indicator.needs.get(catalogue.settings.default_framework)
    labels = {n.id: n.label for f in catalogue.frameworks.values() for n in f.needs}
    return render(
        "indicator_sheet",
        indicator=indicator,
        catalogue=catalogue,
        unit=catalogue.unit(indicator.id),
        curve=drawn,
        exposure=default is not None and default.use == "exposition",
        also=[labels[name] for name in (default.also if default else ())],
        unfolded=unfolded,
        **listed(notes.of_indicator(indicator.id) if notes else ()),
    )


def crosswalk_figure(catalogue: Catalogue, *, rows: str, columns: str) -> Fragment:
    """Draw which needs of one framework answer those of another, with the table of counts."""
    counts = crosswalk(catalogue, rows=rows, columns=columns)
    left, right = catalogue.frameworks[rows], catalogue.frameworks[columns]
    matrix = pd.DataFrame(
        {c.id: [counts[r.id, c.id] for r in left.needs] for c in right.needs},
        index=[r.id for r in left.needs],
    )
    named = {n.id: n.label for n in (*left.needs, *right.needs)}
    with rc_context(drawing.STYLE):
        figure = Figure(figsize=(1.45 * drawing.WIDTH, 0.27 * len(left.needs) + 1.9))
        axes = figure.add_axes((0.4, 0.02, 0.58, 0.7))
        sns.heatmap(
            matrix.rename(index=named, columns=named), ax=axes, mask=(matrix == 0).to_numpy(),
            annot=True, fmt="d", cmap="Blues", vmin=-2, cbar=False, linewidths=1,
            linecolor=drawing.PALE_GREY, annot_kws={"fontsize": 9},
        )  # fmt: skip
        axes.xaxis.tick_top()
        axes.tick_params(length=0, labelsize=8.5)
        axes.set_xticklabels(
            [textwrap.fill(named[n.id], 20) for n in right.needs], rotation=90, linespacing=0.95
        )
        axes.set(xlabel="", ylabel="")
    homeless = [n.label for n in left.needs if (matrix.loc[n.id] > 0).sum() != 1]
    return drawing.as_image(
        figure,
        alt=f"Passage de « {left.label} » à « {right.label} » : {int(matrix.to_numpy().sum())} "
        f"indicateurs communs. Sans correspondance simple : {text.enumerate_words(homeless)}.",
        caption="Nombre d’indicateurs rangés à la fois sous le besoin de la ligne et sous celui de "
        "la colonne. Une ligne à plusieurs cases : le besoin est dispersé dans l’autre cadre.",
        table=pd.DataFrame(
            {
                left.label: [n.label for n in left.needs],
                right.label: [
                    text.enumerate_words(
                        [f"{named[str(c)]} ({v})" for c, v in matrix.loc[n.id].items() if v]
                    )
                    or "aucun indicateur commun"
                    for n in left.needs
                ],
            }
        ),
    )


def tier_table(choices: Sequence[Choice], *, catalogue: Catalogue, framework: str) -> Fragment:
    """Show the tiers, their time to fill, and what the rule keeps of each need."""
    named = {n.id: n.label for n in catalogue.frameworks[framework].needs}
    rows = pd.DataFrame(
        {
            "Besoin": [named[c.need] for c in choices],
            "Retenus": [f"{len(c.chosen)} sur {c.of}" for c in choices],
            "À demander": [text.duration(c.minutes) for c in choices],
            "Écart attendu": [f"{text.number(100 * c.gap)} sur 100" for c in choices],
            "Indicateurs": [", ".join(c.chosen) for c in choices],
        }
    )
    tiers = minutes_by_tier(catalogue, framework=framework)
    return render("tiers", tiers=tiers, most=MOST, gap=MOST_GAP, detail=table(rows).html)


def open_questions(catalogue: Catalogue) -> Fragment:
    """List the questions indicators leave open to experts, by need."""
    default = catalogue.frameworks[catalogue.settings.default_framework]
    asked = {
        need.label: [i for i in _primary(catalogue, default, need.id) if i.questions]
        for need in default.needs
    }
    return render("open_questions", asked={label: own for label, own in asked.items() if own})


def references(catalogue: Catalogue) -> Fragment:
    """List laws, standards, studies and sources, with what they were checked on."""
    users = {
        name: [
            *(i.id for i in catalogue.indicators.values() if name in i.references),
            *(h.id for h in catalogue.hazards.values() if name in h.references),
        ]
        for name in catalogue.references
    }
    used = {
        name: sum(name in i.sources for i in catalogue.indicators.values())
        + sum(name in proxy.sources for proxy in catalogue.proxies.values())
        for name in catalogue.sources
    }
    return render("references", catalogue=catalogue, users=users, used=used, kinds=_REFERENCE_KINDS)


_REFERENCE_KINDS = {
    "loi": "Lois et codes",
    "reglement": "Règlements",
    "norme": "Normes",
    "etude": "Études",
    "statistique": "Statistiques",
}


def _primary(catalogue: Catalogue, framework: Framework, need: str) -> list[Indicator]:
    return [
        i for i in catalogue.indicators.values()
        if framework.id in i.needs and i.needs[framework.id].primary == need
    ]  # fmt: skip


def _kinds(own: Sequence[Indicator]) -> str:
    """Say how many indicators there are of each kind."""
    etat = sum(i.kind == "etat" for i in own)
    return (
        f"{text.count(len(own), 'indicateur')} : {text.number(etat)} d’état, "
        f"{text.number(len(own) - etat)} d’action"
    )
