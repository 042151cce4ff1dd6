"""Major risks of every commune in 2019 (GASPAR, Ministère de la Transition écologique).

Layout: two lines of title before the header, semicolons, codes without their leading zero, 0 or
1 for twelve risks. The thirteenth, earthquakes, is not 0 or 1 but the regulatory zone, from 1
(very low) to 5 (strong): it is never 0, so it counts from zone 3 (moderate), where building rules
start for ordinary dwellings. The indicator is the number of distinct risks present in at least
one commune of the EPCI.
"""

from pathlib import Path

import pandas as pd

from diag360.territories.sources._common import (
    numbers,
    observations,
    read_text_table,
    refuse,
)
from diag360.territories.sources._geography import epci_of

ID = "gaspar_risques_2019"
FILE = "risques_majeurs_communes_2019.csv"
FILES: tuple[str, ...] = (FILE,)
SEISMIC = "risque de séismes, 2019"
SEISMIC_ZONE = 3
RISKS = 13


def read(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Observations of bv5_i04 [number of risks, 0 to 13]."""
    frame = read_text_table(folder, name=FILE, columns=["Code", SEISMIC], sep=";", skip=2)
    risks = [name for name in frame.columns if name.startswith("risque ")]
    if len(risks) != RISKS:
        raise refuse(
            FILE,
            "ligne 3",
            f"{len(risks)} colonnes de risques au lieu de {RISKS}",
            "vérifier le millésime du fichier",
        )
    levels = pd.DataFrame({name: numbers(frame[name], file=FILE) for name in risks})
    threshold = pd.Series(1, index=risks)
    threshold[SEISMIC] = SEISMIC_ZONE
    exposed = levels.ge(threshold).where(levels.notna())
    owner = epci_of(frame["Code"].str.zfill(5), communes=communes)
    known = owner.notna() & levels.notna().any(axis=1)
    present = exposed[known].astype(float).groupby(owner[known]).max()
    return observations(present.sum(axis=1), indicator="bv5_i04", year=2019, source=ID)
