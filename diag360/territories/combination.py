"""One indicator over the members of a group: its recombined value, and what to say of it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from diag360.catalogue.french import typeset_text
from diag360.catalogue.units import Unit
from diag360.territories import ratios
from diag360.territories.denominators import POPULATION, Denominators, Rule
from diag360.territories.ratios import Array
from diag360.territories.values import OPTIONAL, REQUIRED, WITHOUT_VALUE

COVERED_ENOUGH = 0.8
_NAMED = 5
_COUNTS = ("nombre", "risques_sur_13")
# Counts a commune has of its own; the others are a share of those of its intercommunalité.
_OWN = (POPULATION, "communes", "communes_1000", "communes_5000")
Cells = Mapping[str, npt.NDArray[np.object_]]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Members:
    """Members of a group and their counts.

    Parameters
    ----------
    names : sequence of str, length m
        In their order.
    counts : mapping of str to ndarray, shape (m,)
        By denominator; NaN where unknown.
    shared_out : ndarray of bool, shape (m,)
        Whether the counts are a share of those of an intercommunalité.
    denominators : Denominators
        Meanings and rules.
    """

    names: Sequence[str]
    counts: Mapping[str, Array]
    shared_out: Mask
    denominators: Denominators


class Combination:
    """One indicator over the members of a group.

    Parameters
    ----------
    indicator : str
        Id.
    cells : mapping of str to ndarray of object, shape (k,)
        Columns of the rows there are, ``number`` and ``inherited`` among them.
    at : ndarray of int, shape (k,)
        Member each row is of.
    members : Members
        All the members.
    unit : Unit or None
        None for an indicator answered by a word.
    """

    def __init__(
        self,
        indicator: str,
        *,
        cells: Cells,
        at: npt.NDArray[np.intp],
        members: Members,
        unit: Unit | None,
    ) -> None:
        self.cells, self.at, self.members, self.unit = cells, at, members, unit
        self.rule = members.denominators.rules.get(indicator) if unit else None
        if unit and self.rule is None and unit.id not in _COUNTS:
            reason = typeset_text("aucun dénominateur déclaré : les habitants en tiennent lieu")
            self.rule = Rule(indicator=indicator, by=POPULATION, reason=reason)
        self.applicable = np.ones(len(members.names), dtype=bool)
        self.applicable[at[cells["status"] == "sans_objet"]] = False
        self.used: Mask = np.asarray(cells["value"] != "", dtype=bool)
        self.by = self.rule.by if self.rule else None
        self.fallback = False
        if self.by:
            self._without_count(self.by)

    @property
    def weights(self) -> Array:
        """Counts of the members, by the denominator used or by population; shape (m,)."""
        return self.members.counts[self.by or POPULATION]

    def row(self) -> dict[str, object]:
        """Cells of the group's row, but its keys."""
        if len(self.members.names) == 1 and not any(self.cells["inherited"]):
            return {name: self.cells[name][0] for name in (*REQUIRED[2:], *OPTIONAL, "number")}
        if not self.applicable.any():
            return _empty("sans_objet", "sans objet pour tous les membres")
        if not self.used.any():
            secret = (self.cells["status"] == "secret").sum() == self.applicable.sum()
            return _empty("secret" if secret else "non_collecte", "inconnu de tous les membres")
        share = self._covered()
        if self.unit is None and not self._common("value"):
            return _empty("non_collecte", f"réponses différentes : {self._answers()}")
        if share < COVERED_ENOUGH:
            return _empty("non_collecte", f"non recombiné : {self._lacking(share)}")
        number = self._number()
        if self.unit is not None and not np.isfinite(number):
            return _empty("non_collecte", f"non recombiné : {self._why_not()}")
        value = self._common("value") if self.unit is None else _text(number)
        return {
            "value": value,
            **self._origin(share),
            "comment": typeset_text(self._comment(share)),
            "number": float(value) if self.unit else float("nan"),
        }

    def _without_count(self, by: str) -> None:
        """Leave out the members whose count is unknown when few, else count by population."""
        counted = self.used & np.isfinite(self.members.counts[by][self.at])
        if (counted == self.used).all():
            return
        everyone, self.used = self.used, counted
        if self._covered() < COVERED_ENOUGH:
            self.used, self.by, self.fallback = everyone, POPULATION, True

    def _covered(self) -> float:
        """Share of the whole that is known: by the denominator, or by population."""
        weights = self.weights[self.applicable]
        if np.isnan(weights).any() or not weights.sum() > 0:
            weights = self.members.counts[POPULATION][self.applicable]
        seen = np.full(len(self.members.names), np.nan)
        seen[self.at[self.used]] = 1.0
        return ratios.covered(seen[self.applicable], weights=weights)

    def _number(self) -> float:
        values = np.array(self.cells["number"][self.used], dtype=np.float64)
        weights = self.weights[self.at[self.used]]
        match self.rule.rule if self.rule else None:
            case "sum":
                return float(values.sum())
            case "most":
                return float(values.max())
            case "largest":
                return ratios.largest(values, weights=weights)
            case "ratio":
                return ratios.ratio(values, weights=weights)
            case _:
                return float("nan")

    def _origin(self, share: float) -> dict[str, object]:
        """Status, year, level, quality, source, evidence and author of a recombined value."""
        own = (self.rule is None or self.rule.exact) and share == 1.0 and not self.fallback
        guessed = self.by is not None and self.by not in _OWN
        guessed = guessed and bool(self.members.shared_out[self.at[self.used]].any())
        exact = own and not guessed and self._common("quality") == "exact"
        status = self._common("status")
        years = self._years()
        sources = [text for text in dict.fromkeys(self.cells["source"][self.used]) if text]
        return {
            "status": status if own and status not in ("", *WITHOUT_VALUE) else "estime",
            "year": years[0] if years else pd.NA,
            "level": self._common("level"),
            "quality": "exact" if exact else "proxy",
            "source": " ; ".join(sources),
            "evidence": self._common("evidence"),
            "author": self._common("author"),
        }

    def _comment(self, share: float) -> str:
        count = int(self.used.sum())
        match self.rule.rule if self.rule else None:
            case "sum":
                said = [f"somme de {count} territoires"]
            case "most":
                said = [f"plus grande valeur de {count} territoires"]
            case None:
                said = [f"même réponse de {count} territoires"]
            case _:
                said = [f"recombiné sur {count} territoires, dénominateur : {self._label()}"]
        if self.fallback:
            said.append("dénominateur propre inconnu d’un membre : les habitants en tiennent lieu")
        elif self.rule and self.rule.reason:
            said.append(self.rule.reason)
        if share < 1.0:
            said.append(self._lacking(share))
        if heirs := int(self.cells["inherited"][self.used].sum()):
            said.append(f"valeur de l’intercommunalité pour {heirs} commune(s)")
        if len(years := self._years()) > 1:
            said.append(f"années de {years[0]} à {years[-1]}")
        return " ; ".join(said)

    def _label(self) -> str:
        return self.members.denominators.meanings[self.by or POPULATION].label

    def _lacking(self, share: float) -> str:
        missing = self.applicable.copy()
        missing[self.at[self.used]] = False
        percent = f"{100 * share:.1f}".replace(".", ",")
        return f"{percent} % couverts, manque : {self._names(np.flatnonzero(missing))}"

    def _why_not(self) -> str:
        if self.rule is None:
            return "aucune règle n’est déclarée pour ce compte"
        return f"dénominateur nul ({self._label()})"

    def _answers(self) -> str:
        words = self.cells["value"]
        return " ; ".join(
            f"« {word} » {self._names(self.at[words == word])}"
            for word in dict.fromkeys(words[self.used])
        )

    def _names(self, at: Iterable[int]) -> str:
        names = [self.members.names[one] for one in at]
        more = f" et {len(names) - _NAMED} autres" if len(names) > _NAMED else ""
        return ", ".join(names[:_NAMED]) + more

    def _years(self) -> list[int]:
        """Years of the values used, each once, the oldest first."""
        return sorted({int(year) for year in self.cells["year"][self.used] if not pd.isna(year)})

    def _common(self, column: str) -> str:
        """Text all the values used share, empty when they differ."""
        texts = set(self.cells[column][self.used])
        return str(texts.pop()) if len(texts) == 1 else ""


def _empty(status: str, comment: str) -> dict[str, object]:
    cells: dict[str, object] = dict.fromkeys(OPTIONAL, "")
    cells |= {"status": status, "quality": "exact", "comment": typeset_text(comment)}
    return {"value": "", **cells, "year": pd.NA, "number": float("nan")}


def _text(number: float) -> str:
    text: str = np.format_float_positional(
        number + 0.0, precision=12, unique=True, fractional=False, trim="-"
    )
    return text
