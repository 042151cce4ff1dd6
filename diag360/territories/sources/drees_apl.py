"""Local potential accessibility (APL) of five health professions in 2023 (DREES).

Layout: one parquet row per commune, profession and year. Arrondissements of Paris, Lyon and
Marseille; no Corsica, no Mayotte. The scores are weighted by the standardised population the
file carries, except for general practitioners, whose column of standardised population is wrong
(90,000 inhabitants in all): theirs are weighted by the population. Their national mean (3.75)
and trend (-1.2 %) are not those DREES publishes (3.3 and -1.4 %), whereas the four other
professions agree with it to the decimal: the series probably keeps practitioners over 65, hence
a proxy.
"""

from pathlib import Path

import pandas as pd

from diag360.territories.sources._common import observations, read_parquet, weighted_mean
from diag360.territories.sources._geography import POSTCODES, commune_populations, epci_of

ID = "drees_apl_2023"
FILE = "apl_communes_2022_2023.parquet"
FILES: tuple[str, ...] = (FILE, POSTCODES)
YEAR = 2023
PRACTITIONERS = "medecin_generaliste"
_INDICATORS = {
    PRACTITIONERS: "bv4_i03",
    "infirmiere": "bv4_i06",
    "sage_femme": "bv4_i07",
    "chirurgien_dentiste": "bv4_i08",
    "kinesitherapeute": "bv4_i09",
}


def read(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Observations of bv4_i03 [consultations/inhabitant/year], i06 to i09 [FTE/100,000]."""
    columns = ["code_commune", "profession", "annee", "score_apl", "population_standardisee"]
    frame = read_parquet(folder, name=FILE, columns=columns)
    frame = frame[frame["annee"] == YEAR].reset_index(drop=True)
    codes = frame["code_commune"].astype(str)
    people = codes.map(commune_populations(folder, communes=communes))
    doctors = frame["profession"] == PRACTITIONERS
    weights = frame["population_standardisee"].where(~doctors, people)
    owner = epci_of(codes, communes=communes)
    parts = []
    for profession, indicator in _INDICATORS.items():
        rows = frame["profession"] == profession
        mean = weighted_mean(frame["score_apl"][rows], weights=weights[rows], by=owner[rows])
        quality = "proxy" if profession == PRACTITIONERS else "exact"
        parts.append(observations(mean, indicator=indicator, year=YEAR, source=ID, quality=quality))
    return pd.concat(parts, ignore_index=True)
