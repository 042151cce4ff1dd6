"""Every open statistic that stands for the exposure of a territory, in one table."""

from pathlib import Path

import pandas as pd

from diag360.territories.sources import (
    exposure_coast,
    exposure_economy,
    exposure_gaspar,
    exposure_land,
)
from diag360.territories.sources._common import Source
from diag360.territories.sources.exposure_values import from_values

PROXY_SOURCES: tuple[Source, ...] = (
    exposure_gaspar,
    exposure_coast,
    exposure_economy,
    exposure_land,
)
FILES: tuple[str, ...] = tuple(
    dict.fromkeys(name for source in PROXY_SOURCES for name in source.FILES)
)


def read(folder: Path, *, communes: pd.DataFrame, values: pd.DataFrame) -> pd.DataFrame:
    """Proxies of every EPCI, sorted by territory and proxy.

    Parameters
    ----------
    folder : Path
        Folder of the raw files.
    communes : DataFrame
        Communes of today: ``code``, ``siren``, ``population`` [inhabitants], ``department``.
    values : DataFrame
        Tidy values already built, two of which are proxies too.

    Returns
    -------
    DataFrame
        ``territory, proxy, value, year, level, quality, source``; values as text, shares as
        fractions in [0, 1], trends as fractions a year. No row where nothing is known.

    Raises
    ------
    Refusal
        When a file or a column is missing, or a value is outside its range.
    """
    parts = [source.read(folder, communes=communes) for source in PROXY_SOURCES]
    table = pd.concat([*parts, from_values(values)], ignore_index=True)
    return table.sort_values(["territory", "proxy"], kind="stable", ignore_index=True)
