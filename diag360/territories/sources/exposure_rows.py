"""What the readers of proxies share: their tidy rows."""

import pandas as pd

from diag360.territories.sources._common import observations

COLUMNS = ("territory", "proxy", "value", "year", "level", "quality", "source")


def proxy_rows(
    values: pd.Series,
    *,
    proxy: str,
    year: int,
    source: str,
    level: str = "epci",
    quality: str | pd.Series = "exact",
) -> pd.DataFrame:
    """Tidy rows of one proxy of exposure.

    Parameters
    ----------
    values : Series of float
        Values by siren [unit of the proxy]; absent ones give no row.
    proxy, source : str
        Ids in the catalogue.
    year : int
        Year observed.
    level : str
        Level of the observation the value was taken from.
    quality : str or Series of str
        ``exact`` or ``proxy``, for all or by siren.

    Returns
    -------
    DataFrame
        Columns :data:`COLUMNS`, values as text with at most 7 significant digits.
    """
    rows = observations(
        values, indicator=proxy, year=year, source=source, level=level, quality=quality
    )
    return rows.rename(columns={"indicator": "proxy"})[list(COLUMNS)]
