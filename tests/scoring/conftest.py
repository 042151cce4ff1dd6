from dataclasses import replace
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, settings

import diag360

# The same examples on every run and on every machine, however busy it is.
settings.register_profile(
    "fixed", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("fixed")


@pytest.fixture(scope="session")
def catalogue():
    return diag360.load_catalogue()


@pytest.fixture(scope="session")
def open_values(catalogue):
    return diag360.read_values(catalogue=catalogue)


@pytest.fixture
def values(tmp_path, catalogue):
    """Writes rows (territory, indicator, value[, status]) to a file and reads it back."""

    def write_and_read(*rows, catalogue=catalogue):
        lines = ["territory,indicator,value,status"]
        for territory, indicator, value, *status in rows:
            lines.append(f'{territory},{indicator},"{value}",{"".join(status)}')
        path = tmp_path / "valeurs.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return diag360.read_values(path, catalogue=catalogue)

    return write_and_read


@pytest.fixture(scope="session")
def change(catalogue):
    """Copies of the catalogue, or of its parts, with something changed in memory."""

    def of_framework(name, needs=None, **fields):
        """``needs`` maps a need to its changed fields."""
        framework = catalogue.frameworks[name]
        changed = tuple(
            need.model_copy(update=(needs or {}).get(need.id, {})) for need in framework.needs
        )
        framework = framework.model_copy(update={"needs": changed, **fields})
        return replace(catalogue, frameworks={**catalogue.frameworks, name: framework})

    def of_indicator(name, **fields):
        indicator = catalogue.indicators[name].model_copy(update=fields)
        return replace(catalogue, indicators={**catalogue.indicators, name: indicator})

    def with_scheme(like="egal", **fields):
        """Adds a scheme ``essai`` made from another one."""
        scheme = catalogue.weights[like].model_copy(update={"id": "essai", **fields})
        return replace(catalogue, weights={**catalogue.weights, "essai": scheme})

    def only(keep):
        kept = {name: i for name, i in catalogue.indicators.items() if keep(i)}
        return replace(catalogue, indicators=kept)

    return SimpleNamespace(
        framework=of_framework, indicator=of_indicator, scheme=with_scheme, only=only
    )
