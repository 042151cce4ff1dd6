"""Rows of the spreadsheet of a batch: what each sheet shows, from the tables."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from diag360._version import __version__
from diag360.catalogue.units import Unit
from diag360.documents import text
from diag360.documents.batch.handover.index_words import LICENCES, nature_of, sources_of
from diag360.documents.batch.results.gathered import Batch

HEAVIEST = 10  # effects kept by territory
Cell = str | float | int | None
NUMBER, PERCENT, POINTS = "#,##0", "0%", "0"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet: heading, width [characters], number format ("" for a text)."""

    head: str
    width: float
    format: str = ""
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its name, what it says, its columns and its rows; None is an empty cell."""

    name: str
    note: str
    columns: tuple[Column, ...]
    rows: list[list[Cell]]


def sheets_of(batch: Batch) -> list[Sheet]:
    """Give the sheets of numbers of a batch, in order."""
    return [_places(batch), _needs(batch), _effects(batch), _indicators(batch), _failures(batch)]


def _head(batch: Batch) -> list[list[Cell]]:
    places = batch.places
    return [[str(code), str(name)] for code, name in zip(places.index, places["name"], strict=True)]


_WHO = (Column("Code", 12), Column("Territoire", 44))


def _places(batch: Batch) -> Sheet:
    places = batch.places
    said = {
        "weights": {name: one.label for name, one in batch.catalogue.weights.items()},
        "framework": {name: one.label for name, one in batch.catalogue.frameworks.items()},
    }
    columns = (
        *_WHO, Column("Nature", 26), Column("Département", 24), Column("Région", 26),
        Column("Population", 12, NUMBER), Column("Communes", 10, NUMBER),
        Column("Superficie (km²)", 12, NUMBER), Column("Campagne", 10), Column("Valeurs", 18),
        Column("Cadre", 24), Column("Niveau", 10), Column("Poids", 18),
        Column("Besoins assez connus", 12, NUMBER), Column("Besoins du cadre", 10, NUMBER),
        Column("Part connue", 10, PERCENT), Column("Aléas cotés", 10, NUMBER),
    )  # fmt: skip
    rows = [
        [
            str(code), one["name"], nature_of(one["nature"]), one["department"], one["region"],
            _whole(one["population"]), _whole(one["communes"]), _number(one["area"]),
            one["campaign"], "données ouvertes" if one["values"] == "open-data" else one["values"],
            said["framework"].get(one["framework"], one["framework"]), one["tier"],
            said["weights"].get(one["weights"], one["weights"]), _whole(one["determined"]),
            _whole(one["needs"]), _number(one["coverage"]), _whole(one["rated"]),
        ]
        for code, one in zip(places.index, places.to_dict("records"), strict=True)
    ]  # fmt: skip
    note = "Une ligne par territoire, dans l’ordre des noms. Aucune note globale, aucun rang."
    return Sheet("Territoires", note, columns, rows)


def _needs(batch: Batch) -> Sheet:
    """Score, bounds and coverage of each need, four columns by need."""
    parts = {name: batch.wide(name) for name in ("score", "low", "high", "coverage")}
    columns: list[Column] = [*_WHO]
    rows = _head(batch)
    for need in batch.framework.needs:
        columns += [Column(f"{need.label} : score", 12, POINTS),
                    Column(f"{need.label} : au moins", 12, POINTS),
                    Column(f"{need.label} : au plus", 12, POINTS),
                    Column(f"{need.label} : part connue", 12, PERCENT)]  # fmt: skip
        for row, *numbers in zip(rows, *(part[need.id] for part in parts.values()), strict=True):
            *shares, coverage = (_number(value) for value in numbers)
            row += [None if one is None else 100 * one for one in shares]
            row.append(coverage)
    note = (
        "Scores sur 100. Un score absent n’est pas un zéro : le besoin est indéterminé, et son "
        "score est quelque part entre « au moins » et « au plus »."
    )
    return Sheet("Besoins", note, tuple(columns), rows)


def _effects(batch: Batch) -> Sheet:
    table = batch.tables["vulnerabilites"]
    names = batch.places["name"]
    heaviest = table.sort_values("total", ascending=False, kind="stable")
    heaviest = heaviest.groupby("territory", sort=False).head(HEAVIEST)
    order = {code: at for at, code in enumerate(names.index)}
    heaviest = heaviest.iloc[heaviest["territory"].map(order).to_numpy().argsort(kind="stable")]
    hazards = batch.catalogue.hazards
    needs = _need_labels(batch)
    columns = (
        *_WHO, Column("Aléa", 34), Column("Besoin", 30), Column("Effet sur 100", 10, POINTS),
        Column("au moins", 8, POINTS), Column("au plus", 8, POINTS), Column("Classe", 12),
        Column("Exposition", 10, POINTS), Column("Sensibilité", 10, POINTS),
        Column("dont direct", 10, POINTS),
    )  # fmt: skip
    rows = [
        [one["territory"], names[one["territory"]], hazards[one["hazard"]].label,
         needs[one["need"]], _points(one["total"]), _points(one["total_low"]),
         _points(one["total_high"]), one["class"], _points(one["exposure"]),
         _points(one["sensitivity"]), _points(one["direct"])]
        for one in heaviest.to_dict("records")
    ]  # fmt: skip
    note = (
        f"Les {HEAVIEST} effets les plus lourds de chaque territoire, ricochets compris ; tous "
        "ceux qui sont au moins modérés sont dans le dossier donnees. Ils reposent sur des a "
        "priori : ils rangent, ils ne mesurent pas."
    )
    return Sheet("Vulnérabilités", note, columns, rows)


def _indicators(batch: Batch) -> Sheet:
    """Value of each indicator known somewhere, a column each."""
    table = batch.tables["indicateurs"]
    known = table[table["value"].notna() & (table["value"] != "")]
    at = {code: row for row, code in enumerate(batch.places.index)}
    rows = _head(batch)
    columns: list[Column] = [*_WHO]
    for name in [one for one in batch.catalogue.indicators if one in set(known["indicator"])]:
        record, unit = batch.catalogue.indicators[name], batch.catalogue.unit(name)
        symbol = f" ({unit.symbol})" if unit is not None and unit.symbol else ""
        columns.append(Column(f"{record.label}{symbol} — {name}", 18, "" if unit is None else " ",
                              unit))  # fmt: skip
        for row in rows:
            row.append(None)
        own = known[known["indicator"] == name]
        for code, value, number in zip(own["territory"], own["value"], own["number"], strict=True):
            rows[at[code]][-1] = str(value) if unit is None else _number(number)
    note = "Valeurs telles qu’elles sont connues ; une case vide n’est pas un zéro."
    return Sheet("Indicateurs", note, tuple(columns), rows)


def _failures(batch: Batch) -> Sheet:
    columns = (*_WHO, Column("Document", 30), Column("Raison", 26), Column("Détail", 100))
    rows: list[list[Cell]] = [
        [one.code, one.name, one.document, one.why, one.message] for one in batch.failed
    ]
    made = "Tous les documents demandés ont été faits."
    said = "Une fois la cause levée, relancer la même commande ne refait que ceux-ci."
    return Sheet("Échecs", said if rows else made, columns, rows)


def _need_labels(batch: Batch) -> dict[str, str]:
    return {need.id: need.label for one in batch.catalogue.frameworks.values()
            for need in one.needs}  # fmt: skip


def read_me(batch: Batch) -> Sequence[tuple[str, str]]:
    """Say in the first sheet what the spreadsheet holds: headings and sentences."""
    places = batch.places
    return (
        ("Ce que c’est", f"Synthèse de {text.count(len(places), 'territoire')} regardés avec le "
         f"Diagnostic 360° de résilience, catalogue {batch.catalogue.version}."),
        ("Lire un score", "De 0 à 100, par besoin. Il n’est écrit que si les indicateurs connus "
         f"portent au moins {text.share(batch.catalogue.settings.coverage_floor)} du poids du "
         "besoin ; sinon la case est vide, et les deux suivantes disent entre quoi et quoi il "
         "est."),
        ("Ne pas classer", "Un territoire est un profil. Deux intervalles qui se recouvrent ne se "
         "départagent pas, et un score bas est une question à poser, pas une faute."),
        ("Lire un effet", "De 0 (rien) à 100 (le besoin n’est plus servi) : l’effet d’un aléa sur "
         "un besoin, ricochets compris. La force des aléas et les dépendances sont des a priori."),
        ("Feuilles", "Territoires ; Besoins ; Vulnérabilités ; Indicateurs ; Échecs."),
        ("Pour un logiciel", "Les mêmes nombres, entiers et décrits colonne par colonne, sont dans "
         "le dossier donnees (Frictionless Data)."),
        ("Logiciel", f"diag360 {__version__}, catalogue {batch.catalogue.version}."),
        ("Sources", " ; ".join(one["title"] for one in sources_of(batch)) or "aucune"),
        ("Licences", LICENCES),
    )  # fmt: skip


def _number(value: float) -> float | None:
    return None if pd.isna(value) else float(value)


def _whole(value: float) -> int | None:
    return None if pd.isna(value) else int(value)


def _points(value: float) -> float | None:
    return None if pd.isna(value) else 100 * float(value)
