"""Land cover of every EPCI by class in 2018 (Corine Land Cover, SDES).

Layout: one row per EPCI of metropolitan France in the perimeter of 2018, one column of hectares
per class of level 3; an empty cell is no such cover. The siren was stored as a number; a few rows
carry no usable one. Classes 311 to 335 are forests and semi-natural land.
"""

from pathlib import Path

import pandas as pd

from diag360.territories.sources._common import (
    by_siren,
    numbers,
    observations,
    read_text_table,
    refuse,
    shares,
)

ID = "clc_2018"
FILE = "occupation_sols_clc2018_epci.csv"
FILES: tuple[str, ...] = (FILE,)
_CLASSES = 44


def read(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Observations of be3_i02 [fraction of the area]."""
    frame = read_text_table(folder, name=FILE, columns=["siren"])
    classes = [name for name in frame.columns if name.isdigit()]
    if len(classes) != _CLASSES:
        raise refuse(
            FILE,
            "ligne 1",
            f"{len(classes)} classes d’occupation du sol au lieu de {_CLASSES}",
            "vérifier la nomenclature du fichier",
        )
    table = by_siren(frame, code="siren", communes=communes)
    hectares = pd.DataFrame({name: numbers(table[name], file=FILE) for name in classes}).fillna(0.0)
    whole = hectares.sum(axis=1)
    wild = hectares[[name for name in classes if name.startswith("3")]].sum(axis=1)
    natural = (wild / whole).where(whole > 0).rename("classe 3")
    return observations(shares(natural, file=FILE), indicator="be3_i02", year=2018, source=ID)
