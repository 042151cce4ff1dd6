"""Scores as tidy CSV files, unrounded; a missing value is an empty cell."""

from pathlib import Path

from diag360.files import write_texts
from diag360.scoring.scores import Scores


def write_scores(scores: Scores, *, folder: Path) -> list[Path]:
    """Write ``indicator_scores.csv`` and ``need_scores.csv``.

    Parameters
    ----------
    scores : Scores
        What to write.
    folder : Path
        Where; both files take their place together.

    Returns
    -------
    list of Path
        The two files.

    Raises
    ------
    Refusal
        When the folder cannot be written in.
    """
    tables = {
        "indicator_scores.csv": scores.indicator_table(),
        "need_scores.csv": scores.need_table(),
    }
    texts = {name: table.to_csv(index=False, lineterminator="\n") for name, table in tables.items()}
    return write_texts(folder, texts)
