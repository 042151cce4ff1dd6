import json

import pandas as pd
import pytest

POSTCODES_HEADER = "insee_com,code_postal,commune_type,superficie_km2,population_2021"


@pytest.fixture
def communes():
    """Five EPCI: a plain one, Paris and a suburb, one over two départements, two overseas."""
    rows = [
        ("01001", "Grande", "200000001", 900, "01"),
        ("01002", "Petite", "200000001", 100, "01"),
        ("75056", "Paris", "200054781", 2000, "75"),
        ("92001", "Banlieue", "200054781", 1000, "92"),
        ("13055", "Marseille", "200000003", 300, "13"),
        ("69123", "Lyon", "200000003", 700, "69"),
        ("97601", "Ailleurs", "200000004", 50, "976"),
        ("97101", "Là-bas", "200000005", 60, "971"),
    ]
    return pd.DataFrame(rows, columns=["code", "name", "siren", "population", "department"])


class RawFolder:
    """Writes small raw files in the layouts their publishers use."""

    def __init__(self, path):
        self.path = path

    def text(self, name, text, encoding="utf-8"):
        (self.path / name).write_text(text, encoding=encoding, newline="")

    def json(self, name, content):
        (self.path / name).write_text(json.dumps(content), encoding="utf-8")

    def parquet(self, name, rows, columns):
        pd.DataFrame(rows, columns=columns).to_parquet(self.path / name)

    def postcodes(self, *rows):
        self.text("communes_codes_postaux_2024.csv", "\n".join([POSTCODES_HEADER, *rows]) + "\n")


@pytest.fixture
def raw(tmp_path):
    return RawFolder(tmp_path)


@pytest.fixture
def figures(raw, communes):
    """Read one source and index its texts by (territory, indicator)."""

    def read(source):
        table = source.read(raw.path, communes=communes)
        assert list(table.columns) == [
            "territory",
            "indicator",
            "value",
            "status",
            "year",
            "level",
            "quality",
            "source",
        ]
        assert not table.duplicated(["territory", "indicator"]).any()
        return table.set_index(["territory", "indicator"])

    return read
