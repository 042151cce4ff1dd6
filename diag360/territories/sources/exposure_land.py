"""Share of artificial land by EPCI in 2018 (Corine Land Cover, SDES).

Layout: comma separated, decimal commas in quotes, areas in km²; EPCI of metropolitan France.
The map sees no patch under 25 hectares, so scattered building is missed.
"""

from pathlib import Path

import pandas as pd

from diag360.territories.sources._common import by_siren, numbers, read_text_table, shares
from diag360.territories.sources.exposure_rows import proxy_rows

ID = "clc_artificialisation_2018"
FILE = "surfaces_artificialisees_epci_2018.csv"
FILES: tuple[str, ...] = (FILE,)
_WHOLE = "Superficie de l'EPCI (km²)"
_BUILT = "Superficie des territoires artificialisés* (km²)"


def read(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Share of the area that is artificial land [fraction]."""
    frame = read_text_table(folder, name=FILE, columns=["SIREN", _WHOLE, _BUILT])
    table = by_siren(frame, code="SIREN", communes=communes)
    whole, built = (numbers(table[name], file=FILE) for name in (_WHOLE, _BUILT))
    share = (built / whole).where(whole > 0).rename(_BUILT)
    return proxy_rows(shares(share, file=FILE), proxy="artificial_land", year=2018, source=ID)
