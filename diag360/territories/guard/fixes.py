"""What is done about findings: unambiguous proposals written, doubtful values withheld."""

from collections.abc import Sequence

import pandas as pd

from diag360.catalogue.french import typeset_text
from diag360.territories.guard.finding import Finding


def apply_fixes(
    rows: pd.DataFrame, findings: Sequence[Finding]
) -> tuple[pd.DataFrame, list[Finding]]:
    """Write the proposals that need no decision, and keep what was written in the comment.

    Parameters
    ----------
    rows : DataFrame
        Rows the findings are about; left untouched.
    findings : sequence of Finding
        Of :func:`check_values`.

    Returns
    -------
    rows : DataFrame
        A copy with the sure proposals written.
    done : list of Finding
        Those that were applied, in order.
    """
    fixed = rows.copy()
    done: list[Finding] = []
    for finding in findings:
        here = _rows_of(fixed, finding)
        if not finding.sure or finding.proposed is None or not here.any():
            continue
        said = f"corrigé de « {finding.value} » en « {finding.proposed} » : {finding.problem}"
        # A number stays a number, and an answer by a word has none.
        numeric = finding.rule != "vocabulaire"
        fixed.loc[here, "value"] = finding.proposed
        fixed.loc[here, "number"] = float(finding.proposed) if numeric else float("nan")
        fixed.loc[here & (fixed["status"] == "non_collecte"), "status"] = "declare"
        _comment(fixed, here, said)
        done.append(finding)
    return fixed, done


def blocking(findings: Sequence[Finding]) -> set[tuple[str, str]]:
    """List the values that must not be scored until decided, as (territory, indicator)."""
    return {(f.territory, f.indicator) for f in findings if f.severity == "erreur"}


def withhold(rows: pd.DataFrame, findings: Sequence[Finding]) -> pd.DataFrame:
    """Set the values of an ``erreur`` aside until decided: not collected, and the comment says why.

    Parameters
    ----------
    rows : DataFrame
        Rows the findings are about; left untouched.
    findings : sequence of Finding
        Those of the rows as they stand: check again after :func:`apply_fixes`.

    Returns
    -------
    DataFrame
        A copy whose withheld values are empty, never 0.
    """
    kept = rows.copy()
    for finding in findings:
        here = _rows_of(kept, finding)
        if finding.severity != "erreur" or not here.any():
            continue
        hint = f" ; proposition : {finding.proposed}" if finding.proposed is not None else ""
        kept.loc[here, "value"] = ""
        kept.loc[here, "number"] = float("nan")
        kept.loc[here, "status"] = "non_collecte"
        said = f"valeur « {finding.value} » écartée en attendant une décision : {finding.problem}"
        _comment(kept, here, said + hint)
    return kept


def _rows_of(rows: pd.DataFrame, finding: Finding) -> "pd.Series[bool]":
    return (rows["territory"] == finding.territory) & (rows["indicator"] == finding.indicator)


def _comment(rows: pd.DataFrame, here: "pd.Series[bool]", said: str) -> None:
    if "comment" not in rows:
        rows["comment"] = ""
    before = rows.loc[here, "comment"].fillna("")
    said = typeset_text(said)
    rows.loc[here, "comment"] = [f"{text} ; {said}" if text else said for text in before]
