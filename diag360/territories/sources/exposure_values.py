"""Proxies of exposure that are values already shipped: living alone, not voting."""

import pandas as pd

from diag360.territories.sources._common import decimal_text
from diag360.territories.sources.exposure_rows import COLUMNS


def from_values(values: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``one_person_households`` and ``abstention`` [fractions].

    Parameters
    ----------
    values : DataFrame
        Tidy values as :mod:`diag360.territories.build` writes them: be2_i04 is the share of
        one-person households, be2_i07 the turnout, whose complement is abstention.
    """
    alone = values[(values["indicator"] == "be2_i04") & (values["value"] != "")]
    voting = values[(values["indicator"] == "be2_i07") & (values["value"] != "")]
    abstaining = voting["value"].map(lambda text: decimal_text(round(1 - float(text), 7)))
    parts = [
        alone.assign(proxy="one_person_households"),
        voting.assign(proxy="abstention", value=abstaining),
    ]
    return pd.concat(parts, ignore_index=True)[list(COLUMNS)]
