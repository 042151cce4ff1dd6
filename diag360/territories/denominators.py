"""What the values of several territories are recombined with: denominators, and one rule each.

Counts by intercommunalité come from three shipped files; the rules from ``denominators.yaml``.
A commune has no count of its own but its population: it takes its share, by population, of those
of its intercommunalité.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal

import pandas as pd
from pydantic import Field, model_validator

from diag360.catalogue.faults import validate
from diag360.catalogue.record import Record, Text
from diag360.catalogue.remembered import Remembered
from diag360.catalogue.strict_yaml import read_yaml
from diag360.errors import Fault, Refusal
from diag360.paths import data_dir
from diag360.territories.perimeter import load_epci

RULES = "denominators.yaml"
POPULATION = "population"
_TITLE = "Dénominateurs refusés :"
_COMMUNES: Remembered[pd.DataFrame] = Remembered()
_FROM_EPCI = (POPULATION, "communes", "area_km2")


class Denominator(Record):
    """What a rate is divided by.

    Parameters
    ----------
    id : str
        Column of the table.
    label : str
        French plural: « ménages ».
    year : int
        Year counted.
    origin : str
        Where the count comes from, and where it is missing.
    """

    id: str
    label: Text
    year: Annotated[int, Field(strict=True, ge=1900, le=2100)]
    origin: Text


class Rule(Record):
    """How the values of one indicator are recombined.

    Parameters
    ----------
    indicator : str
        Id.
    rule : {"ratio", "sum", "most", "largest"}
        ``ratio``: sum of value x denominator over sum of denominators. ``sum``: a count.
        ``most``: largest value, for a count of things members may share. ``largest``: largest
        value x denominator over the sum, for the share of the first of all.
    by : str or None
        Denominator; None for ``sum`` and ``most``.
    exact : bool
        Whether the denominator is the indicator's own; otherwise the result is a proxy.
    reason : str
        Why it is not exact, for readers.
    """

    indicator: str
    rule: Literal["ratio", "sum", "most", "largest"] = "ratio"
    by: str | None = None
    exact: bool = False
    reason: Text = ""

    @model_validator(mode="after")
    def _whole(self) -> "Rule":
        if (self.rule in ("ratio", "largest")) != (self.by is not None):
            msg = "« by » va avec les règles « ratio » et « largest », et avec elles seules"
            raise ValueError(msg)
        if self.exact == bool(self.reason):
            msg = "donner « exact: true » ou « reason », l’un des deux"
            raise ValueError(msg)
        return self


@dataclass(frozen=True, slots=True)
class Denominators:
    """Counts of territories, and the rule of each indicator.

    Parameters
    ----------
    table : DataFrame
        One row per territory, one column per denominator [unit of its label]; NaN where unknown.
    shared_out : frozenset of str
        Territories whose counts are a share of those of their intercommunalité.
    names : mapping of str to str
        Name of each territory.
    meanings : mapping of str to Denominator
        What each column counts.
    rules : mapping of str to Rule
        By indicator.
    """

    table: pd.DataFrame
    shared_out: frozenset[str]
    names: Mapping[str, str]
    meanings: Mapping[str, Denominator]
    rules: Mapping[str, Rule]

    def with_sum(self, code: str, *, name: str, members: Sequence[str]) -> "Denominators":
        """Add a territory made of several, so that it can be recombined in its turn.

        Parameters
        ----------
        code, name : str
            Of the new territory.
        members : sequence of str
            Territories of the table; an unknown count is left out of the sum.
        """
        row = self.table.loc[list(members)].sum(min_count=1).rename(code)
        table = pd.concat([self.table.drop(index=code, errors="ignore"), row.to_frame().T])
        table.index.name = self.table.index.name
        shared = self.shared_out | {code} if self.shared_out & set(members) else self.shared_out
        return replace(self, table=table, shared_out=shared, names={**self.names, code: name})


def load_communes() -> pd.DataFrame:
    """Read every member commune: name, siren, population, department; indexed by code."""
    path = data_dir() / "territories" / "communes.csv"
    return _COMMUNES.of(path, make=lambda: _read_communes(path)).copy(deep=False)


def _read_communes(path: Path) -> pd.DataFrame:
    text = {"code": "str", "siren": "str", "department": "str"}
    return pd.read_csv(path, dtype=text).set_index("code")


def load_denominators(folder: Path | None = None, *, communes: Iterable[str] = ()) -> Denominators:
    """Read the counts of every intercommunalité, and the rules.

    Parameters
    ----------
    folder : Path, optional
        Folder holding ``denominators.yaml`` and ``denominators.csv``; the shipped one by default.
    communes : iterable of str
        Communes to add to the table, each with its share of its intercommunalité.

    Returns
    -------
    Denominators
        Counts and rules.

    Raises
    ------
    Refusal
        When the rules are wrong; all the faults are named.
    """
    folder = folder or data_dir() / "territories"
    meanings, rules = read_rules(folder / RULES)
    epci, places = load_epci(), load_communes()
    counted = pd.read_csv(folder / "denominators.csv", dtype={"siren": "str"}).set_index("siren")
    table = epci[list(_FROM_EPCI)].join(counted, how="left").astype(float)
    table["communes_1000"] = _count(places, places["population"] >= 1000).reindex(table.index)
    table["communes_5000"] = _count(places, places["population"] > 5000).reindex(table.index)
    if absent := [name for name in meanings if name not in table]:
        remedy = f"choisir parmi : {', '.join(table.columns)}"
        faults = [Fault(RULES, name, f"aucun compte « {name} »", remedy) for name in absent]
        raise Refusal(_TITLE, faults)
    asked = list(dict.fromkeys(communes))
    names = {**epci["name"], **places["name"].loc[asked]}
    parts = _shared_out(table, places.loc[asked])
    table = pd.concat([table, parts]) if asked else table
    return Denominators(table[list(meanings)], frozenset(asked), names, meanings, rules)


def read_rules(path: Path) -> tuple[dict[str, Denominator], dict[str, Rule]]:
    """Read what each denominator is and which one each indicator is divided by.

    Raises
    ------
    Refusal
        Unreadable file, unknown key or denominator, rule that contradicts itself.
    """
    data, fault = read_yaml(path, name=path.name)
    faults = [fault] if fault else []
    kinds: dict[str, tuple[str, type[Record]]] = {
        "denominators": ("id", Denominator),
        "indicators": ("indicator", Rule),
    }
    found: dict[str, dict[str, Record]] = {kind: {} for kind in kinds}
    for kind, body in (data or {}).items():
        if kind not in kinds or not isinstance(body, dict):
            remedy = f"attendu : {' et '.join(kinds)}"
            faults.append(Fault(path.name, str(kind), f"clé inattendue « {kind} »", remedy))
            continue
        key, model = kinds[kind]
        for name, fields in body.items():
            whole = {key: name, **fields} if isinstance(fields, dict) else fields
            record, wrong = validate(model, whole, file=path.name, place=f"{kind}.{name}")
            faults += wrong
            if record is not None:
                found[kind][str(name)] = record
    meanings = {k: r for k, r in found["denominators"].items() if isinstance(r, Denominator)}
    rules = {k: r for k, r in found["indicators"].items() if isinstance(r, Rule)}
    faults += [
        Fault(
            path.name,
            f"indicators.{name}",
            f"dénominateur inconnu « {rule.by} »",
            f"choisir parmi : {', '.join(meanings)}",
        )
        for name, rule in rules.items()
        if rule.by is not None and meanings and rule.by not in meanings
    ]
    if not faults and POPULATION not in meanings:
        problem = f"le dénominateur « {POPULATION} » manque"
        faults.append(Fault(path.name, "denominators", problem, "l’ajouter"))
    if faults:
        raise Refusal(_TITLE, faults)
    return meanings, rules


def _count(places: pd.DataFrame, kept: pd.Series) -> pd.Series:
    return kept.groupby(places["siren"]).sum().astype(float)


def _shared_out(table: pd.DataFrame, places: pd.DataFrame) -> pd.DataFrame:
    """Counts of some communes: their own where it is known, else a share by population."""
    people = places["population"].astype(float)
    share = people / table.loc[places["siren"], POPULATION].to_numpy()
    parts = table.loc[places["siren"]].mul(share.to_numpy(), axis=0).set_axis(places.index)
    parts[POPULATION] = people
    parts["communes"] = 1.0
    parts["communes_1000"] = (people >= 1000).astype(float)
    parts["communes_5000"] = (people > 5000).astype(float)
    return parts
