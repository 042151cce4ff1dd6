"""Communes engaged in a communal biodiversity atlas, to 2025 (OFB).

Layout: semicolons, one row per atlas and commune, so a commune may appear several times. Rows
``Non commencé`` are plans, not atlases. The list is exhaustive: an EPCI with no commune in it
has a true 0. The file runs to atlases started in 2025.
"""

from pathlib import Path

import pandas as pd

from diag360.territories.sources._common import observations, read_text_table, shares
from diag360.territories.sources._geography import epci_of, fold

ID = "ofb_abc_2025"
FILE = "atlas_biodiversite_communale.csv"
FILES: tuple[str, ...] = (FILE,)
_NOT_STARTED = "Non commencé"


def read(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Observations of be3_i09 [fraction of communes]."""
    columns = ["code_geographique", "avancement"]
    frame = read_text_table(folder, name=FILE, columns=columns, sep=";")
    frame = frame[frame["avancement"] != _NOT_STARTED]
    engaged = fold(frame["code_geographique"]).drop_duplicates()
    owner = epci_of(engaged, communes=communes)
    members = communes.groupby("siren")["code"].count()
    count = engaged.groupby(owner).count().reindex(members.index, fill_value=0)
    covered = shares((count / members).rename("code_geographique"), file=FILE)
    return observations(covered, indicator="be3_i09", year=2025, source=ID)
