"""The public sources the shipped figures come from, one module each, in reading order."""

from diag360.territories.sources import (
    anct_health_access,
    anct_neet,
    anct_overcrowding,
    bnvd_pesticides,
    clc_land_cover,
    drees_apl,
    gaspar_risks,
    insee_economy,
    insee_facilities,
    insee_housing_income,
    insee_iris,
    interior_turnout,
    irve_charging,
    ma_cantine,
    ofb_biodiversity_atlas,
    sdes_sdg_kit,
    ssmsi_crime,
)
from diag360.territories.sources._common import Source

SOURCES: tuple[Source, ...] = (
    insee_housing_income,
    insee_economy,
    insee_iris,
    insee_facilities,
    anct_overcrowding,
    anct_neet,
    anct_health_access,
    drees_apl,
    gaspar_risks,
    clc_land_cover,
    sdes_sdg_kit,
    ofb_biodiversity_atlas,
    ma_cantine,
    ssmsi_crime,
    interior_turnout,
    irve_charging,
    bnvd_pesticides,
)
