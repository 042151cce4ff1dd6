"""What the rates of every EPCI are divided by, so that several EPCI can be recombined.

Counts are read where a raw file holds them (households, registered voters, canteens, patients
weighted by need, land cover). Where publishers give only rates, the count is worked out from an
identity: dwellings are households over the share left by second and vacant homes; jobs are
employed residents times jobs per employed resident; people of 20 to 59 are the population over
one plus the ratio of the other ages to them. The postcode file writes 0 for Mayotte, which means
unknown.
"""

from pathlib import Path

import pandas as pd

from diag360.territories.sources import (
    clc_land_cover,
    drees_apl,
    insee_economy,
    insee_housing_income,
    insee_iris,
    interior_turnout,
    ma_cantine,
)
from diag360.territories.sources._common import (
    by_siren,
    check_columns,
    decimal_text,
    numbers,
    population,
    read_json,
    read_parquet,
    read_text_table,
    sirens,
)
from diag360.territories.sources._geography import POSTCODES, epci_of

FILES: tuple[str, ...] = (
    POSTCODES,
    *insee_housing_income.FILES,
    *insee_economy.FILES,
    *insee_iris.FILES,
    *interior_turnout.FILES,
    *clc_land_cover.FILES,
    *drees_apl.FILES,
    *ma_cantine.FILES,
)
COLUMNS = (
    "households",
    "dwellings",
    "employed",
    "jobs",
    "adults_20_59",
    "registered_voters",
    "land_cover_km2",
    "canteens",
    "nurse_patients",
    "midwife_patients",
    "dentist_patients",
    "physiotherapist_patients",
)
_PATIENTS = {
    "nurse_patients": "infirmiere",
    "midwife_patients": "sage_femme",
    "dentist_patients": "chirurgien_dentiste",
    "physiotherapist_patients": "kinesitherapeute",
}


def _census(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Households and employed residents of 15 to 64, absent where the file writes 0."""
    columns = ["menages_2021", "pop_15_64_active_2021", "pop_15_64_chomage_2021"]
    keys = ["insee_com", "commune_type"]
    frame = read_text_table(folder, name=POSTCODES, columns=[*keys, *columns])
    frame = frame[frame["commune_type"] != "COMD"].drop_duplicates("insee_com")
    owner = epci_of(frame["insee_com"], communes=communes)
    counts = {name: numbers(frame[name], file=POSTCODES).groupby(owner).sum() for name in columns}
    households, active, unemployed = (counts[name] for name in columns)
    employed = active - unemployed
    return pd.DataFrame(
        {"households": households.where(households > 0), "employed": employed.where(employed > 0)}
    )


def _dwellings(folder: Path, households: pd.Series, *, communes: pd.DataFrame) -> pd.Series:
    file, others = insee_housing_income.FILE, ["log_vac_pct_22", "log_ressec_pct_22"]
    table = by_siren(
        read_parquet(folder, name=file, columns=["code", *others]), code="code", communes=communes
    )
    vacant, second = (numbers(table[name], file=file) / 100 for name in others)
    return households / (1 - vacant - second)


def _jobs(folder: Path, employed: pd.Series, *, communes: pd.DataFrame) -> pd.Series:
    file, column = insee_economy.FILE, "eco_ratio_emplt_actoc_22"
    frame = pd.DataFrame(read_json(folder, name=file))
    check_columns(frame, ["code", column], file)
    table = by_siren(frame, code="code", communes=communes)
    return employed * numbers(table[column], file=file) / 100


def _adults(folder: Path, *, communes: pd.DataFrame) -> pd.Series:
    file, column = insee_iris.FILE, "bi1_i07~"
    frame = read_text_table(folder, name=file, columns=["siren", column])
    others = numbers(by_siren(frame, code="siren", communes=communes)[column], file=file) / 100
    return population(communes) / (1 + others)


def _voters(folder: Path, *, communes: pd.DataFrame) -> pd.Series:
    columns = ["code_commune", "secteur", "inscrits"]
    frame = read_text_table(folder, name=interior_turnout.FILE, columns=columns)
    frame = frame[frame["secteur"] == ""]
    owner = epci_of(frame["code_commune"], communes=communes)
    return numbers(frame["inscrits"], file=interior_turnout.FILE).groupby(owner).sum()


def _land_cover(folder: Path, *, communes: pd.DataFrame) -> pd.Series:
    frame = read_text_table(folder, name=clc_land_cover.FILE, columns=["siren"])
    table = by_siren(frame, code="siren", communes=communes)
    classes = [name for name in table.columns if name.isdigit()]
    hectares = [numbers(table[name], file=clc_land_cover.FILE).fillna(0.0) for name in classes]
    whole = pd.concat(hectares, axis=1).sum(axis=1) / 100
    # A row without any cover is a territory the satellite map left out.
    return whole.where(whole > 0)


def _canteens(folder: Path, *, communes: pd.DataFrame) -> pd.Series:
    """Canteens whose declaration gives both shares, by the EPCI they state or lie in."""
    ratios = ["teledeclaration_ratio_bio", "teledeclaration_ratio_egalim_hors_bio"]
    columns = ["canteen_epci", "canteen_city_insee_code", *ratios]
    frame = read_text_table(folder, name=ma_cantine.FILE, columns=columns)
    stated = sirens(frame["canteen_epci"])
    stated = stated.where(stated.isin(communes["siren"])).astype(object)
    located = epci_of(frame["canteen_city_insee_code"], communes=communes)
    owner = stated.where(stated.notna(), located)
    shares = [numbers(frame[name], file=ma_cantine.FILE).notna() for name in ratios]
    declared = shares[0] & shares[1]
    return owner[declared].value_counts().astype(float)


def _patients(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    columns = ["code_commune", "profession", "annee", "population_standardisee"]
    frame = read_parquet(folder, name=drees_apl.FILE, columns=columns)
    frame = frame[frame["annee"] == drees_apl.YEAR]
    owner = epci_of(frame["code_commune"].astype(str), communes=communes)
    counted = frame["population_standardisee"].groupby([frame["profession"], owner]).sum()
    return pd.DataFrame({name: counted.get(kind) for name, kind in _PATIENTS.items()})


def read(folder: Path, *, communes: pd.DataFrame) -> pd.DataFrame:
    """Denominators of every EPCI.

    Parameters
    ----------
    folder : Path
        Folder of the raw files.
    communes : DataFrame
        Communes of today: ``code``, ``siren``, ``population`` [inhabitants].

    Returns
    -------
    DataFrame
        One row per EPCI in the order of sirens: ``siren``, then ``households``, ``dwellings``,
        ``employed``, ``jobs``, ``adults_20_59``, ``registered_voters``, ``land_cover_km2`` [km²],
        ``canteens`` and the four numbers of patients weighted by need, all as text (at most 7
        significant digits), empty where unknown.

    Raises
    ------
    Refusal
        When a file or a column is missing, or a text stands where a number is due.
    """
    census = _census(folder, communes=communes)
    index = pd.Index(sorted(communes["siren"].unique()), name="siren")
    columns = {
        "households": census["households"],
        "dwellings": _dwellings(folder, census["households"], communes=communes),
        "employed": census["employed"],
        "jobs": _jobs(folder, census["employed"], communes=communes),
        "adults_20_59": _adults(folder, communes=communes),
        "registered_voters": _voters(folder, communes=communes),
        "land_cover_km2": _land_cover(folder, communes=communes),
        "canteens": _canteens(folder, communes=communes),
        **dict(_patients(folder, communes=communes).items()),
    }
    table = pd.DataFrame({name: columns[name].reindex(index) for name in COLUMNS}, index=index)
    texts = {name: table[name].map(decimal_text, na_action="ignore") for name in COLUMNS}
    return pd.DataFrame(texts, index=index).fillna("").reset_index()
